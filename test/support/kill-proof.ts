/** `kill -9` of the worker under load, again and again; then everything is compared (Invariants 1 to 5, 7). */
import { join } from 'node:path';
import { compareTables } from '../../sandbox/demo/compare.ts';
import { eventually } from './eventually.ts';
import { Line, type LineParts } from './line.ts';
import { Load, OBJECTS, type Committed } from './load.ts';
import type { Random } from './random.ts';

const PER_SECOND = 200;
const MOMENTS = ['early', 'ready', 'ready', 'running'] as const;
const SETTLES_WITHIN_MS = 120_000;
const CHANNELS = OBJECTS.map((name) => `/data/${name.replace(/__c$/, '__')}ChangeEvent`);
const project = join(import.meta.dirname, '../../sandbox/demo/shop');

export interface KillResult {
  readonly kills: number;
  /** Kills before the source had stored any replay id. */
  readonly killsBeforePosition: number;
  /** Changes committed since the source stored its start. */
  readonly committed: number;
  /** Records on the topics beyond the first of each change. */
  readonly duplicates: number;
  readonly rows: number;
  /** What went wrong, one sentence each. */
  readonly missing: readonly string[];
  readonly misordered: readonly string[];
  readonly invented: readonly string[];
  readonly differences: readonly string[];
}

export async function killProof(kills: number, random: Random): Promise<KillResult> {
  await using line = await Line.open(connectors, { project, seed: random.seed });
  using load = new Load(line.sandbox.org, random);
  const end = new AbortController();
  using cleanup = new DisposableStack();
  cleanup.defer(() => end.abort());
  const loading = load.run(PER_SECOND, end.signal);
  const watched = watchAnchors(line, end.signal);
  let killsBeforePosition = 0;
  for (let i = 0; i < kills; i++) {
    line.start();
    await fatalMoment(line, i === 0 ? 'early' : random.pick(MOMENTS), random);
    await line.kill();
    const stored = await line.storedOffsets('source');
    if (!stored.some(({ offset }) => offset?.['replayId'] !== undefined)) killsBeforePosition++;
  }
  line.start();
  const anchors = await watched;
  await line.running();
  end.abort();
  await loading;
  const concerns = since(load.committed, anchors);
  const compared = await settle(line, load, concerns);
  await line.stop();
  return { kills, killsBeforePosition, ...compared, ...(await readTopics(line, load, anchors)) };
}

/** Waits until it is time to kill: before the worker is up, while it takes up its work, or amid it. */
async function fatalMoment(
  line: Line,
  when: 'early' | 'ready' | 'running',
  random: Random,
): Promise<void> {
  if (when === 'running') await line.running();
  if (when === 'ready') await eventually(() => line.worker.isReady(), Boolean);
  await pause(when === 'early' ? 300 + random.below(1_700) : random.below(1_500));
}

function connectors({
  connection,
  prefix,
  warehouse,
  group,
}: LineParts): Record<string, Record<string, string>> {
  return {
    source: {
      'connector.class': 'SalesforcePubSubSource',
      ...connection,
      'salesforce.channels': CHANNELS.join(','),
      'topic.prefix': prefix,
    },
    warehouse: {
      'connector.class': 'DuckDbSink',
      topics: OBJECTS.map((name) => `${prefix}.${name}`).join(','),
      'duckdb.path': warehouse,
      ...group('warehouse'),
    },
  };
}

type Anchors = ReadonlyMap<string, number>;

/** Per object, the start time that the source stored before it handed anything on, epoch ms. */
async function watchAnchors(line: Line, signal: AbortSignal): Promise<Anchors> {
  const anchors = new Map<string, number>();
  while (anchors.size < CHANNELS.length) {
    signal.throwIfAborted();
    for (const { partition, offset } of await line.storedOffsets('source')) {
      const at = offset?.['startTimestamp'];
      const entity = OBJECTS[CHANNELS.indexOf(String(partition['channel']))] ?? '';
      if (typeof at === 'number') anchors.set(entity, at);
      else if (!anchors.has(entity)) throw new Error(`${entity} has a position without a start.`);
    }
    await pause(5);
  }
  return anchors;
}

/** Ids of the records that were created since the start: the warehouse knows them whole. */
function since(committed: readonly Committed[], anchors: Anchors): (id: string) => boolean {
  const created = committed.filter(
    (each) => each.change.type === 'CREATE' && isExpected(each, anchors),
  );
  const ids = new Set(created.map(({ change }) => change.id));
  return (id) => ids.has(id);
}

function isExpected({ timestamp, change }: Committed, anchors: Anchors): boolean {
  return timestamp >= (anchors.get(change.entity) ?? Number.POSITIVE_INFINITY);
}

/** Waits for a last record of each object, then compares. */
async function settle(
  line: Line,
  load: Load,
  concerns: (id: string) => boolean,
): Promise<Pick<KillResult, 'rows' | 'differences'>> {
  const tables = OBJECTS.map((name) => [name, `${line.prefix}_${name}`] as const);
  for (const [entity, table] of tables) {
    const sql = `SELECT Id FROM "${table}" WHERE Id = '${load.create(entity)}'`;
    await eventually(
      async () => (await line.worker.query(sql))?.length ?? 0,
      (found) => found === 1,
      SETTLES_WITHIN_MS,
    );
  }
  return await compareTables(line.org, line.worker, tables, concerns);
}

type OnTopics = Pick<
  KillResult,
  'committed' | 'duplicates' | 'missing' | 'misordered' | 'invented'
>;

/** The topics against what was committed; a change is known by its transaction, record and kind. */
async function readTopics(line: Line, load: Load, anchors: Anchors): Promise<OnTopics> {
  const seen = new Set<string>();
  const order = new Map<string, string[]>();
  let duplicates = 0;
  for (const entity of OBJECTS) {
    for (const { value } of await line.read(entity)) {
      const source = value['source'] as Readonly<Record<string, unknown>>;
      const id = String(value['id']);
      const name = `${String(source['transactionKey'])} ${String(value['op'])} ${id}`;
      if (seen.has(name)) duplicates++;
      else append(order, id, name);
      seen.add(name);
    }
  }
  const known = new Set(load.committed.map(nameOf));
  const expected = load.committed.filter((each) => isExpected(each, anchors));
  const commits = new Map<string, string[]>();
  for (const each of load.committed) append(commits, each.change.id, nameOf(each));
  return {
    committed: expected.length,
    duplicates,
    missing: expected
      .filter((each) => !seen.has(nameOf(each)))
      .map((each) => {
        const after = each.timestamp - (anchors.get(each.change.entity) ?? 0);
        return `${nameOf(each)}, ${after} ms after its channel's start, is not on its topic.`;
      }),
    invented: [...seen].filter((name) => !known.has(name)),
    // Of a record's commits the last ones, without a gap: what was published just before the start may stand before.
    misordered: [...order]
      .filter(([id, names]) => names.join() !== commits.get(id)?.slice(-names.length).join())
      .map(([id]) => `The changes of ${id} are not in the order of their commits.`),
  };
}

function nameOf({ transaction, change }: Committed): string {
  return `${transaction} ${change.type.toLowerCase()} ${change.id}`;
}

function append(map: Map<string, string[]>, key: string, item: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
