/** The same transform cases on a JVM and here; what differs, but for the differences that are listed. */
import fc from 'fast-check';
import { Config } from '../../../src/config/config.ts';
import { parseValue } from '../../../src/config/parse.ts';
import { AppError, messageOf } from '../../../src/foundation/errors.ts';
import { findClass } from '../../../src/config/classes.ts';
import { PREDICATES, TRANSFORMS } from '../../../src/transforms/catalog.ts';
import { caseToWire, recordToWire, transformCases } from './cases.ts';
import type { TransformCase } from './cases.ts';
import { askJvm } from './jvm.ts';
import type { Answer } from './jvm.ts';
import { normalized, sortedKeys } from './wire.ts';

const MASK = /^(Cannot mask|Unable to convert)/;
const CAST = /^(Cast transformation does not|Value \(|Unexpected type)/;

/** Reasons in docs/connect-parity.md; each by what the JVM answered. */
const LISTED: readonly ((jvm: Answer, ours: Answer, given: TransformCase) => boolean)[] = [
  // A bug met at run time: ours says what is wrong.
  ({ errorClass }, { error }) =>
    error !== undefined &&
    /^(NullPointer|ClassCast|IllegalArgument)Exception$/.test(errorClass ?? ''),
  // An object's hash code, or the record itself, in the message.
  ({ error }, ours) => /InsertionSpec@/.test(error ?? '') && ours.error !== undefined,
  ({ error = '' }, ours) =>
    error.startsWith('Timestamp missing on record') &&
    ours.error?.startsWith('Timestamp missing on record') === true,
  // An exception's text where a property's name should be.
  ({ error = '' }, ours) =>
    error.startsWith('Invalid value java.lang.') &&
    ours.error !== undefined &&
    error.endsWith(ours.error),
  // Of several fields that can't be masked or cast, the first to be named depends on a hash.
  ({ error = '' }, ours) => CAST.test(error) && CAST.test(ours.error ?? ''),
  ({ error = '' }, ours) => MASK.test(error) && MASK.test(ours.error ?? ''),
  // Two fields that flatten to one name: which of them stays depends on a hash.
  (_jvm, _ours, { class: name, config, record }) => {
    const data = name.endsWith('$Key') ? record.key : record.value;
    const names = name.includes('Flatten$') ? flatNames(data, config['delimiter'] ?? '.') : [];
    return new Set(names).size < names.length;
  },
  // A field renamed to a name that another has: the JVM reads the wrong one, or which it reads depends on a hash.
  (_jvm, _ours, { class: name, config, record }) => {
    const renames = (config['renames'] ?? '').split(',').map((pair) => pair.split(':'));
    const data = Object(name.endsWith('$Key') ? record.key : record.value) as object;
    return (
      name.includes('ReplaceField') && renames.some(([, to]) => to !== undefined && to in data)
    );
  },
  // A default of a date or decimal for a value that is none any more.
  ({ error }, _ours, { class: name }) => error === 'Invalid default value' && name.includes('Cast'),
  // A replacement with more places than the decimal's schema: fails later on a JVM, at once here.
  ({ errorClass }, ours) => errorClass === 'ArithmeticException' && ours.error !== undefined,
  // Which works on structs alone, though it means to work on lists and maps too.
  ({ error }, ours, { class: name }) =>
    error === 'Cannot list fields on non-struct type' &&
    name.includes('SetSchemaMetadata') &&
    ours.error === undefined,
  // Java's regular expressions explain themselves in their own words.
  ({ error = '' }, ours) => /Invalid regex/.test(error) && /Invalid regex/.test(ours.error ?? ''),
  // A time so far away that JavaScript has no date for it.
  (_jvm, { error = '' }) => error.endsWith('is too far away to be written as a date'),
];

function flatNames(data: unknown, delimiter: string): readonly string[] {
  if (data === null || typeof data !== 'object' || Array.isArray(data)) return [];
  return Object.entries(data).flatMap(([name, value]) => {
    const isMap = value !== null && typeof value === 'object' && !Array.isArray(value);
    return isMap ? flatNames(value, delimiter).map((inner) => name + delimiter + inner) : [name];
  });
}

export async function transformDifferences(seed: number, runs: number): Promise<readonly string[]> {
  const cases = fc.sample(transformCases, { seed, numRuns: runs });
  const answers = await askJvm(cases.map(caseToWire));
  if (answers.length !== cases.length) throw new Error(`${answers.length} answers`);
  return cases.flatMap((given, at) => {
    const jvm = normalized(answers[at]) as Answer;
    const ours = normalized(run(given)) as Answer;
    const expected = { ...jvm, errorClass: undefined };
    if (JSON.stringify(sortedKeys(expected)) === JSON.stringify(sortedKeys(ours))) return [];
    if (LISTED.some((isListed) => isListed(jvm, ours, given))) return [];
    return [
      `case ${at}: ${JSON.stringify(caseToWire(given))}\n  jvm  ${JSON.stringify(sortedKeys(jvm))}\n  ours ${JSON.stringify(sortedKeys(ours))}`,
    ];
  });
}

/** How many cases of a sample neither fail nor are dropped: a sample of errors would prove little. */
export function successes(seed: number, runs: number): number {
  return fc
    .sample(transformCases, { seed, numRuns: runs })
    .filter((given) => !('error' in run(given))).length;
}

function run(given: TransformCase): Answer {
  try {
    if (given.kind === 'predicate') {
      return { test: created(PREDICATES, given).test(given.record) };
    }
    const result = created(TRANSFORMS, given).apply(given.record);
    return result === undefined ? { dropped: true } : { record: recordToWire(result) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { error: messageOf(error) };
  }
}

function created<T>(
  classes: readonly {
    readonly class: string;
    readonly config: readonly Parameters<typeof parseValue>[0][];
    create(config: Config): T;
  }[],
  { class: name, config }: TransformCase,
): T {
  const found = findClass(classes, name);
  if (found === undefined) throw new Error(name);
  for (const key of found.config) {
    const [error] = parseValue(key, config[key.name]).errors;
    if (error !== undefined) throw new AppError('config', 'config.invalid', error);
  }
  return found.create(new Config(found.config, config));
}
