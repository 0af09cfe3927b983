/** Waiting until two workers have done what they were asked, and are alike. */
import { call, type Call } from './call.ts';
import { normal } from './normal.ts';
import { differences } from './differences.ts';
import { pause, type Side, type Sides } from './side.ts';

const WITHIN_MS = 60_000;
/** Alike twice in a row, so far apart. */
const APART_MS = 80;
const WITHOUT_TASKS: ReadonlySet<string> = new Set(['STOPPED', 'FAILED', 'PAUSED']);
const PASSING = /"state":"(UNASSIGNED|RESTARTING)"/;

type Entries = Readonly<
  Record<string, { status?: { connector: { state: string }; tasks: { state: string }[] } }>
>;

export class Settling {
  readonly #sides: Sides;

  constructor(sides: Sides) {
    this.#sides = sides;
  }

  /** undefined: they are alike; else in what they aren't. */
  async settle(after: Call): Promise<string | undefined> {
    const deadline = performance.now() + WITHIN_MS;
    let before = '';
    for (;;) {
      const [theirs, ours] = await Promise.all([
        snapshot(this.#sides.theirs),
        snapshot(this.#sides.ours),
      ]);
      const [a, b] = [JSON.stringify(theirs), JSON.stringify(ours)];
      const isFine = a === b && !PASSING.test(a) && isDone(after, theirs);
      if (isFine && before === a) return undefined;
      before = isFine ? a : '';
      if (performance.now() > deadline) {
        return a === b
          ? `both say ${a.slice(0, 1_500)}`
          : [
              ...differences('', theirs, ours).slice(0, 14),
              await traces(this.#sides.theirs),
              await traces(this.#sides.ours),
            ].join('\n');
      }
      await pause(APART_MS);
    }
  }

  /** No connectors on either side. */
  async clear(): Promise<void> {
    for (const side of [this.#sides.theirs, this.#sides.ours]) {
      const { text } = await side.send(call('GET', '/connectors'));
      for (const name of JSON.parse(text) as string[]) {
        if (name.includes('/')) continue;
        const path = `/connectors/${encodeURIComponent(name)}`;
        await side.send(call('PUT', `${path}/stop`));
        for (let tries = 0; tries < 200; tries += 1) {
          const { status } = await side.send(call('DELETE', `${path}/offsets`));
          if (status === 200 || status === 404) break;
          await pause();
        }
        for (let tries = 0; tries < 40; tries += 1) {
          const { status } = await side.send(call('DELETE', path));
          if (status === 204 || status === 404) break;
          await pause();
        }
      }
    }
    await this.settle(call('GET', '/'));
  }
}

async function snapshot(side: Side): Promise<Record<string, unknown>> {
  const all = await side.send(call('GET', '/connectors?expand=status&expand=info'));
  const { body } = normal(all);
  if (all.status !== 200) return { body };
  const names = Object.keys(body as Entries);
  const offsets = await Promise.all(
    names.map(
      async (name) =>
        [
          name,
          normal(await side.send(call('GET', `/connectors/${encodeURIComponent(name)}/offsets`)))
            .body,
        ] as const,
    ),
  );
  const topics = await Promise.all(
    names.map(
      async (name) =>
        [
          name,
          normal(await side.send(call('GET', `/connectors/${encodeURIComponent(name)}/topics`)))
            .body,
        ] as const,
    ),
  );
  return { body, offsets: Object.fromEntries(offsets), topics: Object.fromEntries(topics) };
}

/** Whether what the call asked for is there. */
function isDone({ method, path }: Call, found: Record<string, unknown>): boolean {
  const entries = found['body'] as Entries;
  const hasStarted = Object.values(entries).every(
    ({ status }) =>
      status !== undefined &&
      (status.tasks.length > 0 || WITHOUT_TASKS.has(status.connector.state)),
  );
  if (!hasStarted || !hasCommitted(found)) return false;
  const [, name, what] = /^\/connectors\/([^/?]+)\/(pause|resume|stop)$/.exec(path) ?? [];
  const { status } = entries[decodeURIComponent(name ?? '')] ?? {};
  if (method !== 'PUT' || status === undefined) return true;
  const state = { pause: 'PAUSED', resume: 'RUNNING', stop: 'STOPPED' }[what ?? ''];
  if (state === undefined) return true;
  const parts = [status.connector, ...status.tasks];
  return parts.every((part) => part.state === state || part.state === 'FAILED');
}

/** Every source here has lines to read, every sink records: what runs has offsets in the end. */
function hasCommitted(found: Record<string, unknown>): boolean {
  const offsets = found['offsets'] as Record<string, { offsets?: readonly unknown[] }>;
  return Object.entries(found['body'] as Entries).every(([name, { status }]) => {
    const states = [status?.connector, ...(status?.tasks ?? [])].map((part) => part?.state);
    const runs = states.every((state) => state === 'RUNNING');
    return !runs || (offsets[name]?.offsets?.length ?? 0) > 0;
  });
}

/** Why something failed. */
async function traces(side: Side): Promise<string> {
  const { text } = await side.send(call('GET', '/connectors?expand=status'));
  return [...text.matchAll(/"trace":"(.{0,300})/g)].map(([, trace]) => `    ${trace}`).join('\n');
}
