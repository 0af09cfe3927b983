/** What a worker's file is told at its start. */
import { expect, test } from 'vitest';
import { resolveWorker } from '../../../src/cli/worker/properties.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { Redactor } from '../../../src/foundation/redact.ts';
import { recordingLog, type LogLine } from '../../support/recording-log.ts';

const file = { 'offset.storage.file.filename': '/tmp/offsets' };

test('a property of Connect that does nothing is named with the reason, one that nobody knows without', async () => {
  const lines: LogLine[] = [];
  await resolveWorker(
    {
      ...file,
      'internal.key.converter': 'x',
      'metrics.context.app': 'x',
      nonsense: '1',
    },
    new Redactor(),
    recordingLog(lines),
  );
  expect(lines.map(({ message }) => message)).toEqual([
    'Unknown property nonsense: it is ignored.',
    'internal.key.converter is accepted and does nothing: Connect itself dropped them with 3.0: offsets and configurations are always JSON.',
    'metrics.context.app is accepted and does nothing: There is no JMX: GET /metrics has them for Prometheus, over windows of 30 s.',
  ]);
});

test('a misspelt property ends the start, with the right name', async () => {
  const written = { ...file, 'offset.flush.interval': '1', 'ssl.keystore.keys': 'x' };
  await expect(resolveWorker(written, new Redactor(), silentLog)).rejects.toMatchObject({
    kind: 'config',
    message: 'Unknown property ssl.keystore.keys: did you mean ssl.keystore.key?',
  });
});
