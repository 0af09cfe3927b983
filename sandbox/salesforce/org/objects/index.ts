import type { ObjectDef } from '../types.ts';
import { account } from './account.ts';
import { contact } from './contact.ts';
import { standardObject } from './spec.ts';
import { user } from './user.ts';

const SPECS = [account, contact, user];

/** Things an org may have switched on that bring fields with them. */
export type Feature = 'PersonAccounts' | 'RecordTypes';

export function standardObjects(features: readonly Feature[]): ObjectDef[] {
  const set = new Set<string>(features);
  return SPECS.map((spec) => standardObject(spec, set));
}
