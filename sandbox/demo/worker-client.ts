/** What the demo asks of the worker's REST API. */
export class WorkerClient {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** Rows of a query on the warehouse, or undefined while it can't be asked. */
  async query(sql: string): Promise<readonly Record<string, unknown>[] | undefined> {
    try {
      const response = await fetch(`${this.url}/headwater/v1/connectors/warehouse/query`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ sql, maxRows: 100_000 }),
      });
      if (!response.ok) return undefined;
      const { columns, rows } = (await response.json()) as {
        columns: { name: string }[];
        rows: unknown[][];
      };
      return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])));
    } catch {
      return undefined;
    }
  }

  async isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/health`)).ok;
    } catch {
      return false;
    }
  }

  /** `name: STATE` of each connector's tasks, and their traces. */
  async states(): Promise<ReadonlyMap<string, { state: string; trace: string | undefined }>> {
    const response = await fetch(`${this.url}/connectors?expand=status`);
    const all = (await response.json()) as Record<
      string,
      { status: { connector: TaskStatus; tasks: TaskStatus[] } }
    >;
    return new Map(
      Object.entries(all).map(([name, { status }]) => {
        const { state, trace } = status.tasks[0] ?? status.connector;
        return [name, { state, trace }];
      }),
    );
  }
}

interface TaskStatus {
  readonly state: string;
  readonly trace?: string;
}
