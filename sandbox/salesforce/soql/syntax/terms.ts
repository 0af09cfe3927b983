/** Fields, functions and literals. */
import type { Cursor } from './cursor.ts';
import type { Token } from './tokens.ts';
import type { Argument, Call, Literal, Term } from './tree.ts';
import { isDateLiteral } from '../date-literals.ts';

export function readTerm(cursor: Cursor): Term {
  if (cursor.sees('(', 1)) return { kind: 'call', call: readCall(cursor) };
  return { kind: 'field', name: cursor.name() };
}

export function readCall(cursor: Cursor): Call {
  const { text: name, index } = cursor.name(true);
  cursor.expect('(');
  const args = cursor.sees(')') ? [] : cursor.inside(() => cursor.list(() => readArgument(cursor)));
  cursor.close();
  const key = `${name}(${args.map(keyOf).join(',')})`.toLowerCase();
  return { name: name.toUpperCase(), index, args, key };
}

function readArgument(cursor: Cursor): Argument {
  const { kind } = cursor.peek();
  if (kind === 'string' || kind === 'number') {
    return { kind: 'literal', literal: readLiteral(cursor) };
  }
  return readTerm(cursor);
}

function keyOf(argument: Argument): string {
  if (argument.kind === 'field') return argument.name.text;
  return argument.kind === 'call' ? argument.call.key : argument.literal.text;
}

const KINDS: Partial<Record<Token['kind'], Literal['kind']>> = {
  string: 'string',
  number: 'number',
  currency: 'currency',
  date: 'date',
  datetime: 'datetime',
  time: 'time',
};
const WORDS: Readonly<Record<string, Literal['kind']>> = {
  TRUE: 'boolean',
  FALSE: 'boolean',
  NULL: 'null',
};

export function readLiteral(cursor: Cursor): Literal {
  if (cursor.sees(':')) throw cursor.refuse(BIND);
  const token = cursor.next();
  const { text, index } = token;
  const kind = KINDS[token.kind];
  if (kind !== undefined) return { kind, text, index };
  if (token.kind !== 'name') throw cursor.unexpected(token);
  const word = WORDS[text.toUpperCase()];
  if (word !== undefined) return { kind: word, text, index };
  const name = text.toUpperCase();
  if (isDateLiteral(name)) return { kind: 'dateLiteral', text: name, index };
  if (!isDateLiteral(`${name}:1`)) throw cursor.refuse(BIND, index);
  cursor.expect(':');
  const count = cursor.next();
  if (count.kind !== 'number' || !/^\d{1,9}$/.test(count.text)) throw cursor.unexpected(count);
  return { kind: 'dateLiteral', text: `${name}:${count.text}`, index };
}

const BIND = 'Bind variables only allowed in Apex code';
