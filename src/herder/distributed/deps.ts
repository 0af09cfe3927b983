import type { Fetch } from '../../config/tls/fetch.ts';
import type { LogLevels } from '../../foundation/pino.ts';
import type { GroupKafka } from '../../kafka/port.ts';
import type { StandaloneHerderDeps } from '../deps.ts';

export interface DistributedHerderDeps extends StandaloneHerderDeps {
  readonly kafka: GroupKafka;
  /** `group.id`. */
  readonly groupId: string;
  /** Where this worker answers REST, for the others: `http://host:port/` or `https://…`. */
  readonly url: string;
  /** Asks the others; undefined: as the machine is set up. */
  readonly fetch?: Fetch | undefined;
  /** What a level set for the whole group changes here. */
  readonly levels: Pick<LogLevels, 'set'>;
}
