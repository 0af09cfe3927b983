import { closest } from 'fastest-levenshtein';
import { writerSchemaOf } from '../data/encoded-avro.ts';
import type { Schema } from '../data/schema.ts';
import { AppError } from '../foundation/errors.ts';

/** The subject a topic's key or value schema is registered under. */
export type SubjectStrategy = (topic: string, isKey: boolean, schema: Schema) => string;

const JAVA_PACKAGE = 'io.confluent.kafka.serializers.subject.';

export const SUBJECT_STRATEGIES: Readonly<Record<string, SubjectStrategy>> = {
  TopicNameStrategy: (topic, isKey) => topicSubject(topic, isKey),
  RecordNameStrategy: (_topic, _isKey, schema) => recordName(schema, 'RecordNameStrategy'),
  TopicRecordNameStrategy: (topic, _isKey, schema) =>
    `${topic}-${recordName(schema, 'TopicRecordNameStrategy')}`,
};

export const DEFAULT_SUBJECT_STRATEGY = `${JAVA_PACKAGE}TopicNameStrategy`;

/** TopicNameStrategy's subject, which needs no schema. */
export function topicSubject(topic: string, isKey: boolean): string {
  return `${topic}-${isKey ? 'key' : 'value'}`;
}

/** By Confluent's class name, or its simple name with or without `Strategy`. */
export function subjectStrategy(name: string, property: string): SubjectStrategy {
  const simple = name.startsWith(JAVA_PACKAGE) ? name.slice(JAVA_PACKAGE.length) : name;
  const strategy = SUBJECT_STRATEGIES[simple] ?? SUBJECT_STRATEGIES[`${simple}Strategy`];
  if (strategy !== undefined) return strategy;
  throw new AppError('config', 'config.invalid', `${property} ${name} is not known.`, {
    path: property,
    suggestion: `Did you mean ${closest(simple, Object.keys(SUBJECT_STRATEGIES))}?`,
  });
}

function recordName(schema: Schema, strategy: string): string {
  const isRecord = schema.type === 'struct' || writerSchemaOf(schema) !== undefined;
  if (isRecord && schema.name !== undefined) return schema.name;
  throw new AppError(
    'data',
    'registry.subject',
    `${strategy} needs a named record, but the schema is ${schema.type === 'struct' ? 'an unnamed struct' : schema.type}.`,
    { suggestion: 'Use TopicNameStrategy for it.' },
  );
}
