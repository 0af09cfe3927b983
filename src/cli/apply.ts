/** `headwater connectors apply` and `diff`: files are the source of truth. */
import type { Command } from 'commander';
import type { Properties } from '../config/definition.ts';
import { AppError, explain } from '../foundation/errors.ts';
import { objectOf } from '../foundation/json-object.ts';
import { ask, segment, type ClientOptions } from './client.ts';
import { loadConnectorFiles, type ConnectorFile } from './connector-files.ts';
import { planConnectors, planText, type PlanOptions, type Step } from './connectors-plan.ts';
import { errorLine, EXIT, exitCodeOf } from './errors.ts';

type Options = ClientOptions & PlanOptions & { readonly dryRun: boolean };

const FILES = 'files of connectors (.properties, .json, .yaml), or folders of such files';
const ACTIONS = ['create', 'update', 'delete', 'unchanged'] as const;

/** Adds both to `connectors`; `done` takes the exit code. */
export function applyCommands(connectors: Command, done: (code: number) => void): void {
  connectors
    .command('apply')
    .description('makes the connectors what files say; a second time there is nothing to do')
    .argument('<files...>', FILES)
    .option('--prune', 'delete connectors that no file names', false)
    .option('--dry-run', 'show what would be done, and do nothing', false)
    .option('--force', 'send files that seem unchanged too, for a secret that is new', false)
    .action(async (files: string[], _options: unknown, command: Command) =>
      done(await apply(files, command.optsWithGlobals<Options>())),
    );
  connectors
    .command('diff')
    .description('shows what apply would do; exit code 1 when that is something')
    .argument('<files...>', FILES)
    .option('--prune', 'as if connectors that no file names were deleted', false)
    .action(async (files: string[], _options: unknown, command: Command) =>
      done(await diff(files, command.optsWithGlobals<Options>())),
    );
}

async function apply(paths: readonly string[], options: Options): Promise<number> {
  const { url, json, dryRun } = options;
  const files = await loadConnectorFiles(paths);
  const plan = await planOf(files, options);
  if (!json) console.log(planText(plan));
  const errors = dryRun ? new Map<string, unknown>() : await carryOut(url, plan, files);
  if (json) {
    const steps = plan.map((step) =>
      errors.has(step.name) ? { ...step, error: explain(errors.get(step.name)) } : step,
    );
    console.log(JSON.stringify({ dryRun, plan: steps }));
  } else if (!dryRun) {
    console.log(summary(plan, errors));
  }
  for (const [name, error] of errors) {
    console.error(errorLine(`connectors: ${name}`, error));
  }
  const [first] = errors.values();
  return errors.size === 0 ? EXIT.ok : exitCodeOf(first);
}

async function diff(paths: readonly string[], options: Options): Promise<number> {
  const plan = await planOf(await loadConnectorFiles(paths), { ...options, force: false });
  console.log(options.json ? JSON.stringify({ plan }) : planText(plan));
  return plan.every(({ action }) => action === 'unchanged') ? EXIT.ok : EXIT.failed;
}

async function planOf(
  files: readonly ConnectorFile[],
  options: ClientOptions & PlanOptions,
): Promise<readonly Step[]> {
  const { body } = await ask(options.url, 'GET', 'connectors?expand=info');
  const current = Object.entries(objectOf(body)).map(([name, entry]) => {
    const config = Object.entries(objectOf(objectOf(objectOf(entry)['info'])['config']));
    const texts = config.filter((pair): pair is [string, string] => typeof pair[1] === 'string');
    return [name, Object.fromEntries(texts)] as const;
  });
  return planConnectors(new Map<string, Properties>(current), files, options);
}

/** What one connector is refused doesn't keep the others; a worker that is gone ends it. */
async function carryOut(
  url: string,
  plan: readonly Step[],
  files: readonly ConnectorFile[],
): Promise<ReadonlyMap<string, unknown>> {
  const byName = new Map(files.map((file) => [file.name, file]));
  const errors = new Map<string, unknown>();
  for (const step of plan) {
    try {
      await carryOutStep(url, step, byName.get(step.name));
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'cli.worker') throw error;
      errors.set(step.name, error);
    }
  }
  return errors;
}

async function carryOutStep(
  url: string,
  { action, name }: Step,
  file: ConnectorFile | undefined,
): Promise<void> {
  if (action === 'unchanged') return;
  if (action === 'delete') {
    await ask(url, 'DELETE', `connectors/${segment(name)}`);
  } else if (action === 'create' && file?.initialState !== undefined) {
    const { config, initialState } = file;
    await ask(url, 'POST', 'connectors', { name, config, initial_state: initialState });
  } else {
    await ask(url, 'PUT', `connectors/${segment(name)}/config`, file?.config);
  }
}

function summary(plan: readonly Step[], errors: ReadonlyMap<string, unknown>): string {
  if (plan.every(({ action }) => action === 'unchanged')) return 'Nothing to do.';
  const done = plan.filter(({ name }) => !errors.has(name));
  const counts = ACTIONS.map((action) => {
    const count = done.filter((step) => step.action === action).length;
    return `${count} ${action === 'unchanged' ? action : `${action}d`}`;
  });
  return [...counts, ...(errors.size > 0 ? [`${errors.size} failed`] : [])].join(', ');
}
