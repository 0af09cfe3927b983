/** Every fault there is: the control API, scenarios, their JSON Schema and the command's list are made of this. */
import { EVENT_FAULTS, ORG_FAULTS } from './catalog/events.ts';
import { HTTP_FAULTS } from './catalog/http.ts';
import { BULK_FAULTS, REST_FAULTS } from './catalog/rest.ts';
import { PUBSUB_FAULTS, STREAMING_FAULTS } from './catalog/streams.ts';
import type { FaultSpec, SettingOf } from './spec.ts';

export const FAULTS = {
  ...HTTP_FAULTS,
  ...REST_FAULTS,
  ...BULK_FAULTS,
  ...PUBSUB_FAULTS,
  ...STREAMING_FAULTS,
  ...EVENT_FAULTS,
  ...ORG_FAULTS,
};

export type FaultName = keyof typeof FAULTS;
export type Setting<Name extends FaultName> = SettingOf<(typeof FAULTS)[Name]>;

type NamesOf<Kind extends FaultSpec['kind']> = {
  [Name in FaultName]: (typeof FAULTS)[Name]['kind'] extends Kind ? Name : never;
}[FaultName];
/** Those that can be on. */
export type SwitchName = NamesOf<'each' | 'while'>;
export type OnceName = NamesOf<'once'>;

export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];

export function isFault(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name);
}

export function specOf(name: FaultName): FaultSpec {
  return FAULTS[name];
}

export function isSwitch(name: FaultName): name is SwitchName {
  return specOf(name).kind !== 'once';
}

/** `pubsub.silent` is written `pubsub: { silent: true }`; undefined for those that stand alone. */
export function groupOf(
  name: FaultName,
): { readonly group: string; readonly member: string } | undefined {
  const [group = '', member] = name.split('.');
  return member === undefined ? undefined : { group, member };
}
