import { randomToken } from '../org/random.ts';
import type { Random } from '../org/random.ts';
import type { SandboxClock } from '../org/types.ts';
import { OneTimeCodes } from './one-time-codes.ts';

/** Salesforce's: a device may ask for so long, and every so many seconds. */
const LIFETIME_MS = 10 * 60_000;
export const POLL_SECONDS = 5;
/** How much earlier a device may ask: its timer isn't ours. */
const POLL_TOLERANCE_MS = 1000;
/** Letters that can't be taken for one another. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';

/** A device that asks to be let in, and what its user said. */
export interface DeviceRequest {
  readonly userCode: string;
  readonly clientId: string;
  readonly scope: string;
  answer: 'pending' | 'denied' | { readonly userId: string };
  /** Sandbox clock, epoch ms. */
  askedAt: number;
}

export class DeviceCodes {
  readonly #codes: OneTimeCodes<DeviceRequest>;
  readonly #clock: SandboxClock;
  readonly #random: Random;

  constructor(clock: SandboxClock, random: Random) {
    this.#codes = new OneTimeCodes(clock, LIFETIME_MS);
    this.#clock = clock;
    this.#random = random;
  }

  /** The code for the device and the one for its user. */
  begin(clientId: string, scope: string): { deviceCode: string; userCode: string } {
    const deviceCode = `M01W${randomToken(this.#random, 60)}==`;
    let userCode = '';
    for (let i = 0; i < 8; i++) userCode += LETTERS.charAt(this.#random(LETTERS.length));
    this.#codes.add(deviceCode, {
      userCode,
      clientId,
      scope,
      answer: 'pending',
      askedAt: -Infinity,
    });
    return { deviceCode, userCode };
  }

  /** That is still waiting for its user. */
  waiting(userCode: string): DeviceRequest | undefined {
    const wanted = userCode.trim().toUpperCase();
    return this.#codes.find((each) => each.userCode === wanted && each.answer === 'pending');
  }

  /** Undefined where it never was one, or no more. One that asks too often is `hasty`. */
  poll(deviceCode: string): { request: DeviceRequest; hasty: boolean } | undefined {
    const request = this.#codes.get(deviceCode);
    if (request === undefined) return undefined;
    const now = this.#clock.now();
    const hasty = now - request.askedAt < POLL_SECONDS * 1000 - POLL_TOLERANCE_MS;
    request.askedAt = now;
    return { request, hasty };
  }

  end(deviceCode: string): void {
    this.#codes.take(deviceCode);
  }
}
