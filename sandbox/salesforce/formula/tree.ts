/** What a formula's text says. */
export type Node =
  | { readonly kind: 'literal'; readonly value: string | boolean | null }
  | { readonly kind: 'number'; readonly text: string }
  /** A field, through parents: `Account.Owner.Name`, `$User.Id`. */
  | { readonly kind: 'reference'; readonly path: readonly string[] }
  /** The name in upper case. */
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Node[] }
  | { readonly kind: 'unary'; readonly operator: '-' | '!'; readonly operand: Node }
  | {
      readonly kind: 'binary';
      readonly operator: Operator;
      readonly left: Node;
      readonly right: Node;
    };

export type Operator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '^'
  | '&'
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | '&&'
  | '||';
