/** Debian's Chromium, headless, driven by its DevTools protocol; tests that need it are skipped where there is none. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { eventually } from './eventually.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const FLAGS = [
  '--headless=new',
  // Tests may run as root, and in containers with little shared memory.
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-extensions',
  '--disable-sync',
  '--hide-scrollbars',
  '--remote-debugging-port=0',
];
const CLOSE_MS = 10_000;

/** Where Chromium is, or undefined. */
export function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

interface Reply {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** One Chromium with a folder of its own. */
export class Browser {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  readonly #listeners = new Set<(reply: Reply) => void>();
  #last = 0;

  private constructor(child: ChildProcess, folder: string, socket: WebSocket) {
    this.#child = child;
    this.#folder = folder;
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(String(data)) as Reply));
  }

  static async start(program: string): Promise<Browser> {
    const folder = mkdtempSync(join(tmpdir(), 'headwater-chromium-'));
    const child = spawn(program, [...FLAGS, `--user-data-dir=${folder}`, 'about:blank'], {
      stdio: 'ignore',
    });
    const [port = '', path = ''] = await eventually(
      () => readPort(folder),
      (lines) => lines.length === 2,
    );
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve(), { once: true });
      socket.addEventListener('error', () => reject(new Error('Chromium is gone')), { once: true });
    });
    return new Browser(child, folder, socket);
  }

  async newPage(): Promise<Page> {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page(this, String(sessionId));
    await page.begin();
    return page;
  }

  send(
    method: string,
    params: object = {},
    sessionId?: string,
  ): Promise<Readonly<Record<string, unknown>>> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result = {}, error }) => {
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${error.message}`));
      });
      this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    });
  }

  onEvent(listener: (event: Reply) => void): void {
    this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    const ended = new Promise<void>((resolve) => void this.#child.once('exit', () => resolve()));
    const late = setTimeout(() => this.#child.kill('SIGKILL'), CLOSE_MS);
    void this.send('Browser.close').catch(() => undefined);
    await ended;
    clearTimeout(late);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }

  #take(reply: Reply): void {
    if (reply.id === undefined) {
      for (const listener of this.#listeners) listener(reply);
      return;
    }
    this.#waiting.get(reply.id)?.(reply);
    this.#waiting.delete(reply.id);
  }
}

/** The port and the path, which Chromium writes when it listens. */
function readPort(folder: string): readonly string[] {
  try {
    return readFileSync(join(folder, 'DevToolsActivePort'), 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}

/** A tab, with what it complained of and which addresses it asked for. */
export class Page {
  readonly problems: string[] = [];
  readonly addresses: string[] = [];
  readonly #browser: Browser;
  readonly #session: string;

  constructor(browser: Browser, session: string) {
    this.#browser = browser;
    this.#session = session;
  }

  async begin(): Promise<void> {
    this.#browser.onEvent((event) => {
      if (event.sessionId === this.#session) this.#note(event);
    });
    for (const domain of ['Runtime', 'Log', 'Network', 'Page']) await this.send(`${domain}.enable`);
  }

  send(method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
    return this.#browser.send(method, params, this.#session);
  }

  async open(url: string): Promise<void> {
    await this.send('Page.navigate', { url });
  }

  async resize(width: number, height: number): Promise<void> {
    const mobile = width < 600;
    await this.send('Emulation.setDeviceMetricsOverride', {
      width,
      height,
      deviceScaleFactor: 1,
      mobile,
    });
  }

  async close(): Promise<void> {
    await this.send('Page.close');
  }

  /** The value of an expression in the page; promises are waited for. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { readonly value: T }).value;
  }

  /** Polls an expression until it is truthy. */
  async until(expression: string): Promise<void> {
    await eventually(
      () => this.evaluate<boolean>(`Boolean(${expression})`),
      (holds) => holds,
    );
  }

  async press(key: string, modifiers = 0): Promise<void> {
    const text = TEXTS[key];
    const code = CODES[key] ?? 0;
    const common = { key, code: key, windowsVirtualKeyCode: code, modifiers };
    const down = text === undefined ? { type: 'rawKeyDown' } : { type: 'keyDown', text };
    await this.send('Input.dispatchKeyEvent', { ...common, ...down });
    await this.send('Input.dispatchKeyEvent', { ...common, type: 'keyUp' });
  }

  async type(text: string): Promise<void> {
    await this.send('Input.insertText', { text });
  }

  /** PNG, base64. */
  async screenshot(): Promise<string> {
    const { data } = await this.send('Page.captureScreenshot', { format: 'png' });
    return String(data);
  }

  #note({ method, params = {} }: Reply): void {
    if (method === 'Runtime.exceptionThrown') this.problems.push(JSON.stringify(params));
    if (method === 'Runtime.consoleAPICalled' && params['type'] === 'error') {
      this.problems.push(JSON.stringify(params['args']));
    }
    if (method === 'Log.entryAdded') this.problems.push(JSON.stringify(params['entry']));
    if (method === 'Network.requestWillBeSent') {
      this.addresses.push((params['request'] as { readonly url: string }).url);
    }
  }
}

const CODES: Readonly<Record<string, number>> = { Tab: 9, Enter: 13, Escape: 27, ' ': 32 };
const TEXTS: Readonly<Record<string, string>> = { Enter: '\r', ' ': ' ' };
