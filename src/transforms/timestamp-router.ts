import type { Config } from '../config/config.ts';
import type { ConfigDef } from '../config/definition.ts';
import { dateFormat } from '../data/java-date-format.ts';
import type { DateFormat } from '../data/java-date-format.ts';
import { messageOf } from '../foundation/errors.ts';
import { refused, stringKey, textOf } from './options.ts';
import { refusal } from './side.ts';
import type { Transform } from './transform.ts';

export const TIMESTAMP_ROUTER_CONFIG: ConfigDef = [
  stringKey(
    'topic.format',
    'Format string which can contain <code>${topic}</code> and <code>${timestamp}</code> as placeholders for the topic and timestamp, respectively.',
    { default: '${topic}-${timestamp}', importance: 'HIGH' },
  ),
  stringKey(
    'timestamp.format',
    'Format string for the timestamp that is compatible with <code>java.text.SimpleDateFormat</code>.',
    { default: 'yyyyMMdd', importance: 'HIGH' },
  ),
];

/** Connect's TimestampRouter: a topic by the record's time, in UTC. */
export function timestampRouter(config: Config): Transform {
  const template = textOf(config, TIMESTAMP_ROUTER_CONFIG, 'topic.format') ?? '';
  const format = formatOf(textOf(config, TIMESTAMP_ROUTER_CONFIG, 'timestamp.format') ?? '');
  return {
    apply: (record) => {
      const { timestamp } = record;
      // Connect's message goes on with the whole record, which may be personal data.
      if (timestamp === undefined) throw refusal(`Timestamp missing on record: ${record.topic}`);
      const topic = template
        .replaceAll('${topic}', () => record.topic)
        .replaceAll('${timestamp}', () => format.format(timestamp));
      return { ...record, topic };
    },
  };
}

function formatOf(pattern: string): DateFormat {
  try {
    return dateFormat(pattern);
  } catch (error) {
    throw refused('timestamp.format', messageOf(error));
  }
}
