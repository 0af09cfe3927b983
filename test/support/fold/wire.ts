/** A sandbox as clients reach it: REST, Bulk, SOAP and the control API, over HTTP alone. */
import { eventually } from '../eventually.ts';

/** What is known of a running sandbox. */
export interface Place {
  readonly http: string;
  readonly accessToken: string;
}

const DATA = '/services/data/v62.0';

export interface Answer {
  readonly status: number;
  /** Undefined where there is no body. */
  readonly body: unknown;
}

export class Wire {
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  /** `path` begins after the version. */
  rest(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.#json(method, DATA + path, body);
  }

  control(path: string, body: unknown): Promise<Answer> {
    return this.#json('POST', `/__sandbox/v1/${path}`, body);
  }

  /** The body's element is the operation; gives the answer's XML. */
  async soap(operation: string): Promise<string> {
    const session = `<SessionHeader><sessionId>${this.#place.accessToken}</sessionId></SessionHeader>`;
    const xml = `<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Header>${session}</Header><Body>${operation}</Body></Envelope>`;
    const response = await this.#send('POST', '/services/Soap/u/62.0', 'text/xml', xml);
    return response.text();
  }

  /** All rows, page after page. */
  async query(
    soql: string,
    resource: 'query' | 'queryAll' = 'query',
  ): Promise<Record<string, unknown>[]> {
    const rows: Record<string, unknown>[] = [];
    let path: string | undefined = `${DATA}/${resource}?q=${encodeURIComponent(soql)}`;
    while (path !== undefined) {
      const { status, body } = await this.#json('GET', path);
      if (status !== 200) throw new Error(`${soql}: ${JSON.stringify(body)}`);
      const page = body as { records: Record<string, unknown>[]; nextRecordsUrl?: string };
      rows.push(...page.records);
      path = page.nextRecordsUrl;
    }
    return rows;
  }

  /** A job from its making to its end. */
  async ingest(job: object, csv: string): Promise<void> {
    const made = await this.rest('POST', '/jobs/ingest', { contentType: 'CSV', ...job });
    const { id } = made.body as { id: string };
    const path = `${DATA}/jobs/ingest/${id}`;
    const put = await this.#send('PUT', `${path}/batches`, 'text/csv', csv);
    if (put.status !== 201) throw new Error(await put.text());
    await this.#json('PATCH', path, { state: 'UploadComplete' });
    await this.#finished(path);
  }

  /** The rows of a Bulk query, the names of the columns first. */
  async bulkQuery(query: string): Promise<string> {
    const made = await this.rest('POST', '/jobs/query', { operation: 'query', query });
    const path = `${DATA}/jobs/query/${(made.body as { id: string }).id}`;
    await this.#finished(path);
    return (await this.#send('GET', `${path}/results`)).text();
  }

  async #finished(path: string): Promise<void> {
    const { body } = await eventually(
      () => this.#json('GET', path),
      ({ body }) => /^(?:JobComplete|Failed|Aborted)$/.test((body as { state: string }).state),
    );
    const { state } = body as { state: string };
    if (state !== 'JobComplete') throw new Error(`${path}: ${JSON.stringify(body)}`);
  }

  async #json(method: string, path: string, body?: unknown): Promise<Answer> {
    const response =
      body === undefined
        ? await this.#send(method, path)
        : await this.#send(method, path, 'application/json', JSON.stringify(body));
    const text = await response.text();
    return {
      status: response.status,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
    };
  }

  #send(method: string, path: string, type?: string, body?: string): Promise<Response> {
    return fetch(this.#place.http + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#place.accessToken}`,
        ...(type === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body }),
    });
  }
}
