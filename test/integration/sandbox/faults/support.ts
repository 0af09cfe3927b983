/** A whole sandbox that is told to misbehave, and a plain client of it. */
import { startSandbox } from '../../../../sandbox/index.ts';
import type { Sandbox, SandboxOptions } from '../../../../sandbox/index.ts';
import type { SandboxOrg } from '../../../../sandbox/salesforce/org/org.ts';
import { ORDER_EVENT } from '../../../support/pubsub.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export class FaultySandbox implements AsyncDisposable {
  readonly sandbox: Sandbox;

  private constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
  }

  /** With a platform event, `Order_Event__e`. */
  static async start(options: SandboxOptions = {}): Promise<FaultySandbox> {
    const sandbox = await startSandbox({ seed: 1, ...options });
    (sandbox.org as SandboxOrg).addObject(ORDER_EVENT);
    return new FaultySandbox(sandbox);
  }

  async set(faults: object): Promise<void> {
    const answer = await this.call('PUT', '/__sandbox/v1/faults', faults);
    if (answer.status !== 200) throw new Error(answer.text);
  }

  async clear(): Promise<void> {
    await this.call('DELETE', '/__sandbox/v1/faults');
  }

  async call(method: string, path: string, body?: object | string): Promise<Answer> {
    const { http, accessToken } = this.sandbox;
    const type = typeof body === 'string' ? 'text/csv' : 'application/json';
    const response = await fetch(`${http}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${accessToken}`,
        ...(body === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** Under `/services/data/v60.0`. */
  rest(method: string, path: string, body?: object | string): Promise<Answer> {
    return this.call(method, `/services/data/v60.0${path}`, body);
  }

  accounts(): number {
    return [...this.sandbox.org.records('Account')].length;
  }

  addAccount(Name: string): void {
    const actor = { userId: this.sandbox.org.users()[0]?.id ?? '', origin: '' };
    this.sandbox.org.write(actor, [{ op: 'insert', entity: 'Account', values: { Name } }], true);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.sandbox.close();
  }
}
