import { createServer } from 'node:net';
import { AppError } from '../../src/foundation/errors.ts';

/** The sandbox is for this machine alone. */
export const LOOPBACK = '127.0.0.1';

export interface Ports {
  readonly http: number;
  readonly https: number;
  readonly pubsub: number;
  readonly pubsubPlain: number;
}

/** Four ports from `first` on, each of them free now; without `first`, 0 for whichever is free. */
export async function choosePorts(first: number | undefined): Promise<Ports> {
  if (first === undefined) return { http: 0, https: 0, pubsub: 0, pubsubPlain: 0 };
  const ports = { http: first, https: first + 1, pubsub: first + 2, pubsubPlain: first + 3 };
  for (const port of Object.values(ports)) await tryPort(port);
  return ports;
}

/** A port that can't be had is told by its number, before anything is started. */
function tryPort(port: number): Promise<void> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once('error', (error: NodeJS.ErrnoException) => reject(refused(port, error)));
    probe.listen(port, LOOPBACK, () => probe.close(() => resolve()));
  });
}

function refused(port: number, cause: NodeJS.ErrnoException): AppError {
  const taken = cause.code === 'EADDRINUSE';
  return new AppError(
    'config',
    taken ? 'sandbox.port.taken' : 'sandbox.port.refused',
    taken ? `Port ${port} is already in use.` : `Port ${port} can't be opened (${cause.code}).`,
    { cause, path: 'port', suggestion: 'Choose another with --port, or none for free ports.' },
  );
}
