/** The API over a herder of which only what a test asks for is there. */
import { silentLog } from '../../../src/foundation/log.ts';
import { createPinoLog } from '../../../src/foundation/pino.ts';
import type { Herder } from '../../../src/herder/herder.ts';
import { createApp, type AppOptions } from '../../../src/rest/server.ts';

export const json = { 'content-type': 'application/json' };

export function app(
  herder: Partial<Herder> = {},
  options: Partial<AppOptions> = {},
): ReturnType<typeof createApp> {
  return createApp({
    herder: { ready: true, ...herder } as Herder,
    version: '1.2.3',
    clusterId: () => null,
    renderMetrics: async () => ({ contentType: 'text/plain', text: 'up 1\n' }),
    levels: createPinoLog({ level: 'INFO', redact: (line) => line, now: () => 5 }).levels,
    redact: (text) => text.replaceAll('s3cret', '[hidden]'),
    log: silentLog,
    ...options,
  });
}
