/** The truth table as the page that users read, `docs/sandbox.md`. */
import type { Behaviour, BehaviourChapter } from './behaviour.ts';

const INTRODUCTION = `# What the sandbox does, and what it doesn't

\`headwater sandbox\` stands in for a Salesforce org. This table says how far: each behaviour is **simulated**, **partly**
simulated (what is left out is said), or **refused** (with the error that a caller gets). A request for anything that
stands nowhere here is refused as Salesforce refuses what it doesn't know, and the sandbox's log names it once, as
\`not simulated: …\`. Evidence is where a behaviour comes from: Salesforce's documentation, captures of real orgs, or the
clients that have to work with it. The page is made from \`sandbox/salesforce/behaviours/\`, and a test holds it equal.
`;

export function truthTable(chapters: readonly BehaviourChapter[]): string {
  return [INTRODUCTION, ...chapters.map(chapterOf)].join('\n');
}

function chapterOf({ title, behaviours }: BehaviourChapter): string {
  const rows = behaviours.map(rowOf);
  const head = '| behaviour | | not there, or the error | evidence | held by |';
  return [`## ${title}`, '', head, '| --- | --- | --- | --- | --- |', ...rows, ''].join('\n');
}

function rowOf({ name, calls, status, missing, evidence, test }: Behaviour): string {
  const requests = (calls ?? []).map((call) => `\`${call.trim()}\``).join(', ');
  const held = test === undefined ? '' : `[${test.split('/').at(-1) ?? ''}](../${test})`;
  const what = requests === '' ? name : `${name}: ${requests}`;
  const cells = [what, status, missing ?? '', evidence, held];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
