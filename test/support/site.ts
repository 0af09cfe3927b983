/**
 * A line whose connectors come and go by REST while its worker runs: one worker and one broker for many a bad day.
 * Every connector has a topic prefix to itself.
 */
import { dirname, join } from 'node:path';
import { mkdir, readFile } from 'node:fs/promises';
import { connectionTo } from '../../sandbox/demo/files.ts';
import type { Sandbox, SandboxOptions } from '../../sandbox/index.ts';
import { eventually } from './eventually.ts';
import { Line, type LineParts, type OnTopic } from './line.ts';

/** What takes a second on an idle machine may take long on a busy one. */
const WAITS_MS = 60_000;
/** Characters of a worker's log that a failure shows. */
const LOG_TAIL = 2_000;

type Properties = Readonly<Record<string, string>>;

export interface TaskSeen {
  readonly state: string;
  /** The trace's first line: what a person reads. */
  readonly why: string;
}

/** Configurations and names of one site's connectors. */
export class Maker {
  readonly #parts: LineParts;

  constructor(parts: LineParts) {
    this.#parts = parts;
  }

  get folder(): string {
    return dirname(this.#parts.warehouse);
  }

  get offsetsFile(): string {
    return join(this.folder, 'offsets.json');
  }

  /** An entity's topic of the source `name`. */
  topic(name: string, entity = 'Account'): string {
    return `${this.#parts.prefix}.${name}.${entity}`;
  }

  source(name: string, more: Properties = {}): Properties {
    return {
      name,
      'connector.class': 'SalesforcePubSubSource',
      ...this.#parts.connection,
      'salesforce.channels': '/data/AccountChangeEvent',
      'topic.prefix': `${this.#parts.prefix}.${name}`,
      ...more,
    };
  }

  /** A sink of one topic into a file of its own. */
  warehouse(name: string, topic: string, more: Properties = {}): Properties {
    return {
      name,
      'connector.class': 'DuckDbSink',
      topics: topic,
      'duckdb.path': join(this.folder, `${name}.duckdb`),
      ...this.#parts.group(name),
      ...more,
    };
  }
}

export class Site implements AsyncDisposable {
  readonly line: Line;
  readonly #make: Maker;

  private constructor(line: Line, make: Maker) {
    this.line = line;
    this.#make = make;
  }

  /** The worker answers when this resolves; `connectors` are given to it as files, which nobody validates first. */
  static async open(
    connectors: (make: Maker) => readonly Properties[] = () => [],
    options: SandboxOptions = {},
    prepare: (sandbox: Sandbox) => Promise<void> = () => Promise.resolve(),
  ): Promise<Site> {
    let make: Maker | undefined;
    const line = await Line.open((parts) => {
      make = new Maker(parts);
      return Object.fromEntries(connectors(make).map((config) => [config['name'], config]));
    }, options);
    if (make === undefined) throw new Error('Line.open asks for the connectors');
    await prepare(line.sandbox);
    const site = new Site(line, make);
    await site.start();
    return site;
  }

  async start(): Promise<void> {
    this.line.start();
    const ready = eventually(
      () => this.line.worker.isReady(),
      (is) => is,
      WAITS_MS,
    );
    await ready.catch(async (cause: unknown) => {
      const log = await readFile(this.line.logFile, 'utf8');
      throw new Error(`The worker isn't ready: ${log.slice(-LOG_TAIL)}`, { cause });
    });
  }

  get make(): Maker {
    return this.#make;
  }

  /** How to log in to another org than the line's own. */
  async connectionTo(sandbox: Sandbox): Promise<Properties> {
    const folder = join(this.#make.folder, sandbox.orgId);
    await mkdir(folder, { recursive: true });
    return await connectionTo(folder, sandbox);
  }

  /** Creates or changes a connector; throws with the worker's words when it refuses. */
  async put(config: Properties): Promise<void> {
    await this.line.call('PUT', `/connectors/${config['name']}/config`, config);
  }

  /** Why the worker refuses a configuration. */
  async refusal(config: Properties): Promise<string> {
    return await this.put(config).then(
      () => 'it is taken',
      (error: unknown) => String(error),
    );
  }

  /** Messages of `validate`, by property. */
  async findings(config: Properties): Promise<Readonly<Record<string, readonly string[]>>> {
    const path = `/connector-plugins/${config['connector.class']}/config/validate`;
    const { configs } = (await this.line.call('PUT', path, config)) as {
      configs: readonly { value: { name: string; errors: readonly string[] } }[];
    };
    return Object.fromEntries(
      configs
        .filter(({ value }) => value.errors.length > 0)
        .map(({ value }) => [value.name, value.errors]),
    );
  }

  async seen(name: string): Promise<TaskSeen> {
    const { state = '', trace = '' } = (await this.line.worker.states()).get(name) ?? {};
    return { state, why: trace.split('\n', 1)[0] ?? '' };
  }

  /** Waits until the task is in `state` (and says `why`); a failure on the way is told. */
  async until(name: string, state: string, why = '', timeoutMs = WAITS_MS): Promise<TaskSeen> {
    return await eventually(
      () => this.seen(name),
      (task) => {
        if (task.state === 'FAILED' && state !== 'FAILED') throw new Error(`${name}: ${task.why}`);
        return task.state === state && task.why.includes(why);
      },
      timeoutMs,
    );
  }

  async restart(name: string): Promise<void> {
    await this.line.call('POST', `/connectors/${name}/tasks/0/restart`);
  }

  async remove(name: string): Promise<void> {
    await this.line.call('DELETE', `/connectors/${name}`);
  }

  /** Waits until a source's topic has so many records; returns the accounts' names, in order. */
  async names(name: string, atLeast: number): Promise<readonly unknown[]> {
    const records = await eventually(
      () => this.line.read(`${name}.Account`).catch((): readonly OnTopic[] => []),
      (all) => all.length >= atLeast,
      WAITS_MS,
    );
    return records.map(({ value }) => (value['record'] as { Name: string }).Name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.line[Symbol.asyncDispose]();
  }
}

/** One call of a sandbox's control API. */
export async function control(
  sandbox: Sandbox,
  method: string,
  path: string,
  body: object = {},
): Promise<void> {
  const response = await fetch(`${sandbox.http}/__sandbox/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
}
