import type { GroupMember, GroupOptions, Joined } from '../port.ts';
import { clusterOf, type Broker, type Cluster } from './cluster.ts';
import { isType, kafkaError } from './errors.ts';
import type { Kafka } from './kafkajs.ts';

/** A member of a group, by the coordinator's raw calls. One call at a time, but for heartbeats. */
export class KafkaJsGroupMember implements GroupMember {
  readonly #cluster: Cluster;
  readonly #options: GroupOptions;
  #connected = false;
  #memberId = '';
  #generation = -1;

  constructor(kafka: Kafka, options: GroupOptions) {
    this.#cluster = clusterOf(kafka);
    this.#options = options;
  }

  async join(metadata: Uint8Array): Promise<Joined> {
    const { groupId, protocolType, protocol, sessionTimeoutMs, rebalanceTimeoutMs } = this.#options;
    const joined = await this.#ask('Joining', (coordinator) =>
      coordinator.joinGroup({
        groupId,
        sessionTimeout: sessionTimeoutMs,
        rebalanceTimeout: rebalanceTimeoutMs,
        memberId: this.#memberId,
        protocolType,
        groupProtocols: [{ name: protocol, metadata: Buffer.from(metadata) }],
      }),
    );
    this.#memberId = joined.memberId;
    this.#generation = joined.generationId;
    return {
      memberId: joined.memberId,
      generation: joined.generationId,
      leaderId: joined.leaderId,
      members: joined.members.map(({ memberId, memberMetadata }) => ({
        memberId,
        metadata: memberMetadata,
      })),
    };
  }

  async sync(assignments: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
    const { groupId } = this.#options;
    const { memberAssignment } = await this.#ask('Learning its work from', (coordinator) =>
      coordinator.syncGroup({
        groupId,
        generationId: this.#generation,
        memberId: this.#memberId,
        groupAssignment: [...assignments].map(([memberId, bytes]) => ({
          memberId,
          memberAssignment: Buffer.from(bytes),
        })),
      }),
    );
    return memberAssignment;
  }

  async heartbeat(): Promise<void> {
    const { groupId } = this.#options;
    const [groupGenerationId, memberId] = [this.#generation, this.#memberId];
    await this.#ask('Staying in', (coordinator) =>
      coordinator.heartbeat({ groupId, groupGenerationId, memberId }),
    );
  }

  async leave(): Promise<void> {
    if (this.#memberId === '') return;
    const { groupId } = this.#options;
    const memberId = this.#memberId;
    this.forget();
    await this.#ask('Leaving', (coordinator) => coordinator.leaveGroup({ groupId, memberId }));
  }

  forget(): void {
    this.#memberId = '';
    this.#generation = -1;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster.disconnect();
  }

  async #ask<T>(doing: string, call: (coordinator: Broker) => Promise<T>): Promise<T> {
    const { groupId } = this.#options;
    try {
      if (!this.#connected) await this.#cluster.connect();
      this.#connected = true;
      return await call(await this.#cluster.findGroupCoordinator({ groupId }));
    } catch (error) {
      if (UNKNOWN.some((type) => isType(error, type))) this.forget();
      throw kafkaError(error, `${doing} group ${groupId}`);
    }
  }
}

/** The coordinator doesn't know the member, or not any more: it has to come as a new one. */
const UNKNOWN = ['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID'];
