/** The package's main export: a worker inside another program. */
export { startWorker } from './cli/worker/start.ts';
export type { StartWorkerOptions, Worker } from './cli/worker/start.ts';
export { createPinoLog } from './foundation/pino.ts';
export { Redactor } from './foundation/redact.ts';
export { systemClock } from './foundation/clock.ts';
