/** Wall clocks. A local time is epoch ms as if the place were in GMT. */
export interface Zone {
  toLocal(instant: number): number;
  /** Of two instants with one wall-clock time the earlier; where clocks were put forward, the one after. */
  toInstant(local: number): number;
}

export const GMT: Zone = { toLocal: (ms) => ms, toInstant: (ms) => ms };

const HOUR_MS = 3_600_000;
/** Hours whose offset is remembered. */
const MAX_KNOWN = 50_000;
const zones = new Map<string, Zone>();

/** By its name in the tz database; GMT where there is none of that name. */
export function zoneOf(name: string): Zone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = makeZone(name);
  zones.set(name, zone);
  return zone;
}

function makeZone(name: string): Zone {
  const clock = clockOf(name);
  if (clock === undefined) return GMT;
  const offsets = new Map<number, number>();
  const offset = (instant: number): number => {
    const hour = Math.floor(instant / (HOUR_MS / 4));
    const known = offsets.get(hour);
    if (known !== undefined) return known;
    const second = Math.floor(instant / 1000) * 1000;
    const found = readClock(clock, second) - second;
    if (offsets.size < MAX_KNOWN) offsets.set(hour, found);
    return found;
  };
  return {
    toLocal: (instant) => instant + offset(instant),
    toInstant: (local) => {
      const guess = local - offset(local);
      return local - offset(guess);
    },
  };
}

function clockOf(name: string): Intl.DateTimeFormat | undefined {
  if (name === 'GMT') return undefined;
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
}

function readClock(clock: Intl.DateTimeFormat, instant: number): number {
  const parts = new Map(clock.formatToParts(instant).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
  const [year, month, day] = [part('year'), part('month'), part('day')];
  return Date.UTC(year, month - 1, day, part('hour'), part('minute'), part('second'));
}
