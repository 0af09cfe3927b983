/** The tokens of `values-parse.ts`: delimiters one by one, everything between them in one piece. */

const DELIMITERS = ':,{}[]"';

export class Tokens {
  readonly text: string;
  #at = 0;
  #peeked: string | undefined;
  #previous: string | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** Where the next token begins. */
  mark(): number {
    return this.#at - (this.#peeked?.length ?? 0);
  }

  rewindTo(position: number): void {
    this.#at = position;
    this.#peeked = undefined;
    this.#previous = undefined;
  }

  hasNext(): boolean {
    return this.#peeked !== undefined || this.#more();
  }

  next(): string {
    const token = this.#peeked ?? this.#read();
    this.#peeked = undefined;
    this.#previous = token;
    return token;
  }

  /** The next `count` tokens as one text; undefined, and nothing taken, when there are fewer. */
  take(count: number): string | undefined {
    const start = this.mark();
    for (let taken = 0; taken < count; taken += 1) {
      if (!this.hasNext()) {
        this.rewindTo(start);
        return undefined;
      }
      this.next();
    }
    return this.text.slice(start, this.#at);
  }

  /** Takes the next token when it is `expected`, spaces around it ignored; blank tokens before it are passed over. */
  consume(expected: string): boolean {
    if (this.#peeked === undefined) {
      if (!this.#more()) return false;
      this.#peeked = this.#read();
    }
    while (this.#peeked.trim() === '' && this.#more()) this.#peeked = this.#read();
    if (this.#peeked.trim() !== expected) return false;
    this.#peeked = undefined;
    return true;
  }

  /** The token that was taken last by `next`. */
  get previous(): string | undefined {
    return this.#previous;
  }

  #more(): boolean {
    return this.#at < this.text.length;
  }

  #read(): string {
    const start = this.#at;
    let escaped = false;
    while (this.#more()) {
      const char = this.text[this.#at] ?? '';
      if (char === '\\') {
        escaped = !escaped;
      } else {
        if (!escaped && DELIMITERS.includes(char)) {
          if (start === this.#at) this.#at += 1;
          return this.text.slice(start, this.#at);
        }
        escaped = false;
      }
      this.#at += 1;
    }
    return this.text.slice(start, this.#at);
  }
}
