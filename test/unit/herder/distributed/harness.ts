/** The parts of a group's worker over a Kafka in memory; rounds of the group are the test's. */
import { createConfigProviders } from '../../../../src/config/providers.ts';
import type { Properties } from '../../../../src/config/definition.ts';
import { noMetrics, type Metrics } from '../../../../src/foundation/metrics.ts';
import { Claims } from '../../../../src/herder/claims.ts';
import { GroupWork } from '../../../../src/herder/distributed/group-work.ts';
import { LocalWork } from '../../../../src/herder/distributed/local-work.ts';
import type { Assignment } from '../../../../src/herder/distributed/protocol.ts';
import { RebalanceMetrics } from '../../../../src/herder/distributed/rebalance-metrics.ts';
import { Work, type WorkUnit } from '../../../../src/herder/distributed/work.ts';
import { Leftovers } from '../../../../src/herder/leftovers.ts';
import { PluginCatalog } from '../../../../src/herder/plugins.ts';
import { startupMetrics } from '../../../../src/herder/startups.ts';
import type {
  GroupKafka,
  GroupMember,
  OutRecord,
  TailOptions,
  TopicTail,
  TransactionalProducer,
} from '../../../../src/kafka/port.ts';
import type { PluginDescriptor } from '../../../../src/sdk/index.ts';
import {
  connectorRecord,
  taskRecords,
  type ConfigRecord,
} from '../../../../src/storage/config-records.ts';
import { ConfigTopic } from '../../../../src/storage/config-topic.ts';
import { openOffsetMemory } from '../../../../src/storage/offset-memory.ts';
import { StatusTopic } from '../../../../src/storage/status-topic.ts';
import { toOutRecord } from '../../../../src/storage/internal-topic.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { MemoryKafka } from '../../../support/memory-kafka.ts';
import { recordingLog } from '../../../support/recording-log.ts';

const STRINGS = 'org.apache.kafka.connect.storage.StringConverter';
const PROPERTIES: Properties = { 'key.converter': STRINGS, 'value.converter': STRINGS };
export const ME = '127.0.0.1:8083';

/** Topics of one partition that are followed, and transactions that a later producer of the same id fences. */
export class MemoryGroupKafka extends MemoryKafka implements GroupKafka {
  readonly #tails: { readonly options: TailOptions; next: number }[] = [];
  #holder = 0;
  /** Awaited when a producer takes hold of a transactional id. */
  beforeClaim: () => void | Promise<void> = () => undefined;

