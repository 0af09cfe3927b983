/** Goal: shortage of memory is told once for as long as it lasts, and one full heap that is mostly garbage isn't one. */
import { expect, it } from 'vitest';
import { watchMemory, type HeapUse } from '../../../src/cli/worker/memory.ts';
import { noMetrics } from '../../../src/foundation/metrics.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { recordingLog, type LogLine } from '../../support/recording-log.ts';

it('tells a lasting shortage once, and the next one again', async () => {
  const clock = new ManualClock();
  const lines: LogLine[] = [];
  const use = { usedBytes: 0, limitBytes: 100 * 1_048_576 };
  const read = (): HeapUse => use;
  using watch = watchMemory({ clock, log: recordingLog(lines), metrics: noMetrics }, read);
  const seconds = async (share: number, count: number): Promise<string | undefined> => {
    use.usedBytes = share * use.limitBytes;
    await clock.advance(count * 1_000);
    return watch.warning();
  };
  expect(await seconds(0.8, 1)).toBeUndefined();
  expect(await seconds(0.5, 1)).toBeUndefined();
  expect(await seconds(0.8, 5)).toContain('80 of 100 MB');
  expect(await seconds(0.7, 1)).toContain('Memory is short');
  expect(await seconds(0.8, 5)).toContain('Memory is short');
  expect(lines).toHaveLength(1);
  expect(await seconds(0.5, 1)).toBeUndefined();
  await seconds(0.8, 2);
  expect(lines).toHaveLength(2);
});
