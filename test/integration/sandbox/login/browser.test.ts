/**
 * Goal: the login page and the page for devices work in a browser, by keyboard, on a phone, with their policy on.
 * Method: Chromium, driven by its DevTools protocol; an application that listens for the code. Skipped where there is no
 * Chromium.
 */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startSandbox } from '../../../../sandbox/index.ts';
import type { Sandbox } from '../../../../sandbox/index.ts';
import { Browser, findChromium } from '../../../support/browser.ts';
import type { Page } from '../../../support/browser.ts';
import { client, token } from './support.ts';

const chromium = findChromium();

describe.skipIf(chromium === undefined)('in Chromium', () => {
  let sandbox: Sandbox;
  let browser: Browser;
  let page: Page;
  let application: Server;
  let callback: string;

  beforeAll(async () => {
    sandbox = await startSandbox();
    browser = await Browser.start(chromium ?? '');
    application = createServer((_request, response) => response.end('Welcome back'));
    await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
    callback = `http://127.0.0.1:${(application.address() as AddressInfo).port}/callback`;
  });
  afterAll(async () => {
    await browser?.close();
    application?.close();
    application?.closeAllConnections();
    await sandbox?.close();
  });
  beforeEach(async () => {
    page = await browser.newPage();
    await page.resize(360, 740);
  });
  afterEach(() => page.close());

  /** A browser gives the focus some time after the page is there. */
  const focused = (id: string): Promise<void> =>
    page.until(`document.activeElement?.id === '${id}'`);
  const isWide = (): Promise<boolean> =>
    page.evaluate('document.documentElement.scrollWidth > innerWidth');

  test('a user logs in by keyboard, and the application gets its code', async () => {
    const asked = new URLSearchParams({
      response_type: 'code',
      client_id: sandbox.clientId,
      redirect_uri: callback,
      state: 'mine',
    });
    await page.open(`${sandbox.http}/services/oauth2/authorize?${asked.toString()}`);
    await page.until(`document.querySelector('#Login') !== null`);
    await focused('username');
    expect(await isWide()).toBe(false);
    await page.type(sandbox.username);
    await page.press('Tab');
    await focused('password');
    await page.type('wrong');
    await page.press('Enter');
    await page.until(`document.querySelector('[role=alert]') !== null`);
    await focused('password');
    await page.type(sandbox.password);
    await page.press('Enter');
    await page.until(`document.body?.textContent === 'Welcome back'`);

    const address = new URL(await page.evaluate<string>('location.href'));
    expect(address.searchParams.get('state')).toBe('mine');
    const { status } = await token(sandbox, {
      grant_type: 'authorization_code',
      code: address.searchParams.get('code') ?? '',
      redirect_uri: callback,
      ...client(sandbox),
    });
    expect(status).toBe(200);
    expect(page.problems).toEqual([]);
  });

  test('a user lets a device in', async () => {
    const { body } = await token(sandbox, {
      response_type: 'device_code',
      client_id: 'PlatformCLI',
    });
    await page.open(`${String(body['verification_uri'])}?user_code=${String(body['user_code'])}`);
    await page.until(`document.querySelector('#Login') !== null`);
    expect(await isWide()).toBe(false);
    await page.evaluate(`document.querySelector('#username').focus()`);
    await page.type(sandbox.username);
    await page.press('Tab');
    await page.type(sandbox.password);
    await page.press('Enter');
    await page.until(`document.querySelector('h1')?.textContent === "You're connected"`);
    expect(page.problems).toEqual([]);
  });
});
