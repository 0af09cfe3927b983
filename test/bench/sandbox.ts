/**
 * `npm run bench -- sandbox [--json] [--records N] [--profile FOLDER]`: how fast the sandbox is, on this machine. Method: the
 * sandbox is a process of its own, started as users start it; the clients are this one. Edits are made beforehand, by the
 * sandbox's own load; one subscriber then reads all that is retained. Memory is counted up to there. `--profile` has Node
 * write the sandbox's CPU profile there.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  bulkIngest,
  bulkQuery,
  collectionWrites,
  edit,
  query,
  restCeiling,
  restWrites,
  snapshot,
  subscribe,
} from './sandbox-measures.ts';
import { BenchOrg } from './sandbox-org.ts';

const REST_CALLS = 20_000;
const COLLECTION_CALLS = 100;
const BULK_ROWS = 100_000;
const SNAPSHOT_RECORDS = 100_000;
const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    records: { type: 'string', default: '300000' },
    profile: { type: 'string' },
  },
});
const records = Number(options.records);
/** With the creates of the records, one and a half times as many events. */
const edits = records / 2;
const folder = mkdtempSync(join(tmpdir(), 'headwater-bench-'));
const say = (text: string): void => console.error(text);

async function emptyOrg(): Promise<number> {
  await using org = await BenchOrg.start([]);
  say(`An empty org starts in ${org.startMs} ms, in ${org.memoryMb().peak} MB.`);
  return org.startMs;
}

async function inMemory() {
  await using org = await BenchOrg.start(['--seed', String(records)], options.profile);
  say(`${records} seeded records start in ${org.startMs} ms, in ${org.memoryMb().peak} MB.`);
  const editsPerSecond = await edit(org, edits);
  say(`Edits by the sandbox's own load: ${editsPerSecond}/s.`);
  const { events, perSecond: eventsPerSecond } = await subscribe(org);
  const { peak: peakRssMb, rss: rssMb } = org.memoryMb();
  say(`${events} events to one subscriber: ${eventsPerSecond}/s; ${peakRssMb} MB at most.`);
  const queryRowsPerSecond = await query(org);
  say(`Query: ${queryRowsPerSecond} rows/s.`);
  const bulkQueryRowsPerSecond = await bulkQuery(org);
  say(`Bulk query: ${bulkQueryRowsPerSecond} rows/s.`);
  const ceilingRestPerSecond = await restCeiling(org, REST_CALLS);
  const restWritesPerSecond = await restWrites(org, REST_CALLS);
  say(`REST: ${restWritesPerSecond} writes/s of ${ceilingRestPerSecond} calls/s that do nothing.`);
  const collectionRowsPerSecond = await collectionWrites(org, COLLECTION_CALLS);
  say(`Collections: ${collectionRowsPerSecond} rows/s.`);
  const bulkRowsPerSecond = await bulkIngest(org, BULK_ROWS);
  say(`Bulk ingest: ${bulkRowsPerSecond} rows/s.`);
  return {
    eventsPerSecond,
    restWritesPerSecond,
    bulkRowsPerSecond,
    queryRowsPerSecond,
    peakRssMb,
    events,
    rssMb,
    editsPerSecond,
    collectionRowsPerSecond,
    bulkQueryRowsPerSecond,
    ceilingRestPerSecond,
    seededMs: org.startMs,
  };
}

/** The same org in a folder: what that costs, and how long it takes to read it again after a kill. */
async function kept() {
  const state = ['--state', join(folder, 'state')];
  const first = await BenchOrg.start([...state, '--seed', String(records)]);
  const seededMs = first.startMs;
  const editsPerSecond = await edit(first, edits);
  const restWritesPerSecond = await restWrites(first, REST_CALLS);
  const peakRssMb = first.memoryMb().peak;
  say(`In a folder: ${seededMs} ms, ${peakRssMb} MB; REST: ${restWritesPerSecond} writes/s.`);
  await first.end('SIGKILL');
  await using again = await BenchOrg.start(state);
  const restartRssMb = again.memoryMb().peak;
  say(`Again from the folder in ${again.startMs} ms, in ${restartRssMb} MB.`);
  return {
    seededMs,
    restartMs: again.startMs,
    editsPerSecond,
    restWritesPerSecond,
    peakRssMb,
    restartRssMb,
  };
}

async function snapshots() {
  const seed = ['--seed', String(SNAPSHOT_RECORDS)];
  await using org = await BenchOrg.start(seed);
  const memory = await snapshot(org);
  await using inFolder = await BenchOrg.start([...seed, '--state', join(folder, 'snapshots')]);
  const state = await snapshot(inFolder);
  say(`Back to a snapshot: ${memory.restoreMs} ms, in a folder ${state.restoreMs} ms.`);
  return { ...memory, restoreStateMs: state.restoreMs, records: SNAPSHOT_RECORDS };
}

try {
  const load = loadavg()[0] ?? 0;
  const empty = await emptyOrg();
  const { seededMs, ...memory } = await inMemory();
  const state = await kept();
  const snapshotMs = await snapshots();
  const result = {
    ...memory,
    startMs: {
      empty,
      records300k: seededMs,
      records300kState: state.restartMs,
      records300kNewState: state.seededMs,
    },
    stateWritesPerSecond: state.restWritesPerSecond,
    statePeakRssMb: state.peakRssMb,
    stateRestartRssMb: state.restartRssMb,
    stateEditsPerSecond: state.editsPerSecond,
    snapshotMs,
    records,
    loadAverage: Math.round(load * 10) / 10,
  };
  console.log(options.json ? JSON.stringify(result) : JSON.stringify(result, null, 2));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
