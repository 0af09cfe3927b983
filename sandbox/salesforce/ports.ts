import { createServer } from 'node:net';
import { AppError } from '../../src/foundation/errors.ts';

/** The sandbox is for this machine alone. */
export const LOOPBACK = '127.0.0.1';

const MAX_PORT = 65_535;

export interface Ports {
  readonly http: number;
  readonly https: number;
  readonly pubsub: number;
  readonly pubsubPlain: number;
  /** Of further orgs, each. */
  readonly further: readonly { readonly http: number; readonly https: number }[];
}

/**
 * Four ports from `first` on, and two more for each of the `further` orgs, each of them free now; without `first`, 0 for
 * whichever is free.
 */
export async function choosePorts(first: number | undefined, further = 0): Promise<Ports> {
  const port = (n: number): number => (first === undefined ? 0 : first + n);
  const last = port(3 + 2 * further);
  if (last > MAX_PORT) {
    throw new AppError(
      'config',
      'sandbox.port.refused',
      `The sandbox needs ports ${first} to ${last}, and the highest there is is ${MAX_PORT}.`,
      { path: 'port', suggestion: `Choose ${MAX_PORT - (3 + 2 * further)} or a lower one.` },
    );
  }
  const ports = { http: port(0), https: port(1), pubsub: port(2), pubsubPlain: port(3) };
  const others = Array.from({ length: further }, (_, i) => ({
    http: port(4 + 2 * i),
    https: port(5 + 2 * i),
  }));
  if (first !== undefined) {
    for (let n = 0; n < 4 + 2 * further; n++) await tryPort(port(n));
  }
  return { ...ports, further: others };
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
