import { parseArgs } from 'node:util';
import { AppError } from '../foundation/errors.ts';

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

const USAGE = 'Usage: headwater stack up|down|status [--dir DIR] [--json] [--purge]';

/** Returns the exit code; throws AppErrors. */
export async function stackCommand(argv: readonly string[], stack: Stack): Promise<number> {
  const { values, positionals } = parse(argv);
  const options: Options = {
    dir: values.dir,
    env: process.env,
    onProgress: (text) => console.error(text),
  };
  const print = (result: Addresses): void => {
    const lines = Object.entries(result).map(([name, value]) => `${name}=${String(value)}`);
    console.log(values.json ? JSON.stringify(result) : lines.join('\n'));
  };
  switch (positionals[0]) {
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
      return status.kafka === 'up' && status.registry === 'up' ? 0 : 1;
    }
    default:
      throw new AppError('config', 'cli.usage', USAGE);
  }
}

function parse(argv: readonly string[]): {
  values: { dir: string; json: boolean; purge: boolean };
  positionals: string[];
} {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        dir: { type: 'string', default: '.headwater/stack' },
        json: { type: 'boolean', default: false },
        purge: { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    throw new AppError('config', 'cli.usage', USAGE, { cause });
  }
}
