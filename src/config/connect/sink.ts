/** The properties every sink connector has besides the common ones, as Connect 4.3.1 words them. */
import type { ConfigDef, Finding, Properties } from '../definition.ts';
import { noneTwice } from './checks.ts';
import { javaRegexFull, javaRegexProblem } from '../java-regex.ts';

export const SINK_KEYS: ConfigDef = [
  {
    name: 'topics',
    type: 'LIST',
    default: '',
    importance: 'HIGH',
    documentation: 'List of topics to consume, separated by commas',
    group: 'Common',
    order: 4,
    width: 'LONG',
    displayName: 'Topics',
    refusal: noneTwice,
  },
  {
    name: 'topics.regex',
    type: 'STRING',
    default: '',
    importance: 'HIGH',
    documentation:
      'Regular expression giving topics to consume. Under the hood, the regex is compiled to a <code>java.util.regex.Pattern</code>. Only one of topics or topics.regex should be specified.',
    group: 'Common',
    order: 4,
    width: 'LONG',
    displayName: 'Topics regex',
    check: (value) => javaRegexProblem(String(value)),
  },
  {
    name: 'errors.deadletterqueue.topic.name',
    type: 'STRING',
    default: '',
    importance: 'MEDIUM',
    documentation:
      'The name of the topic to be used as the dead letter queue (DLQ) for messages that result in an error when processed by this sink connector, or its transformations or converters. The topic name is blank by default, which means that no messages are to be recorded in the DLQ.',
    group: 'Error Handling',
    order: 6,
    width: 'MEDIUM',
    displayName: 'Dead Letter Queue Topic Name',
  },
  {
    name: 'errors.deadletterqueue.topic.replication.factor',
    type: 'SHORT',
    default: '3',
    importance: 'MEDIUM',
    documentation:
      "Replication factor used to create the dead letter queue topic when it doesn't already exist.",
    group: 'Error Handling',
    order: 7,
    width: 'MEDIUM',
    displayName: 'Dead Letter Queue Topic Replication Factor',
  },
  {
    name: 'errors.deadletterqueue.context.headers.enable',
    type: 'BOOLEAN',
    default: 'false',
    importance: 'MEDIUM',
    documentation:
      'If true, add headers containing error context to the messages written to the dead letter queue. To avoid clashing with headers from the original record, all error context header keys, all error context header keys will start with <code>__connect.errors.</code>',
    group: 'Error Handling',
    order: 8,
    width: 'MEDIUM',
    displayName: 'Enable Error Context Headers',
  },
];

const DEAD_LETTERS = 'errors.deadletterqueue.';

/** A source has dead letters here, not in Connect: their keys stand in its answers only if it names one. */
export function sourceDeadLetterKeys(properties: Properties): ConfigDef {
  if (!Object.keys(properties).some((name) => name.startsWith(DEAD_LETTERS))) return [];
  return SINK_KEYS.filter(({ name }) => name.startsWith(DEAD_LETTERS));
}

/** What a sink's properties contradict among each other, in Connect's words. */
export function sinkFindings(properties: Properties): readonly Finding[] {
  const topics = (properties['topics'] ?? '').trim();
  const regex = (properties['topics.regex'] ?? '').trim();
  const deadLetters = (properties['errors.deadletterqueue.topic.name'] ?? '').trim();
  const both = (message: string): readonly Finding[] => [
    { path: 'topics', message },
    { path: 'topics.regex', message },
  ];
  if (topics !== '' && regex !== '') {
    return both('topics and topics.regex are mutually exclusive options, but both are set.');
  }
  if (topics === '' && regex === '') return both('Must configure one of topics or topics.regex');
  const names = topics.split(',').map((topic) => topic.trim());
  if (deadLetters !== '' && names.includes(deadLetters)) {
    const message = `The DLQ topic '${deadLetters}' may not be included in the list of topics ('topics=[${names.join(', ')}]') consumed by the connector`;
    return [{ path: 'topics', message }];
  }
  if (deadLetters !== '' && regex !== '' && matches(regex, deadLetters)) {
    const message = `The DLQ topic '${deadLetters}' may not be included in the regex matching topics ('topics.regex=${regex}') consumed by the connector`;
    return [{ path: 'topics.regex', message }];
  }
  return [];
}

/** A pattern that is none is told by its own property. */
function matches(regex: string, topic: string): boolean {
  return javaRegexProblem(regex) === undefined && javaRegexFull(regex, 'topics.regex').test(topic);
}
