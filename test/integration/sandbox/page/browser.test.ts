/**
 * Goal: the page works in a browser: without anything from outside, by keyboard, on a phone, and whatever records are
 * called. Method: Chromium, driven by its DevTools protocol. Skipped where there is no Chromium.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startSandbox } from '../../../../sandbox/index.ts';
import type { Sandbox } from '../../../../sandbox/index.ts';
import { Browser, findChromium } from '../../../support/browser.ts';
import type { Page } from '../../../support/browser.ts';

const chromium = findChromium();
const XSS = '<img src=x onerror="document.title=\'owned\'">';
const DESKTOP = [1440, 900] as const;
const PHONE = [360, 740] as const;
/** In the DevTools protocol. */
const SHIFT = 8;

describe.skipIf(chromium === undefined)('the page in Chromium', () => {
  let sandbox: Sandbox;
  let browser: Browser;
  let page: Page;
  let id: string;

  beforeAll(async () => {
    sandbox = await startSandbox({ seed: 11 });
    browser = await Browser.start(chromium ?? '');
  });
  afterAll(async () => {
    await browser?.close();
    await sandbox?.close();
  });
  beforeEach(async () => {
    id = create('Account', { Name: 'Wheelworks' });
    page = await browser.newPage();
    await page.resize(...DESKTOP);
  });

  afterEach(() => page.close());

  function create(entity: string, values: object): string {
    const actor = { userId: sandbox.org.users()[0]?.id ?? '', origin: '' };
    const insert = { op: 'insert' as const, entity, values: { ...values } };
    return sandbox.org.write(actor, [insert], true)[0]?.id ?? '';
  }

  async function open(hash: string): Promise<void> {
    await page.open(`${sandbox.http}/${hash}`);
    await shows(hash);
    await page.until(`document.getElementById('live').dataset.state === 'on'`);
  }

  async function go(hash: string): Promise<void> {
    await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
    await shows(hash);
  }

  /** The view of before stays until the one that was asked for is ready. */
  async function shows(hash: string): Promise<void> {
    const path = /^#\/([^?]+)/.exec(hash)?.[1] ?? 'objects';
    await page.until(`document.getElementById('main')?.dataset.path === ${JSON.stringify(path)}`);
  }

  /** No complaint of the browser's, and nothing fetched from elsewhere. */
  function expectClean(): void {
    expect(page.problems).toEqual([]);
    const outside = page.addresses.filter(
      (address) => !address.startsWith(`${sandbox.http}/`) && !address.startsWith('data:'),
    );
    expect(outside).toEqual([]);
  }

  const textOf = (selector: string): Promise<string> =>
    page.evaluate(`document.querySelector(${JSON.stringify(selector)})?.textContent ?? ''`);

  /** What has the focus, by its label or text. */
  const focused = (): Promise<string> =>
    page.evaluate(
      `(({ activeElement: e }) => e.ariaLabel ?? e.labels?.[0]?.textContent ?? e.textContent)(document)`,
    );

  /** Tabs until something called so has the focus. */
  async function tabTo(name: string, most = 60): Promise<void> {
    for (let i = 0; i < most; i++) {
      if ((await focused()).trim() === name) return;
      await page.press('Tab');
    }
    throw new Error(`${name} is not reached by ${most} tabs; last: ${await focused()}`);
  }

  test('shows objects with their counts', async () => {
    await open('');
    await page.until(`document.querySelectorAll('tbody tr').length > 10`);
    const row = await page.evaluate<string>(
      `[...document.querySelectorAll('tbody tr')].find((tr) => tr.textContent.startsWith('Account')).textContent`,
    );
    expect(row).toMatch(/^Account\D*\d+$/);
    expectClean();
  });

  test('an edit by keyboard is written, and appears in the live stream', async () => {
    await open(`#/records/${id}`);
    await tabTo('Edit Account Name');
    await page.press('Enter');
    await page.until(`document.activeElement.tagName === 'INPUT'`);
    await page.evaluate(`document.activeElement.select()`);
    await page.type('Wheelworks Oy');
    await page.press('Enter');
    await page.until(`document.querySelector('h1').textContent === 'Wheelworks Oy'`);
    expect(sandbox.org.record('Account', id)?.['Name']).toBe('Wheelworks Oy');
    expect(await focused()).toBe('Edit Account Name');
    await go('#/events');
    await page.until(`document.querySelector('.events li')`);
    const event = await textOf('.events li');
    expect(event).toContain('UPDATE');
    expect(event).toContain(`${id} · Name`);
    expectClean();
  });

  test('what is refused is told at the field, and Escape leaves it', async () => {
    await open(`#/records/${id}`);
    await tabTo('Edit Account Name');
    await page.press('Enter');
    await page.until(`document.activeElement.tagName === 'INPUT'`);
    await page.evaluate(`document.activeElement.value = ''`);
    await page.press('Enter');
    await page.until(`document.querySelector('.edit .error').textContent !== ''`);
    expect(await textOf('.edit .error')).toContain('Required fields are missing: [Name]');
    expect(await page.evaluate(`document.activeElement.ariaInvalid`)).toBe('true');
    await page.press('Escape');
    await page.until(`document.querySelector('.edit') === null`);
    expect(await focused()).toBe('Edit Account Name');
    expect(sandbox.org.record('Account', id)?.['Name']).toBe('Wheelworks');
  });

  test('a change by somebody else shows while one looks', async () => {
    await open(`#/records/${id}`);
    const actor = { userId: sandbox.org.users()[0]?.id ?? '', origin: '' };
    const values = { Name: 'Changed elsewhere' };
    sandbox.org.write(actor, [{ op: 'update', entity: 'Account', id, values }], true);
    await page.until(`document.querySelector('h1').textContent === 'Changed elsewhere'`);
    expectClean();
  });

  test('markup in a name is text wherever it is shown', async () => {
    const evil = create('Account', { Name: XSS, Phone: '<script>document.title="owned"</script>' });
    for (const hash of [
      '#/objects/Account?sort=CreatedDate&descending=true',
      `#/records/${evil}`,
    ]) {
      await open(hash);
      await page.until(`document.querySelector('#main').textContent.includes('<img src=x')`);
    }
    await page.evaluate(`document.getElementById('record-action').click()`);
    await page.until(`document.querySelector('dialog')`);
    await page.evaluate(`document.querySelector('dialog button').click()`);
    await page.until(`document.querySelector('.badge.bad')`);
    await go('#/bin');
    await page.until(`document.querySelector('#main tbody')?.textContent.includes('<img src=x')`);
    await go('#/events');
    await page.until(`document.querySelector('.events summary')`);
    await page.evaluate(`document.querySelector('.events summary').click()`);
    expect(await page.evaluate(`document.querySelectorAll('#main img, #main script').length`)).toBe(
      0,
    );
    expect(await page.evaluate(`document.title`)).not.toBe('owned');
    expectClean();
  });

  test('a record is made by a form that tells what is needed', async () => {
    await open('#/objects/Contact/new');
    await page.evaluate(`document.querySelector('#main form button').click()`);
    await page.until(`document.querySelector('.error:not(:empty)')`);
    expect(await focused()).toBe('Last Name (needed)');
    await page.type('Berg');
    await page.press('Enter');
    await page.until(`location.hash.startsWith('#/records/003')`);
    await page.until(`document.querySelector('h1').textContent === 'Berg'`);
  });

  test('a fault is switched on, met by a client, and off again', async () => {
    await open('#/faults');
    const row = `[...document.querySelectorAll('.fault')].find((each) => each.querySelector('strong').textContent === 'serviceUnavailable')`;
    await page.evaluate(`${row}.querySelector('summary').click()`);
    await page.evaluate(`${row}.querySelector('button').click()`);
    await page.until(`${row}.querySelector('.badge').textContent === 'on'`);
    const headers = { authorization: `Bearer ${sandbox.accessToken}` };
    const answer = await fetch(`${sandbox.http}/services/data/v66.0/limits`, { headers });
    expect(answer.status).toBe(503);
    await page.evaluate(`${row}.querySelectorAll('button')[1].click()`);
    await page.until(`${row}.querySelector('.badge').textContent === 'off'`);
  });

  test('the first tab skips to the content; nothing traps the focus', async () => {
    await open('#/clock');
    await page.press('Tab');
    expect(await focused()).toBe('Skip to content');
    await page.press('Enter');
    expect(await page.evaluate(`document.activeElement.id`)).toBe('main');
    await page.press('Tab', SHIFT);
    expect(
      await page.evaluate(`document.getElementById('nav').contains(document.activeElement)`),
    ).toBe(true);
    await tabTo('Advance');
  });

  test('every view fits a phone, and the menu leads everywhere', async () => {
    await page.resize(...PHONE);
    await open('');
    await page.evaluate(`document.getElementById('menu').click()`);
    const names = await page.evaluate<string[]>(
      `[...document.querySelectorAll('#nav a')].map((link) => link.hash)`,
    );
    expect(names.length).toBeGreaterThanOrEqual(10);
    for (const hash of [...names, `#/records/${id}`, '#/objects/Account', '#/objects/Lead/new']) {
      await go(hash);
      expect(await page.evaluate(`document.documentElement.scrollWidth - innerWidth`), hash).toBe(
        0,
      );
      expect(
        await page.evaluate(`document.querySelector('#main .alert:not([hidden])')`),
        hash,
      ).toBeNull();
    }
    expectClean();
  });
});
