import { parseArgs } from 'node:util';
import { AppError, messageOf } from '../foundation/errors.ts';

interface Addresses {
  readonly kafkaBrokers: string;
  readonly schemaRegistryUrl: string;
  readonly kind: string;
}

interface Options {
  readonly dir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onProgress: (text: string) => void;
}

/** What the command drives; handed in, since the sandbox stands above this folder. */
export interface Stack {
  up(options: Options): Promise<Addresses>;
  down(options: Options & { purge: boolean }): Promise<void>;
  status(
    options: Options,
  ): Promise<(Addresses & { readonly kafka: string; readonly registry: string }) | undefined>;
}

const USAGE = `Usage: headwater stack up|down|status [--dir DIR] [--json] [--purge]

  up       starts Kafka and a schema registry, or what of them died, and prints where they are
  down     ends them; the data stays unless --purge
  status   prints where they are and whether they answer; exit code 1 when one doesn't

  --dir DIR   where data, logs and state are (default .headwater/stack)
  --json      one JSON object on stdout
  --purge     with down: deletes the data, too

KAFKA_BROKERS and SCHEMA_REGISTRY_URL name a Kafka and a registry to use instead.`;

/** Returns the exit code (0 done, 1 not up); throws AppErrors. */
export async function stackCommand(argv: readonly string[], stack: Stack): Promise<number> {
  const { values, action } = parseStackArguments(argv);
  const options: Options = {
    dir: values.dir,
    env: process.env,
    onProgress: (text) => console.error(text),
  };
  const print = (result: Addresses): void => {
    const lines = Object.entries(result).map(([name, value]) => `${name}=${String(value)}`);
    console.log(values.json ? JSON.stringify(result) : lines.join('\n'));
  };
  switch (action) {
    case 'help':
      console.log(USAGE);
      return 0;
    case 'up':
      print(await stack.up(options));
      return 0;
    case 'down':
      await stack.down({ ...options, purge: values.purge });
      return 0;
    case 'status': {
      const status = await stack.status(options);
      if (status === undefined) {
        console.error('No stack was started here. Start one with: headwater stack up');
        return 1;
      }
      print(status);
      const isUp = status.kafka === 'up' && status.registry === 'up';
      if (!isUp) console.error('It is not all up. Mend it with: headwater stack up');
      return isUp ? 0 : 1;
    }
  }
}

type Action = 'help' | 'up' | 'down' | 'status';

/** Throws a `config` error for what the command doesn't know. */
export function parseStackArguments(argv: readonly string[]): {
  values: { dir: string; json: boolean; purge: boolean };
  action: Action;
} {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        dir: { type: 'string', default: '.headwater/stack' },
        json: { type: 'boolean', default: false },
        purge: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { values, action: 'help' };
    const [action, ...more] = positionals;
    if (more.length > 0 || (action !== 'up' && action !== 'down' && action !== 'status')) {
      throw new Error('say one of up, down, status');
    }
    if (values.purge && action !== 'down') throw new Error('--purge goes with down');
    return { values, action };
  } catch (cause) {
    throw new AppError('config', 'cli.usage', `${messageOf(cause).replace(/\.$/, '')}.`, {
      cause,
      suggestion: 'headwater stack --help says more.',
    });
  }
}
