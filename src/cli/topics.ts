import { objectOf } from '../foundation/json-object.ts';
import { ask, clientCommand, listOf, segment, type ClientOptions } from './client.ts';
import type { CommandBuilder } from './command.ts';

/** `headwater topics NAME`: which topics a connector has used, as the worker tracked them. */
export const buildTopics: CommandBuilder = () => {
  const command = clientCommand('headwater topics', 'Shows the topics that a connector has used.')
    .argument('<connector>', 'its name')
    .option('--reset', 'forget them; those still used come back', false);
  return command.action(async (name: string) => {
    const { url, json, reset } = command.opts<ClientOptions & { reset: boolean }>();
    const path = `connectors/${segment(name)}/topics`;
    if (reset) {
      await ask(url, 'PUT', `${path}/reset`);
      if (!json) console.log(`The topics of ${name} are forgotten.`);
      return;
    }
    const { text, body } = await ask(url, 'GET', path);
    if (json) return console.log(text);
    for (const topic of listOf(objectOf(objectOf(body)[name])['topics'])) {
      console.log(String(topic));
    }
  });
};
