/** `kill -9` of a sandbox that keeps its org, under load, again and again; then all that was answered is looked for. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fetch } from 'undici';
import { EventFold } from './event-fold.ts';
import type { KeptSandbox } from './event-fold.ts';
import { eventually } from './eventually.ts';
import type { Random } from './random.ts';

export interface StateKillResult {
  readonly kills: number;
  /** Writes that were answered. */
  readonly acknowledged: number;
  /** Writes that a kill left without an answer: both outcomes are right. */
  readonly unanswered: number;
  readonly events: number;
  /** Snapshots that had been made at the end. */
  readonly snapshots: number;
  /** What went wrong, one sentence each. */
  readonly wrong: readonly string[];
}

/** A record of one writer: what may be in the org; `undefined` is deleted. */
interface Held {
  readonly id: string;
  possible: readonly (string | undefined)[];
}

const WRITERS = 8;
/** Snapshots are under way at many of the kills. */
const SNAPSHOT_AFTER_BYTES = 40_000;
const DATA = '/services/data/v60.0';
const TOKENS_LOOKED_AT = 20;

export async function stateKillProof(kills: number, random: Random): Promise<StateKillResult> {
  const folder = mkdtempSync(join(tmpdir(), 'headwater-kept-'));
  const held: Held[] = [];
  const tokens: string[] = [];
  const fold = new EventFold();
  const counts = { acknowledged: 0, unanswered: 0 };
  let version = 0;

  const step = async (sandbox: KeptSandbox, mine: Held[]): Promise<void> => {
    const value = String(++version);
    const one = mine.length === 0 || random.below(4) === 0 ? undefined : random.pick(mine);
    if (one === undefined) {
      const body = { Name: 'Kept', Description: value };
      const { id } = (await send(sandbox, 'POST', '', body)) as { id: string };
      mine.push({ id, possible: [value] });
    } else {
      const gone = random.below(8) === 0;
      const before = one.possible;
      one.possible = [...before, gone ? undefined : value];
      await (gone
        ? send(sandbox, 'DELETE', `/${one.id}`)
        : send(sandbox, 'PATCH', `/${one.id}`, { Description: value }));
      one.possible = [gone ? undefined : value];
      if (gone) mine.splice(mine.indexOf(one), 1);
    }
    counts.acknowledged++;
    if (random.below(10) === 0) tokens.push(await logIn(sandbox));
  };
  const write = async (sandbox: KeptSandbox): Promise<void> => {
    const mine: Held[] = [];
    try {
      for (;;) {
        const known = mine.length;
        await step(sandbox, mine);
        if (mine.length > known) held.push(...mine.slice(known));
      }
    } catch (error) {
      if (error instanceof Refused) throw error;
      counts.unanswered++;
    }
  };

  const wrong: string[] = [];
  try {
    for (let i = 0; i < kills; i++) {
      const { child, sandbox } = await start(folder);
      using reading = fold.follow(sandbox);
      const writing = Promise.all(Array.from({ length: WRITERS }, () => write(sandbox)));
      await pause(50 + random.below(600));
      child.kill('SIGKILL');
      await once(child, 'exit');
      await writing;
      wrong.push(...(await reading.problems()));
    }
    const { child, sandbox } = await start(folder);
    try {
      const whole = new EventFold();
      using reading = fold.follow(sandbox);
      using rereading = whole.follow(sandbox);
      const org = await readOrg(sandbox);
      for (const each of [fold, whole]) {
        await eventually(
          () => differences(org, each.records),
          (found) => found.length === 0,
        ).catch((error: unknown) => wrong.push(`events and org differ: ${String(error)}`));
        wrong.push(...each.problems);
      }
      wrong.push(...(await rereading.problems()));
      if (whole.count !== fold.count) {
        wrong.push(`${whole.count} events are kept, ${fold.count} were told`);
      }
      wrong.push(...(await reading.problems()), ...lost(org, held));
      for (const token of tokens.slice(-TOKENS_LOOKED_AT)) {
        if (!(await isLive(sandbox, token))) wrong.push('a session that was opened is gone');
      }
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    const newest = readdirSync(folder).filter((name) => /^snapshot-\d+$/.test(name));
    const snapshots = Math.max(...newest.map((name) => Number(name.slice('snapshot-'.length))));
    return { kills, ...counts, events: fold.count, snapshots, wrong };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function start(folder: string): Promise<{
  readonly child: ReturnType<typeof spawn>;
  readonly sandbox: KeptSandbox;
}> {
  const script = join(import.meta.dirname, 'kept-sandbox.ts');
  const child = spawn(process.execPath, [script, folder, String(SNAPSHOT_AFTER_BYTES)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    return { child, sandbox: JSON.parse(line) as KeptSandbox };
  }
  throw new Error('The sandbox ended before it listened.');
}

/** An answer that no kill explains. */
class Refused extends Error {}

async function send(
  { http, accessToken }: KeptSandbox,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const response = await fetch(`${http}${DATA}/sobjects/Account${path}`, {
    method,
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.status >= 300) throw new Refused(`${method}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

async function logIn({ http, clientId, refreshToken }: KeptSandbox): Promise<string> {
  const response = await fetch(`${http}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: clientId,
      refresh_token: refreshToken,
    }),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Refused(`login: ${response.status} ${text}`);
  return (JSON.parse(text) as { access_token: string }).access_token;
}

async function isLive({ http }: KeptSandbox, token: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${http}/services/oauth2/userinfo`, { headers });
  await response.text();
  return response.status === 200;
}

/** Description by id. */
async function readOrg({ http, accessToken }: KeptSandbox): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let next: string | undefined = `${DATA}/query?q=SELECT+Id,Description+FROM+Account`;
  while (next !== undefined) {
    const headers = { authorization: `Bearer ${accessToken}` };
    const response = await fetch(`${http}${next}`, { headers });
    const page = (await response.json()) as {
      records: { Id: string; Description: string }[];
      nextRecordsUrl?: string;
    };
    for (const { Id, Description } of page.records) found.set(Id, Description);
    next = page.nextRecordsUrl;
  }
  return found;
}

function lost(org: ReadonlyMap<string, string>, held: readonly Held[]): string[] {
  return held
    .filter(({ id, possible }) => !possible.includes(org.get(id)))
    .map(({ id, possible }) => `${id} is ${org.get(id)}, not ${possible.join(' or ')}`);
}

function differences(
  org: ReadonlyMap<string, string>,
  told: ReadonlyMap<string, string>,
): string[] {
  return [...new Set([...org.keys(), ...told.keys()])]
    .filter((id) => org.get(id) !== told.get(id))
    .map((id) => `${id}: ${org.get(id)} in the org, ${told.get(id)} by its events`);
}
