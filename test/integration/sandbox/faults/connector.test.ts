/**
 * Goal: Headwater's own source outlives a bad day of an org: nothing is lost, nothing is out of order.
 * Method: a scenario file whose steps follow the org's events; edits go on while the worker reads through late, broken,
 * refused and renewed connections. The topic is compared with the org's own order of commits.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Struct } from '../../../../src/data/schema.ts';
import { SalesforceLine } from '../../../support/salesforce-line.ts';

const EDITS = 240;
/** So that the day lasts: ten seconds of edits. */
const EVERY_MS = 40;

const SCENARIO = `
seed: 11
steps:
  - at: 0s
    set:
      latency: { ms: 20, jitterMs: 80, probability: 0.5 }
      slowBody: { bytesPerSecond: 20000, probability: 0.3 }
  - after: { events: 20 }
    set: { pubsub: { goAway: true } }
  - after: { events: 45 }
    set: { pubsub: { resetConnections: true } }
  - after: { events: 70 }
    set: { endSessions: true, connectionReset: { path: /services/oauth2/token, count: 1 } }
  - after: { events: 95 }
    set: { pubsub: { resetStreams: true, unavailable: 1 } }
  - after: { events: 120 }
    set: { maintenance: { count: 2 } }
  - after: { events: 145 }
    set: { events: { delay: { ms: 200, jitterMs: 200 } } }
    for: 2s
  - after: { events: 170 }
    set: { pubsub: { cut: { code: service.unavailable } } }
  - after: { events: 195 }
    set: { endSessions: true, loginUnavailable: 1, pubsub: { goAway: { graceMs: 500 } } }
`;

test('the source reads all of it, in order', { timeout: 110_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'headwater-scenario-'));
  const scenario = join(folder, 'bad-day.yaml');
  await writeFile(scenario, SCENARIO);
  const warnings: string[] = [];
  try {
    await using line = await SalesforceLine.open({
      scenario,
      onWarning: (warning) => warnings.push(warning),
    });
    const id = line.insert({ Name: 'Rider 0' });
    const prefix = await line.source({});
    for (let i = 1; i < EDITS; i++) {
      if (i % 10 === 0) line.insert({ Name: `Rider ${i}` });
      else line.update([id], { Name: `Rider ${i}` });
      await pause(EVERY_MS);
    }
    const records = await line.read(`${prefix}.Account`, EDITS, 80_000);
    const names = records.map(({ value }) => (value['record'] as Struct)['Name']);
    // What was read twice comes twice; the first time counts.
    const expected = Array.from({ length: EDITS }, (_, i) => `Rider ${i}`);
    expect([...new Set(names)]).toEqual(expected);
    expect(warnings).toEqual([]);
    // All of it happened.
    const faults = await fetch(`${line.sandbox.http}/__sandbox/v1/faults`);
    expect(await faults.json()).toMatchObject({
      maintenance: [],
      connectionReset: [],
      loginUnavailable: 0,
      pubsub: { unavailable: 0 },
      events: { delay: false },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
