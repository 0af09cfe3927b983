import { Command, InvalidArgumentError } from 'commander';
import { stringifyJson } from '../../data/exact-json.ts';
import { systemClock } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import type { GroupKafka } from '../../kafka/port.ts';
import type { CommandBuilder } from '../command.ts';
import { connectKafka, type KafkaOptions } from './connect.ts';
import { matches, type Letter, type LetterFilter } from './letters.ts';
import { OpenOrigins, readLetters, redriveLetters } from './redrive.ts';
import {
  groupsOf,
  groupTable,
  judgedJson,
  judgedTable,
  letterJson,
  letterTable,
  verdictCounts,
} from './screen.ts';

type Options = KafkaOptions & LetterFilter & { readonly json: boolean; readonly limit: number };
type RedriveCommandOptions = Options & { readonly execute: boolean; readonly rate: number };

const DEFAULT_LIMIT = 50;
const DEFAULT_RATE = 100;

/** `headwater dlq …`: what is in a dead letter topic, and the way back. */
export const buildDlq: CommandBuilder = () => {
  const command = new Command('headwater dlq')
    .description('Shows dead letters, and sends them back to where they came from.')
    .option('--worker <file>', "a worker's file, for its brokers and login")
    .option('--bootstrap-server <servers>', 'the brokers, as host:port,…')
    .option('--connector <name>', 'only letters of this connector')
    .option('--stage <stage>', 'only of this stage (KEY_CONVERTER, TASK_PUT, …)')
    .option('--code <code>', 'only of this cause (headwater.error.code)')
    .option('--key <key>', 'only of this key, as "dlq show" prints it')
    .option(
      '--since <time>',
      'only of records of this time or later (2026-01-31T12:00Z, or ms)',
      time,
    )
    .option('--until <time>', 'only of records of this time or earlier', time)
    .option('--limit <n>', `lines to show (default: ${DEFAULT_LIMIT})`, whole, DEFAULT_LIMIT)
    .option('--json', 'print JSON, all of it', false)
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  const sub = (usage: string, description: string): Command =>
    command.command(usage).description(description).allowExcessArguments(false);

  sub('list <topic>', 'how many letters of each connector, stage and cause').action(
    (topic: string) =>
      withLetters(topic, command.opts<Options>(), (letters, { json }) =>
        console.log(json ? stringifyJson(groupsOf(letters)) : groupTable(letters)),
      ),
  );
  sub('show <topic>', 'each letter, and why it is there').action((topic: string) =>
    withLetters(topic, command.opts<Options>(), (letters, { json, limit }) =>
      console.log(json ? stringifyJson(letters.map(letterJson)) : letterTable(letters, limit)),
    ),
  );
  sub('redrive <topic>', 'shows which letters can go back; --execute sends them')
    .option('--execute', 'send them; without it nothing is written', false)
    .option(
      '--rate <n>',
      `at most so many a second (default: ${DEFAULT_RATE})`,
      whole,
      DEFAULT_RATE,
    )
    .action((topic: string, _options: unknown, redriveCommand: Command) =>
      withLetters(topic, redriveCommand.optsWithGlobals<RedriveCommandOptions>(), redrive),
    );
  return command;
};

async function withLetters<T extends Options>(
  topic: string,
  options: T,
  run: (letters: readonly Letter[], options: T, kafka: GroupKafka) => void | Promise<void>,
): Promise<void> {
  await using kafka = await connectKafka(options);
  if ((await kafka.admin.partitions(topic)) === undefined) {
    throw new AppError('missing', 'dlq.topic', `There is no topic ${topic}.`, {
      path: topic,
      suggestion: "errors.deadletterqueue.topic.name of the connector's configuration names it.",
    });
  }
  const all = await readLetters(kafka, topic);
  const letters = all.filter((letter) => matches(letter, options));
  if (letters.length === 0 && !options.json) {
    console.log(all.length === 0 ? 'No letters.' : `None of its ${all.length} letters is meant.`);
  } else {
    await run(letters, options, kafka);
  }
}

async function redrive(
  letters: readonly Letter[],
  { json, limit, execute, rate }: RedriveCommandOptions,
  kafka: GroupKafka,
): Promise<void> {
  await using origins = await OpenOrigins.open(kafka, letters);
  const judged = origins.judge(letters);
  if (!json) console.log(judgedTable(judged, limit));
  const going = judged.flatMap(({ letter, verdict }) => (verdict === 'redrive' ? [letter] : []));
  const sent = execute
    ? await redriveLetters(kafka, origins, going, { rate, clock: systemClock })
    : undefined;
  if (json) return console.log(judgedJson(judged, sent));
  const { redrive: possible, ...staying } = verdictCounts(judged);
  const stay = Object.values(staying).reduce((sum, count) => sum + count, 0);
  if (sent === undefined) {
    console.log(`${possible} can go back, ${stay} stay. Nothing was sent; --execute sends.`);
  } else {
    const overtaken = possible - sent;
    const why = overtaken === 0 ? '' : ` (${overtaken} of them because something newer came)`;
    console.log(`${sent} went back, ${stay + overtaken} stay${why}.`);
  }
}

function whole(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1.');
}

/** ISO 8601, or epoch milliseconds. */
function time(text: string): number {
  const ms = /^\d{11,14}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isFinite(ms)) return ms;
  throw new InvalidArgumentError('It must be a time as 2026-01-31T12:00Z, or milliseconds.');
}