  transactionalProducer(): TransactionalProducer {
    let mine = -1;
    let open: readonly OutRecord[] = [];
    return {
      init: async () => {
        await this.beforeClaim();
        mine = this.#holder += 1;
      },
      send: async (records) => {
        open = [...open, ...records];
        await this.beforeSend(records);
      },
      commit: () => {
        if (mine !== this.#holder) return Promise.reject(new Error('fenced'));
        for (const record of open) this.append(record);
        open = [];
        return Promise.resolve();
      },
      abort: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }

  groupMember(): GroupMember {
    throw new Error('rounds are the test’s');
  }

  tail(options: TailOptions): Promise<TopicTail> {
    const tail = { options, next: 0 };
    this.#tails.push(tail);
    this.#read(tail);
    return Promise.resolve({
      readToEnd: () => Promise.resolve(),
      position: () => BigInt(tail.next),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
  }

  override append(record: OutRecord): void {
    super.append({ ...record, partition: 0 });
    for (const tail of this.#tails) this.#read(tail);
  }

  #read(tail: { readonly options: TailOptions; next: number }): void {
    const { topic, onRecord } = tail.options;
    for (const record of this.records(topic).slice(tail.next)) {
      tail.next += 1;
      onRecord(record);
    }
  }
}

export interface WorkHarness {
  readonly kafka: MemoryGroupKafka;
  readonly clock: ManualClock;
  readonly work: GroupWork;
  readonly local: LocalWork;
  readonly configs: ConfigTopic;
  /** Each status in the order it was written: `c RUNNING`, `c-0 null`. */
  readonly written: () => readonly string[];
  readonly planned: string[];
  readonly rejoins: () => number;
  readonly put: (records: readonly ConfigRecord[]) => void;
  stateOf(connector: string, task?: number): string | undefined;
  traceOf(connector: string, task?: number): string;
  /** One round in which this worker gets `assigned` and gives up `revoked`. */
  take(
    assigned: readonly WorkUnit[],
    options?: { revoked?: readonly WorkUnit[]; isLeader?: boolean },
  ): Promise<boolean>;
}

/** A worker that has read `connectors`, each with one task. */
export async function workOf(
  plugin: PluginDescriptor,
  connectors: readonly string[],
  onLeading: () => Promise<void> = () => Promise.resolve(),
  metrics: Metrics = noMetrics,
  properties: Properties = {},
): Promise<WorkHarness> {
  const kafka = new MemoryGroupKafka();
  const clock = new ManualClock();
  const log = recordingLog([]);
  const topic = (name: string): ConstructorParameters<typeof StatusTopic>[0]['topic'] => ({
    topic: name,
    property: `${name}.storage.topic`,
    partitions: 1,
    replicationFactor: 1,
  });
  const planned: string[] = [];
  let [generation, rejoins] = [0, 0];
  const put = (records: readonly ConfigRecord[]): void => {
    for (const record of records) kafka.append(toOutRecord('config', record));
  };
  const { signal } = new AbortController();
  const configs = new ConfigTopic({
    kafka,
    topic: topic('config'),
    groupId: 'g',
    log,
    onChange: (change) => work.onChange(change),
  });
  const statuses = new StatusTopic({
    kafka,
    topic: topic('status'),
    log,
    onStatus: (id, status) => work.onStatusRead(id, status),
  });
  await configs.open(signal);
  await statuses.open(signal);
  const deps = {
    properties: { ...PROPERTIES, ...properties },
    kafka,
    offsets: openOffsetMemory(),
    plugins: [plugin],
    providers: createConfigProviders(PROPERTIES),
    clock,
    log,
    metrics: noMetrics,
    workerId: ME,
  };
  const local = new LocalWork({
    deps,
    plugins: new PluginCatalog([plugin]),
    configs: configs.state,
    claims: new Claims(deps.offsets),
    leftovers: new Leftovers(),
    startups: startupMetrics(noMetrics, clock),
    onStatus: (unit, status) => work.onStatus(unit, status),
    onPlanned: (connector, tasks) => planned.push(`${connector}: ${tasks.length}`),
    onTopic: () => undefined,
    onReload: () => undefined,
    inTurn: (run) => void work.inTurn(run),
  });
  const work: GroupWork = new GroupWork({
    configs,
    statuses,
    local,
    clock,
    log,
    workerId: ME,
    url: `http://${ME}/`,
    maxDelayMs: 0,
    syncTimeoutMs: 1_000,
    rebalances: new RebalanceMetrics(metrics, clock),
    requestRejoin: () => (rejoins += 1),
    onLeading,
  });
  for (const name of connectors) {
    put([
      connectorRecord(name, { name, 'connector.class': plugin.class }),
      ...taskRecords(name, [{ name, 'connector.class': plugin.class }]),
    ]);
  }
  await work.inTurn(() => Promise.resolve());
  const share = (assigned: readonly WorkUnit[], revoked: readonly WorkUnit[]): Assignment => ({
    isMismatch: false,
    leader: 'm',
    leaderUrl: `http://${ME}/`,
    configOffset: configs.offset,
    assigned: new Work(assigned),
    revoked: new Work(revoked),
    delayMs: 0,
  });
  return {
    kafka,
    clock,
    work,
    local,
    configs,
    planned,
    put,
    rejoins: () => rejoins,
    written: () =>
      kafka.records('status').map(({ key, value }) => {
        const name = Buffer.from(key ?? []).toString();
        const json = value === null ? null : (JSON.parse(Buffer.from(value).toString()) as object);
        const state = json !== null && 'state' in json ? String(json.state) : 'null';
        return `${name.replace(/^status-(connector|task)-/, '')} ${state}`;
      }),
    traceOf: (connector, task) => statuses.state.get({ connector, task })?.trace ?? '',
    stateOf: (connector, task) => statuses.state.get({ connector, task })?.state,
    take: (assigned, { revoked = [], isLeader = false } = {}) => {
      generation += 1;
      return work.take(share(assigned, revoked), { generation, memberId: 'm', isLeader });
    },
  };
}
