import { createRandom } from '../org/random.ts';
import type { Random } from '../org/random.ts';
import { matchesPath } from './path-pattern.ts';
import { FAULT_NAMES, isSwitch, specOf } from './registry.ts';
import type { Setting, SwitchName } from './registry.ts';
import type { AnySetting } from './spec.ts';

/** What a fault may happen to. */
export interface Subject {
  /** Of a request, without its query. */
  readonly path?: string | undefined;
  /** HTTP method, or rpc. */
  readonly method?: string | undefined;
}

interface Armed {
  readonly setting: AnySetting;
  /** Of its own, so that what happens to others changes nothing here. */
  readonly random: Random;
  /** How often it happens yet. */
  left: number;
  /** Sandbox time, ms. */
  readonly since: number;
}

const NONE: readonly Armed[] = [];
const CHANCES = 2 ** 30;
const ANYTHING: Subject = {};
const HTTP_NAMES: readonly SwitchName[] = FAULT_NAMES.filter(isSwitch).filter((name) => {
  const { api } = specOf(name);
  return api === 'HTTP' || name === 'sessionExpiry' || name === 'bulk.resultsFail';
});

/** Which faults are on, and whether one is due. By the same seed chance decides alike. */
export class FaultBoard {
  readonly #armed = new Map<SwitchName, readonly Armed[]>();
  readonly #listeners = new Set<(name: SwitchName) => void>();
  readonly #now: () => number;
  #seed: number;
  #httpOn = false;

  /** `now` is sandbox time, epoch ms. */
  constructor(seed = 1, now: () => number = () => 0) {
    this.#seed = seed;
    this.#now = now;
  }

  /** Of faults that are switched on from now on. */
  reseed(seed: number): void {
    this.#seed = seed;
  }

  /** Instead of how it is set; no settings switch it off. Defaults are filled in already. */
  set<Name extends SwitchName>(name: Name, settings: readonly Setting<Name>[]): void {
    const armed = settings.map((setting, index) => ({
      setting: setting as AnySetting,
      random: createRandom(seedOf(this.#seed, name, index)),
      left: setting.count ?? Infinity,
      since: this.#now(),
    }));
    if (armed.length === 0) this.#armed.delete(name);
    else this.#armed.set(name, armed);
    this.#httpOn = HTTP_NAMES.some((each) => this.#armed.has(each));
    for (const listener of this.#listeners) listener(name);
  }

  clear(): void {
    for (const name of this.#armed.keys()) this.set(name, []);
  }

  /** Sandbox time, epoch ms. */
  now(): number {
    return this.#now();
  }

  get anyOn(): boolean {
    return this.#armed.size > 0;
  }

  /** Whether any fault of the HTTP hooks is on. */
  get httpOn(): boolean {
    return this.#httpOn;
  }

  isOn(name: SwitchName): boolean {
    return this.#find(name, ANYTHING, false) !== undefined;
  }

  /** The setting that fits, used or not. */
  peek<Name extends SwitchName>(
    name: Name,
    subject: Subject = ANYTHING,
  ): Setting<Name> | undefined {
    return this.#find(name, subject, true)?.setting as Setting<Name> | undefined;
  }

  /** The setting by which the fault happens to the subject now, counted; undefined where it doesn't. */
  take<Name extends SwitchName>(
    name: Name,
    subject: Subject = ANYTHING,
  ): Setting<Name> | undefined {
    const found = this.#find(name, subject, true);
    if (found === undefined) return undefined;
    const { probability = 1 } = found.setting;
    if (probability < 1 && found.random(CHANCES) >= probability * CHANCES) return undefined;
    found.left--;
    if (found.left <= 0) this.#drop(name);
    return found.setting as Setting<Name>;
  }

  /** How often it still happens: Infinity where that isn't limited, 0 where it is off. */
  left(name: SwitchName): number {
    return (this.#armed.get(name) ?? NONE).reduce((sum, { left }) => sum + left, 0);
  }

  /** How it is set now, with the counts that are left. */
  current(name: SwitchName): readonly AnySetting[] {
    const armed = this.#armed.get(name) ?? NONE;
    return armed.map(({ setting, left }) =>
      left === Infinity ? setting : { ...setting, count: left },
    );
  }

  /** A number in [0, bound) by the fault's own seed; 0 where it is off. */
  random(name: SwitchName, bound: number): number {
    const [first] = this.#armed.get(name) ?? NONE;
    return first === undefined || bound <= 0 ? 0 : first.random(bound);
  }

  onChange(listener: (name: SwitchName) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  #find(name: SwitchName, subject: Subject, chosen: boolean): Armed | undefined {
    const armed = this.#armed.get(name);
    if (armed === undefined) return undefined;
    const renews = specOf(name).renewsAfterMs;
    if (renews !== undefined && this.#now() - (armed[0]?.since ?? 0) >= renews) {
      this.set(name, []);
      return undefined;
    }
    return chosen ? armed.find(({ setting }) => fits(setting, subject)) : armed[0];
  }

  /** The others keep their counts. */
  #drop(name: SwitchName): void {
    const rest = (this.#armed.get(name) ?? NONE).filter(({ left }) => left > 0);
    if (rest.length === 0) this.set(name, []);
    else this.#armed.set(name, rest);
  }
}

function fits({ path, method }: AnySetting, subject: Subject): boolean {
  if (method !== undefined && method !== subject.method) return false;
  return path === undefined || (subject.path !== undefined && matchesPath(path, subject.path));
}

/** FNV-1a over the name. */
function seedOf(seed: number, name: string, index: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (const character of `${name}#${index}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return hash;
}
