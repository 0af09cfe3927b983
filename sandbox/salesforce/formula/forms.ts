/** Functions that don't need all their arguments, or need to know which field one is. */
import { FormulaError } from './errors.ts';
import { equals } from './operators.ts';
import type { Reference } from './references.ts';
import { isBlank } from './value.ts';
import type { Evaluate } from './world.ts';

export interface FormArguments {
  readonly name: string;
  readonly args: readonly Evaluate[];
  /** The field that an argument names, or an error. */
  readonly reference: (index: number) => Reference;
}

type Form = (form: FormArguments) => Evaluate;

const and: Form =
  ({ args }) =>
  (frame) =>
    args.every((arg) => arg(frame) === true);
const or: Form =
  ({ args }) =>
  (frame) =>
    args.some((arg) => arg(frame) === true);

const ifElse: Form = ({ name, args }) => {
  const [test, then, otherwise] = exactly(name, args, 3);
  return (frame) => (test?.(frame) === true ? then : otherwise)?.(frame) ?? null;
};

/** `CASE(value, when, then, …, else)`. */
const choose: Form = ({ name, args }) => {
  if (args.length < 4 || args.length % 2 !== 0) throw wrongCount(name);
  const [subject] = args;
  const otherwise = args.at(-1);
  const branches = args.slice(1, -1);
  return (frame) => {
    const value = subject?.(frame) ?? null;
    for (let i = 0; i < branches.length; i += 2) {
      if (equals(value, branches[i]?.(frame) ?? null)) return branches[i + 1]?.(frame) ?? null;
    }
    return otherwise?.(frame) ?? null;
  };
};

const blankValue: Form = ({ name, args }) => {
  const [value, instead] = exactly(name, args, 2);
  return (frame) => {
    const found = value?.(frame) ?? null;
    return isBlank(found) ? (instead?.(frame) ?? null) : found;
  };
};

const not: Form = ({ name, args }) => {
  const [value] = exactly(name, args, 1);
  return (frame) => value?.(frame) !== true;
};

const isNew: Form = ({ name, args }) => {
  exactly(name, args, 0);
  return ({ before }) => before === null;
};

const isChanged: Form = ({ name, args, reference }) => {
  exactly(name, args, 1);
  const { read, readBefore } = reference(0);
  return (frame) => frame.before !== null && !equals(read(frame), readBefore(frame));
};

/** Of a new record: the value it gets. */
const priorValue: Form = ({ name, args, reference }) => {
  exactly(name, args, 1);
  const { read, readBefore } = reference(0);
  return (frame) => (frame.before === null ? read(frame) : readBefore(frame));
};

export const FORMS: ReadonlyMap<string, Form> = new Map(
  Object.entries({
    AND: and,
    OR: or,
    IF: ifElse,
    CASE: choose,
    NOT: not,
    BLANKVALUE: blankValue,
    NULLVALUE: blankValue,
    ISNEW: isNew,
    ISCHANGED: isChanged,
    PRIORVALUE: priorValue,
  }),
);

function exactly(name: string, args: readonly Evaluate[], count: number): readonly Evaluate[] {
  if (args.length !== count) throw wrongCount(name);
  return args;
}

export function wrongCount(name: string): FormulaError {
  return new FormulaError(`${name} has the wrong number of arguments`);
}
