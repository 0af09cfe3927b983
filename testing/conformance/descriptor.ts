/** Clauses on what a descriptor says: 1, 4, 5. */
import { Config } from '../../src/config/config.ts';
import { parseValue } from '../../src/config/parse.ts';
import { must, Surroundings, within } from './support.ts';
import type { Check } from './types.ts';

export const loads: Check = async ({ plugin }) => {
  must(plugin.class.trim() !== '', 'class is empty.');
  must(plugin.version.trim() !== '', 'version is empty.');
  for (const attempt of ['load()', 'A second load()']) {
    const loaded = await plugin.load();
    for (const method of ['create', 'openTask'] as const) {
      must(typeof loaded[method] === 'function', `${attempt} gives no ${method}.`);
    }
  }
};

export const plansPlainTasks: Check = async (subject) => {
  const { plugin, world } = subject;
  for (const tasksMax of [1, 3]) {
    const loaded = await plugin.load();
    const connector = loaded.create(
      new Config(plugin.config, world.properties),
      new Surroundings().context(),
    );
    const signal = new AbortController().signal;
    const tasks = await within(subject, 'plan()', connector.plan(tasksMax, signal));
    must(tasks.length <= tasksMax, `plan(${tasksMax}) gives ${tasks.length} tasks.`);
    for (const task of tasks) {
      for (const [name, value] of Object.entries(task)) {
        must(
          typeof value === 'string',
          `plan(${tasksMax}): ${name} is a ${typeof value}, no text.`,
        );
      }
    }
  }
};

export const documentsProperties: Check = async ({ plugin }) => {
  const names = new Set<string>();
  for (const key of plugin.config) {
    const { name, documentation, displayName, default: fallback } = key;
    must(!names.has(name), `${name} is defined twice.`);
    names.add(name);
    must(documentation.trim().length > 10, `${name} has no documentation.`);
    must(displayName.trim() !== '', `${name} has no displayName.`);
    if (fallback === undefined || fallback === null || fallback === '') continue;
    const { errors } = parseValue(key, fallback);
    must(errors.length === 0, `${name}: its default isn't valid: ${errors.join(' ')}`);
  }
};

/** Names that no other thing has. A key may be public: `salesforce.consumer.key`. */
const SECRET_NAME = /password|passphrase|secret|credential|private\.key|(^|[._])token$/i;

export const hidesSecrets: Check = async ({ plugin }) => {
  for (const { name, type } of plugin.config) {
    const isText = type === 'STRING' || type === 'LIST';
    must(!(isText && SECRET_NAME.test(name)), `${name} reads like a secret, but isn't a PASSWORD.`);
  }
};
