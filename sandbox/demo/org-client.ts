/** The few REST calls that people and their tools make of the shop's org. */
export class OrgClient {
  readonly #url: string;
  readonly #token: string;

  constructor(http: string, token: string) {
    this.#url = `${http}/services/data/v66.0`;
    this.#token = token;
  }

  async create(object: string, values: Record<string, unknown>): Promise<string> {
    const { id } = (await this.#call('POST', `/sobjects/${object}`, values)) as { id: string };
    return id;
  }

  async update(object: string, id: string, values: Record<string, unknown>): Promise<void> {
    await this.#call('PATCH', `/sobjects/${object}/${id}`, values);
  }

  async remove(object: string, id: string): Promise<void> {
    await this.#call('DELETE', `/sobjects/${object}/${id}`);
  }

  /** Names of an object's fields. */
  async fields(object: string): Promise<readonly string[]> {
    const { fields } = (await this.#call('GET', `/sobjects/${object}/describe`)) as {
      fields: readonly { name: string }[];
    };
    return fields.map((field) => field.name);
  }

  /** All records a query finds, over every page. */
  async query(soql: string): Promise<readonly Record<string, unknown>[]> {
    const records: Record<string, unknown>[] = [];
    let path = `/query?q=${encodeURIComponent(soql)}`;
    for (;;) {
      const page = (await this.#call('GET', path)) as {
        records: Record<string, unknown>[];
        nextRecordsUrl?: string;
      };
      records.push(...page.records);
      if (page.nextRecordsUrl === undefined) return records;
      path = page.nextRecordsUrl.replace(/^\/services\/data\/v[\d.]+/, '');
    }
  }

  async #call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(this.#url + path, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  }
}
