/** What the server fills in where a new record's caller says nothing, before required fields are asked for. */
import type { FieldValue, RecordValues } from '../types.ts';
import { personAccount } from './person-accounts.ts';
import { STANDARD_USER } from './standard-rows.ts';

type Initial = (record: RecordValues) => Record<string, FieldValue>;

/** `folder/report.final.pdf` → `report.final`, `pdf`. */
function splitFileName(path: FieldValue | undefined): { title: string; extension: string | null } {
  const name = String(path ?? '').replace(/^.*[/\\]/, '');
  const dot = name.lastIndexOf('.');
  if (dot <= 0) return { title: name, extension: null };
  return { title: name.slice(0, dot), extension: name.slice(dot + 1) };
}

const contentVersion: Initial = ({ Title, PathOnClient, VersionData }) => {
  const { title, extension } = splitFileName(PathOnClient);
  return {
    Title: Title ?? (title === '' ? null : title),
    FileExtension: extension,
    FileType: VersionData === null ? 'LINK' : (extension?.toUpperCase().slice(0, 20) ?? 'UNKNOWN'),
    VersionNumber: '1',
    IsLatest: true,
  };
};

/** Everybody has a profile; who names none gets the one of ordinary users. */
const user: Initial = ({ ProfileId, CommunityNickname, Alias }) => ({
  ProfileId: ProfileId ?? STANDARD_USER,
  CommunityNickname: CommunityNickname ?? Alias ?? null,
});

const permissionSet: Initial = ({ Label, Name }) => ({ Label: Label ?? Name ?? null });

const INITIAL: Readonly<Record<string, Initial>> = {
  Account: personAccount,
  ContentVersion: contentVersion,
  User: user,
  PermissionSet: permissionSet,
};

export function initialFor(entity: string): Initial | undefined {
  return INITIAL[entity];
}
