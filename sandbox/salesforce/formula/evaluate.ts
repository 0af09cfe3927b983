/** A formula's tree → a function of a record. */
import { parseDecimal, ZERO } from './decimal.ts';
import { FormulaError, FormulaValueError } from './errors.ts';
import { FORMS, wrongCount } from './forms.ts';
import { functionOf } from './functions/index.ts';
import { BINARY, negated } from './operators.ts';
import { parseFormula } from './parser.ts';
import { resolveReference } from './references.ts';
import type { Reference, ReferenceOptions } from './references.ts';
import type { Node } from './tree.ts';
import type { Evaluate } from './world.ts';

/** How deep formulas may lead to each other. */
const MAX_CHAIN = 50;
let chain = 0;

/**
 * Throws FormulaError where the text is no formula, a function isn't supported, or a field isn't there. The function
 * that comes back gives null where there is no result (`#Error!`).
 */
export function compileFormula(source: string, options: ReferenceOptions): Evaluate {
  const evaluate = compile(parseFormula(source), options);
  return (frame) => {
    if (chain >= MAX_CHAIN) return null;
    chain++;
    try {
      return evaluate(frame);
    } catch (error) {
      if (error instanceof FormulaError) return null;
      throw error;
    } finally {
      chain--;
    }
  };
}

function compile(node: Node, options: ReferenceOptions): Evaluate {
  switch (node.kind) {
    case 'literal': {
      const { value } = node;
      return () => value;
    }
    case 'number': {
      const value = parseDecimal(node.text) ?? ZERO;
      return () => value;
    }
    case 'reference':
      return resolveReference(node.path, options).read;
    case 'unary': {
      const operand = compile(node.operand, options);
      if (node.operator === '!') return (frame) => operand(frame) !== true;
      return (frame) => negated(operand(frame));
    }
    case 'binary':
      return compileBinary(node, options);
    case 'call':
      return compileCall(node, options);
  }
}

function compileBinary(
  node: Extract<Node, { kind: 'binary' }>,
  options: ReferenceOptions,
): Evaluate {
  const { operator } = node;
  const left = compile(node.left, options);
  const right = compile(node.right, options);
  if (operator === '&&') return (frame) => left(frame) === true && right(frame) === true;
  if (operator === '||') return (frame) => left(frame) === true || right(frame) === true;
  const apply = BINARY[operator];
  return (frame) => apply(left(frame), right(frame));
}

function compileCall(
  { name, args: nodes }: Extract<Node, { kind: 'call' }>,
  options: ReferenceOptions,
): Evaluate {
  const args = nodes.map((node) => compile(node, options));
  const form = FORMS.get(name);
  if (form !== undefined) {
    return form({
      name,
      args,
      reference: (index) => requireReference(name, nodes[index], options),
    });
  }
  const known = functionOf(name);
  if (known === undefined) throw new FormulaError(`the function ${name} is not supported`);
  if (args.length < known.min || args.length > known.max) throw wrongCount(name);
  const { run } = known;
  return (frame) =>
    run(
      args.map((arg) => arg(frame)),
      frame,
    );
}

function requireReference(
  name: string,
  node: Node | undefined,
  options: ReferenceOptions,
): Reference {
  const reference = node?.kind === 'reference' ? resolveReference(node.path, options) : undefined;
  if (reference?.own === true) return reference;
  throw new FormulaValueError(`${name} takes a field of the record`);
}
