/** Where Headwater answers otherwise than Connect, and why: docs/connect-parity.md tells the same. */
import type { Exchange } from './call.ts';
import { isInfos, type Normal } from './normal.ts';
import { message, texts, withoutClasses, withoutErrors, withoutProperties } from './reshape.ts';

export interface Reason {
  readonly what: string;
  /** The numbers of the recorded exchanges that differ for this reason. */
  readonly recordings?: readonly string[];
  readonly connect: string;
  readonly headwater: string;
  /** The answers differ for this reason. */
  readonly holds?: (exchange: Exchange) => boolean;
  /** Takes out of an answer what differs for this reason. */
  readonly without?: (answer: Normal) => Normal;
}

const PATIENT =
  /Unrecognized token|Unexpected (character|end)|Unrecognized field|Cannot (deserialize|construct|invoke|coerce)|No content to map|Invalid (UTF-8|numeric)|Illegal|Trailing token|Duplicate|No enum constant|is null|not one of the values accepted|HTTP 500|out of range/i;

const TRANSFORM = /There is no predicate of that alias|^(transforms|predicates)\.\S+: /m;
const EXACTLY_ONCE =
  /^This worker does not have exactly-once|^The connector does not (support|implement)|^An unexpected error occurred during validation/;
const DEAD_LETTERS = /\berrors\.deadletterqueue\./;
const TOPIC_CREATION = /\btopic\.creation\.\w+\.(include|exclude|replication\.factor|partitions)\b/;

