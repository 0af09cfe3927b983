import type { LogLevels } from '../../foundation/pino.ts';
import type { GroupKafka } from '../../kafka/port.ts';
import type { StandaloneHerderDeps } from '../deps.ts';

export interface DistributedHerderDeps extends StandaloneHerderDeps {
  readonly kafka: GroupKafka;
  /** `group.id`. */
  readonly groupId: string;
  /** Where this worker answers REST, for the others: `http://host:port/`. */
  readonly url: string;
  /** What a level set for the whole group changes here. */
  readonly levels: Pick<LogLevels, 'set'>;
}
