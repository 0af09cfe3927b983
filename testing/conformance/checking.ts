/** Clauses on what is said about a configuration, and on what must never be said: 6, 7, 15, 24. */
import { inspect } from 'node:util';
import { Config } from '../../src/config/config.ts';
import { findingsOf, validateConfig } from '../../src/config/validate.ts';
import { AppError, messageOf, type Finding, type Properties } from '../../src/sdk/index.ts';
import { close, must, openTask, Surroundings, within } from './support.ts';
import { drain } from './moving.ts';
import type { Check, Mistake, Subject } from './types.ts';

/** All that is found: by the definitions, then, if they find nothing, by the connector. */
async function findings(
  subject: Subject,
  properties: Properties,
  around = new Surroundings(),
): Promise<readonly Finding[]> {
  const { plugin } = subject;
  const defined = findingsOf(
    validateConfig(plugin.config, properties, { name: plugin.class, prefixes: [''] }),
  );
  if (defined.length > 0) return defined;
  const loaded = await plugin.load();
  try {
    const connector = loaded.create(new Config(plugin.config, properties), around.context());
    const checked = connector.check?.(new AbortController().signal) ?? Promise.resolve([]);
    return await within(subject, 'check()', checked);
  } catch (error) {
    if (error instanceof AppError) {
      return error.path === undefined ? [] : [{ path: error.path, message: error.message }];
    }
    throw new Error(`check() threw something without a kind: ${inspect(error)}`, { cause: error });
  }
}

export const checksWithoutThrowing: Check = async (subject) => {
  const { plugin, world } = subject;
  const good = await findings(subject, world.properties);
  must(good.length === 0, `Good properties are refused: ${inspect(good)}`);
  const known = plugin.config.map(({ name }) => name);
  for (const { change } of mistakesOf(subject)) {
    for (const { path } of await findings(subject, { ...world.properties, ...change })) {
      const isKnown = known.includes(path) || Object.hasOwn(change, path);
      must(isKnown, `A finding is on ${path}, which is no property.`);
    }
  }
};

export const namesTheProperty: Check = async (subject) => {
  const { mistakes = [] } = subject.world;
  for (const { change, property } of [...mistakes, ...mistakesOf(subject)]) {
    const properties = { ...subject.world.properties, ...change };
    const found = await findings(subject, properties);
    const opened = found.length > 0 ? undefined : await refusalOf(subject, properties);
    const paths = [...found.map(({ path }) => path), opened?.path];
    must(
      paths.includes(property),
      `${property} is wrong in ${inspect(change)}, but named were: ${paths.join(', ') || 'none'}.`,
    );
  }
};

/** What opening a task says; undefined if it opens. */
async function refusalOf(subject: Subject, properties: Properties): Promise<AppError | undefined> {
  let task: AsyncDisposable;
  try {
    task = await openTask(subject, new Surroundings(), properties);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw new Error(`Opening a task threw something without a kind: ${inspect(error)}`, {
      cause: error,
    });
  }
  await close(subject, task);
  return undefined;
}

/** Those that follow from the definitions: numbers that are none, values that aren't allowed. */
function mistakesOf({ plugin }: Subject): readonly Mistake[] {
  return plugin.config.flatMap(({ name, type, values, prefix }): readonly Mistake[] => {
    if (prefix === true) return [];
    const isNumber = ['INT', 'SHORT', 'LONG', 'DOUBLE'].includes(type);
    return isNumber || values !== undefined
      ? [{ change: { [name]: 'not-a-value' }, property: name }]
      : [];
  });
}

export const throwsKinds: Check = async (subject) => {
  const { mistakes = [] } = subject.world;
  if (mistakes.length === 0) return 'the world has no mistakes';
  for (const { change } of mistakes) {
    await refusalOf(subject, { ...subject.world.properties, ...change });
  }
  return undefined;
};

/** As it stands in a message that somebody writes with it. */
function textOf(value: unknown): string {
  return String(value);
}

/** Too short to be told from ordinary text. */
const SHORTEST_SECRET = 4;

export const keepsSecrets: Check = async (subject) => {
  const { plugin, world } = subject;
  const secrets = plugin.config
    .filter(({ type }) => type === 'PASSWORD')
    .map(({ name }) => world.properties[name] ?? '')
    .filter((value) => value.length >= SHORTEST_SECRET);
  if (secrets.length === 0) return 'the properties have no secret';
  const around = new Surroundings();
  const said: unknown[] = [await findings(subject, world.properties, around)];
  for (const change of [{}, ...(world.mistakes ?? []).map((mistake) => mistake.change)]) {
    const properties = { ...world.properties, ...change };
    try {
      said.push(await findings(subject, properties, around));
      const task = await openTask(subject, around, properties);
      said.push(textOf(task));
      await drain(subject, task, around);
      await close(subject, task);
    } catch (error) {
      said.push(messageOf(error), error);
    }
  }
  const text = `${around.said()}${inspect(said, { depth: 12 })}`;
  for (const secret of secrets) {
    const at = text.indexOf(secret);
    must(at < 0, `A secret is said: …${text.slice(Math.max(0, at - 80), at)}[here]`);
  }
  return undefined;
};

export const isQuiet: Check = async (subject) => {
  const around = new Surroundings();
  const task = await openTask(subject, around);
  await drain(subject, task, around);
  await close(subject, task);
  const loud = around.lines.filter(({ level }) => level === 'warn' || level === 'error');
  must(loud.length === 0, `Normal operation logs: ${loud.map(({ message }) => message).join(' ')}`);
};