export const REASONS: readonly Reason[] = [
  {
    what: 'malformed JSON, unknown or missing fields, a list as value, `null` as configuration',
    recordings: ['019', '023', '024', '025', '028', '030', '033', '100', '129', '130'],
    connect: "500 with a parser's or a `NullPointerException`'s text",
    headwater: '400 with one sentence',
    holds: ({ theirs, ours }) =>
      theirs.status === 500 && ours.status === 400 && PATIENT.test(message(theirs)),
  },
  {
    what: 'an unknown plugin in `…/config/validate`',
    recordings: ['018'],
    connect: '500',
    headwater: '400',
    holds: ({ call, theirs, ours }) =>
      call.path.includes('/config/validate') &&
      theirs.status === 500 &&
      ours.status === 400 &&
      /Failed to find any class|contains no connector type/.test(message(theirs)) &&
      message(ours).includes('Failed to find any class'),
  },
  {
    what: 'an unknown class',
    recordings: ['021'],
    connect: "the message shows Java's descriptions of all plugins",
    headwater: 'the message lists the classes, and the nearest',
    holds: ({ theirs, ours }) =>
      theirs.status === 400 &&
      ours.status === 400 &&
      [theirs, ours].every((answer) => message(answer).includes('Failed to find any class')),
  },
  {
    what: 'offsets that the connector refuses',
    recordings: ['122', '123', '124', '127'],
    connect: '500',
    headwater: '400, the same text',
    holds: ({ theirs, ours }) =>
      theirs.status === 500 && ours.status === 400 && message(theirs) === message(ours),
  },
  {
    what: '`…/config/validate` without `connector.class`',
    recordings: ['017'],
    connect: '500',
    headwater: 'validates the class in the path',
    holds: ({ call, theirs, ours }) =>
      call.path.includes('/config/validate') &&
      theirs.status === 500 &&
      ours.status === 200 &&
      message(theirs).includes('contains no connector type'),
  },
  {
    what: 'a configuration without `connector.class`',
    recordings: ['020'],
    connect: 'the message repeats all values',
    headwater: 'the message names the properties: values may be secrets',
    holds: ({ theirs, ours }) =>
      theirs.status === 400 &&
      ours.status === 400 &&
      [theirs, ours].every((answer) => message(answer).includes('contains no connector type')),
  },
  {
    what: 'an unknown path, a wrong method or media type',
    connect: 'JSON without a `Content-Type`, 405 without `Allow`',
    headwater: 'with both',
    holds: ({ theirs, ours }) =>
      theirs.status >= 400 &&
      theirs.status === ours.status &&
      theirs.text === ours.text &&
      theirs.headers['content-type'] === undefined,
  },
  {
    what: 'a `Content-Type` that is no media type',
    connect: '400, without a body or with HTML',
    headwater: '415',
    holds: ({ theirs, ours }) =>
      theirs.status === 400 && ours.status === 415 && /^$|^<html>/.test(theirs.text),
  },
  {
    what: 'an escaped slash or percent sign in a path, two slashes, an escape that is none',
    connect: '400 with a page of HTML, or none; after `HEAD //` bytes that are no HTTP',
    headwater: 'as for any other name; 400 in JSON',
    holds: ({ call, theirs }) =>
      (theirs.status === 400 || theirs.status === 0) &&
      /%(2f|25|zz|00)|\/\.\.?$|;|\/\//i.test(call.path),
  },
  {
    what: "a connector's name with a slash, `.` and `..`",
    recordings: ['038', '068', '167'],
    connect: '201; no path reaches it afterwards',
    headwater: '400',
    holds: ({ ours }) =>
      ours.status === 400 && /must not contain a slash|is a step in a path/.test(message(ours)),
  },
  {
    what: 'a property nobody knows that is nearly the name of one',
    connect: 'ignored',
    headwater: 'an error that names the one meant',
    holds: refusedHere(/Unknown property \S+: did you mean/),
    without: (answer) => withoutErrors(answer, /^Unknown property \S+: did you mean/),
  },
  {
    what: 'a transform that names no predicate of the connector, or can’t be configured',
    connect: 'found when the task starts',
    headwater: 'found when the configuration is checked',
    holds: refusedHere(TRANSFORM),
    without: (answer) => withoutErrors(answer, TRANSFORM),
  },
  {
    what: "an error in a converter's, transform's or predicate's own property",
    connect: 'the message has its short name (`schemas.enable`)',
    headwater: 'the whole name (`value.converter.schemas.enable`)',
    without: (answer) => ({
      ...answer,
      body: JSON.parse(
        JSON.stringify(answer.body).replace(
          /(onfiguration '?)(?:(?:transforms|predicates)\.[^. ]+\.|(?:key|value|header)\.converter\.)/g,
          '$1',
        ),
      ),
    }),
  },
  {
    what: '`producer.override.*`, `consumer.override.*` in `…/config/validate`',
    connect: 'each is listed, without a definition where the client has none',
    headwater: 'listed where the policy refuses them',
    without: (answer) => {
      const { body } = answer;
      if (!isInfos(body)) return answer;
      const configs = body.configs.filter(
        ({ value }) => !/^(producer|consumer|admin)\.override\./.test(value.name),
      );
      return { ...answer, body: { ...body, configs } };
    },
  },
  {
    what: 'a property that names a class of another kind (a connector as converter)',
    connect: '"does not implement the … interface"',
    headwater: '"could not be found"',
    without: (answer) => withoutClasses(answer),
  },
  {
    what: 'a semicolon in a path',
    connect: 'ends the name: the rest is left out, as parameters',
    headwater: 'is part of the name',
    holds: ({ call, theirs, ours }) =>
      /^\/connectors\/[^?]*;/.test(call.path) && theirs.status === ours.status,
  },
  {
    what: 'a regular expression that is none',
    connect: "Java's words for it",
    headwater: "the engine's",
    without: (answer) => ({
      ...answer,
      body: texts(answer.body, (text) =>
        text.replace(/Invalid regex: (.|\n)*?(?=\n[A-Z][a-z]+ |$)/g, 'Invalid regex'),
      ),
    }),
  },
  {
    what: 'a `topics.regex` that is none, beside a dead letter queue',
    connect: '500, with a `PatternSyntaxException`',
    headwater: 'an error at the property',
    holds: ({ call, theirs, ours }) =>
      call.path.includes('/config/validate') &&
      theirs.status === 500 &&
      ours.status === 200 &&
      message(theirs).includes('PatternSyntaxException'),
  },
  {
    what: "a bad type in Cast's `spec`",
    connect: "a Java exception's text where the property's name should be",
    headwater: 'the message alone',
    without: (answer) => ({
      ...answer,
      body: texts(answer.body, (text) =>
        text.replace(/Invalid value java\.lang\.\S+: .*? for configuration (?=Invalid)/g, ''),
      ),
    }),
  },
  {
    what: 'a version of a connector that isn’t here',
    connect:
      'the error stands at `connector.class` too, no converters are recommended; 500 when transforms are named',
    headwater: 'the error stands at `connector.plugin.version`',
    holds: ({ call, theirs, ours }) =>
      /"connector.plugin.version":"1.0"/.test(call.body ?? '') &&
      ours.text.includes('version range [1.0,1.0]') &&
      (theirs.text.includes('version range [1.0,1.0]') ||
        theirs.text.includes('availableVersions')),
  },
  {
    what: '`exactly.once.support`, `transaction.boundary` beside other errors',
    connect: 'checked',
    headwater:
      'checked once the others are mended: the connector is asked with a right configuration alone',
    without: (answer) => withoutErrors(answer, EXACTLY_ONCE),
  },
  {
    what: '`errors.deadletterqueue.*` of a source',
    connect: 'unknown, and ignored',
    headwater: 'a source has dead letters, too: listed and checked',
    holds: refusedHere(DEAD_LETTERS),
    without: (answer) => {
      const { body } = answer;
      const isOfSink = isInfos(body) && !body.groups.includes('Topic Creation');
      return isOfSink ? answer : withoutProperties(answer, DEAD_LETTERS);
    },
  },
  {
    what: '`topic.creation.<group>.*`',
    connect: 'checked when the task starts',
    headwater: 'listed and checked with the configuration',
    holds: refusedHere(TOPIC_CREATION),
    without: (answer) => withoutProperties(answer, TOPIC_CREATION),
  },
  {
    what: 'an empty log level',
    connect: '500',
    headwater: '404, as for every other that is none',
    holds: ({ call, theirs, ours }) =>
      call.path.startsWith('/admin/loggers') && theirs.status === 500 && ours.status === 404,
  },
  {
    what: 'the restart of a task that a connector has had before it was stopped, or with more tasks',
    connect: '409, as if the group were rebalancing',
    headwater: '404',
    holds: ({ call, theirs, ours }) =>
      /\/tasks\/\d+\/restart$/.test(call.path) && theirs.status === 409 && ours.status === 404,
  },
  {
    what: 'a patch that changes `name`',
    connect:
      'the configuration has another name then than its connector; null is refused as missing',
    headwater: '400, as everywhere else',
    holds: ({ call, ours }) =>
      call.method === 'PATCH' &&
      ours.status === 400 &&
      message(ours).startsWith('Connector name configuration'),
  },
  {
    what: 'a partition that is null, in offsets',
    connect: 'asked of the connector, once it is known to be stopped',
    headwater: 'refused before',
    holds: ({ ours }) =>
      ours.status === 400 && message(ours) === 'Partition objects cannot be null',
  },
  {
    what: 'an empty `version` of `…/config`',
    connect: '400, with the range `[,]`',
    headwater: 'the newest',
    holds: ({ call, theirs, ours }) =>
      call.path.endsWith('/config?version=') && theirs.status === 400 && ours.status === 200,
  },
  {
    what: "a sink's offsets the broker refuses",
    recordings: ['135'],
    connect: '500, "Failed to alter consumer group offsets"',
    headwater: "400 with the broker's reason",
  },
  {
    what: "a sink's offset that is forgotten where it has none",
    connect: '500, "Failed to alter consumer group offsets"',
    headwater: '200: it has none',
    holds: ({ call, theirs, ours }) =>
      call.path.endsWith('/offsets') &&
      theirs.status === 500 &&
      ours.status === 200 &&
      message(theirs).startsWith('Failed to alter consumer group offsets'),
  },
  {
    what: 'a null value in a new connector',
    recordings: ['031'],
    connect: '201, then FAILED',
    headwater: '400',
  },
  {
    what: 'plugins, converters',
    recordings: ['006', '007', '014', '015'],
    connect: 'with MirrorMaker',
    headwater: 'our connectors, `AvroConverter`, `JsonSchemaConverter`',
  },
  {
    what: 'status right after `pause`',
    recordings: ['081'],
    connect: 'tasks RUNNING for a moment',
    headwater: 'tasks PAUSED',
  },
  {
    what: 'plan of `restart?…`',
    recordings: ['088', '089'],
    connect: 'versions null',
    headwater: 'the versions',
  },
  {
    what: '`tasks` in the answer to a change right after the creation',
    recordings: ['096'],
    connect: 'none yet',
    headwater: 'planned by then',
  },
  {
    what: '`/admin/loggers`',
    recordings: ['140'],
    connect: "Java's loggers",
    headwater: 'ours',
  },
  {
    what: '`OPTIONS`',
    recordings: ['154'],
    connect: 'HEAD first',
    headwater: 'GET first',
  },
  {
    what: '`…/tasks` (POST), `…/fence` (PUT)',
    recordings: ['156', '157'],
    connect: 'internal, signed',
    headwater: 'none alone; in a group signed, too',
  },
];

function refusedHere(pattern: RegExp): (exchange: Exchange) => boolean {
  return ({ theirs, ours }) =>
    (theirs.status < 300 || theirs.status === 409) &&
    ours.status === 400 &&
    pattern.test(message(ours));
}
