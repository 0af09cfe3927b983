/** Channels by their names, and how whole ones are dealt to tasks. Pure. */

export interface Channel {
  /** As Salesforce spells it: `/data/AccountChangeEvent`. */
  readonly topic: string;
  /** `Account`, `Invoice__c`, `Order_Event__e`; undefined on a channel of several entities. */
  readonly entity: string | undefined;
  readonly kind: 'change' | 'event';
}

export const ALL_CHANGES = '/data/ChangeEvents';

export function parseChannel(topic: string): Channel {
  const kind = topic.startsWith('/event/') ? 'event' : 'change';
  const name = topic.slice(topic.lastIndexOf('/') + 1);
  return { topic, kind, entity: entityOf(name) };
}

/** What the name of a channel or of an event's schema says of the entity. */
export function entityOf(name: string): string | undefined {
  if (name === 'ChangeEvents' || name.endsWith('__chn')) return undefined;
  if (name.endsWith('__ChangeEvent')) return name.replace(/__ChangeEvent$/, '__c');
  return name.replace(/ChangeEvent$/, '');
}

/** What is wrong with a channel's name, or undefined. */
export function channelProblem(topic: string): string | undefined {
  if (/^\/data\/\w+ChangeEvents?$/.test(topic) || topic === ALL_CHANGES) return undefined;
  if (/^\/(data|event)\/\w+__chn$/.test(topic) || /^\/event\/\w+$/.test(topic)) return undefined;
  const bare = topic.replace(/^.*\//, '').replace(/(__c|ChangeEvent)$/, '');
  const example = topic.endsWith('__e')
    ? `/event/${topic.replace(/^.*\//, '')}`
    : `/data/${bare}${topic.endsWith('__c') ? '__ChangeEvent' : 'ChangeEvent'}`;
  return `${topic} is not a channel: did you mean ${example}?`;
}

/** Entities fed twice: each would be published twice (a connector's entities have one channel each). */
export function overlap(topics: readonly string[]): string | undefined {
  const twice = topics.find((topic, at) => topics.indexOf(topic) !== at);
  if (twice !== undefined) return `${twice} is named twice`;
  const single = topics.find((topic) => topic !== ALL_CHANGES && topic.startsWith('/data/'));
  if (topics.includes(ALL_CHANGES) && single !== undefined) {
    return `${single} and ${ALL_CHANGES} both carry its events: name one of them`;
  }
  return undefined;
}

/** Whole channels to min(tasksMax, channels) tasks, in turn: deterministic. */
export function deal(topics: readonly string[], tasksMax: number): readonly (readonly string[])[] {
  const count = Math.max(1, Math.min(tasksMax, topics.length));
  return Array.from({ length: count }, (_, task) =>
    topics.filter((_topic, at) => at % count === task),
  );
}
