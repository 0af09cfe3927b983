/** What the demo shows while it runs: a screen that refreshes, or a line now and then. */
export interface Figures {
  readonly chapter: string;
  readonly deeds: number;
  readonly perSecond: number;
  readonly rows: number;
  readonly latencyMs: number | undefined;
  readonly deadLetters: number;
  readonly states: string;
}

const LINE_EVERY_MS = 2_000;

export class Screen {
  readonly #live = process.stdout.isTTY;
  #height = 0;
  #lastLine = 0;

  /** A sentence that stays. */
  say(text: string): void {
    this.#clear();
    process.stdout.write(`${text}\n`);
  }

  show(figures: Figures): void {
    if (!this.#live) {
      if (performance.now() - this.#lastLine < LINE_EVERY_MS) return;
      this.#lastLine = performance.now();
      process.stdout.write(`  ${figures.chapter}: ${summary(figures)}\n`);
      return;
    }
    this.#clear();
    const lines = [
      '',
      `  ${figures.chapter}`,
      `  changes      ${figures.deeds}   (${figures.perSecond.toFixed(0)}/s)`,
      `  warehouse    ${figures.rows} rows`,
      `  latency      ${figures.latencyMs === undefined ? '–' : `${figures.latencyMs.toFixed(0)} ms`} from the REST write to the commit`,
      `  dead letters ${figures.deadLetters}`,
      `  connectors   ${figures.states}`,
      '',
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
    this.#height = lines.length;
  }

  #clear(): void {
    if (this.#live && this.#height > 0) process.stdout.write(`\u001b[${this.#height}A\u001b[J`);
    this.#height = 0;
  }
}

function summary(f: Figures): string {
  const latency = f.latencyMs === undefined ? '' : `, latency ${f.latencyMs.toFixed(0)} ms`;
  return `${f.deeds} changes (${f.perSecond.toFixed(0)}/s), ${f.rows} rows${latency}, ${f.deadLetters} dead letters; ${f.states}`;
}
