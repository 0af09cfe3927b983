import type { Org, User } from '../org/types.ts';

/** What `userinfo`, the identity address and id tokens say of a user in the same words. */
export function profile(
  user: User,
  org: Org,
): {
  readonly firstName: string | null;
  readonly lastName: string;
  readonly nickname: string;
  readonly zone: string;
  readonly language: string;
  readonly locale: string;
  /** ms. */
  readonly utcOffset: number;
  readonly changed: Date;
  readonly text: (field: string) => string | null;
} {
  const record = org.record('User', user.id);
  const text = (field: string): string | null => {
    const value = record?.[field];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const zone = text('TimeZoneSidKey') ?? 'America/Los_Angeles';
  return {
    firstName: text('FirstName'),
    lastName: text('LastName') ?? user.name,
    nickname: text('CommunityNickname') ?? user.username.split('@')[0] ?? '',
    zone,
    language: text('LanguageLocaleKey') ?? 'en_US',
    locale: text('LocaleSidKey') ?? 'en_US',
    utcOffset: standardOffset(zone),
    changed: new Date(Number(record?.['LastModifiedDate'] ?? 0)),
    text,
  };
}

/** Without daylight saving: as on 1 January of the zone's northern winter. */
function standardOffset(zone: string): number {
  const winter = new Date('2024-01-01T00:00:00Z');
  try {
    const there = new Date(`${winter.toLocaleString('sv-SE', { timeZone: zone })}Z`);
    return there.getTime() - winter.getTime();
  } catch {
    return 0;
  }
}

/** Addresses of the services, with `version` or, where there is none, `{version}` for the client to fill in. */
export function serviceUrls(
  org: Org,
  user: User,
  origin: string,
  version = '{version}',
): Readonly<Record<string, string>> {
  const data = `${origin}/services/data/v${version}/`;
  const soap = (api: string): string =>
    `${origin}/services/Soap/${api}/${version}/${org.id.slice(0, 15)}`;
  return {
    enterprise: soap('c'),
    metadata: soap('m'),
    partner: soap('u'),
    rest: data,
    sobjects: `${data}sobjects/`,
    search: `${data}search/`,
    query: `${data}query/`,
    recent: `${data}recent/`,
    tooling_soap: soap('T'),
    tooling_rest: `${data}tooling/`,
    profile: `${origin}/${user.id}`,
    feeds: `${data}chatter/feeds`,
    groups: `${data}chatter/groups`,
    users: `${data}chatter/users`,
    feed_items: `${data}chatter/feed-items`,
    feed_elements: `${data}chatter/feed-elements`,
    custom_domain: origin,
  };
}

export function photos(origin: string): { readonly picture: string; readonly thumbnail: string } {
  return { picture: `${origin}/profilephoto/005/F`, thumbnail: `${origin}/profilephoto/005/T` };
}
