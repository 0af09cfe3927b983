import {
  heartbeatV4,
  joinGroupV7,
  leaveGroupV4,
  offsetCommitV8,
  ResponseError,
  syncGroupV5,
} from '@platformatic/kafka';
import type { TopicPartition } from '../../data/record.ts';
import type { GroupMember, GroupOptions, Joined } from '../port.ts';
import { commitTopics } from './admin.ts';
import { GROUP, type Cluster } from './cluster.ts';
import { kafkaError, nameOf } from './errors.ts';

/** The coordinator doesn't know the member, or not any more: it has to come as a new one. */
const UNKNOWN: ReadonlySet<string | undefined> = new Set([
  'UNKNOWN_MEMBER_ID',
  'ILLEGAL_GENERATION',
  'FENCED_INSTANCE_ID',
]);

export interface MemberOptions extends GroupOptions {
  /** A second protocol, written in the same bytes, for groups whose members don't all speak the first. */
  readonly alternative?: string;
}

/** A member of a group, by the coordinator's raw calls. One call at a time, but for heartbeats. */
export class PlatformaticGroupMember implements GroupMember {
  readonly #cluster: Cluster;
  readonly #options: MemberOptions;
  /** What the group has settled on. */
  #protocol: string;
  #memberId = '';
  #generation = -1;

  constructor(cluster: Cluster, options: MemberOptions) {
    this.#protocol = options.protocol;
    this.#cluster = cluster;
    this.#options = options;
  }

  async join(metadata: Uint8Array): Promise<Joined> {
    const joined = await this.#ask('Joining', (node) => this.#join(node, metadata));
    this.#memberId = joined.memberId;
    this.#generation = joined.generationId;
    this.#protocol = joined.protocolName ?? this.#options.protocol;
    return {
      memberId: joined.memberId,
      generation: joined.generationId,
      leaderId: joined.leader,
      members: joined.members,
    };
  }

  /** A new member is given its id first, and joins under it. */
  async #join(node: number, metadata: Uint8Array): Promise<joinGroupV7.JoinGroupResponse> {
    const { groupId, protocolType, protocol, alternative } = this.#options;
    const { sessionTimeoutMs, rebalanceTimeoutMs } = this.#options;
    const names = alternative === undefined ? [protocol] : [protocol, alternative];
    const protocols = names.map((name) => ({ name, metadata: Buffer.from(metadata) }));
    const join = async (): Promise<joinGroupV7.JoinGroupResponse> =>
      await this.#cluster.call(
        node,
        joinGroupV7.api,
        groupId,
        sessionTimeoutMs,
        rebalanceTimeoutMs,
        this.#memberId,
        null,
        protocolType,
        protocols,
      );
    try {
      return await join();
    } catch (error) {
      if (!(error instanceof ResponseError) || nameOf(error) !== 'MEMBER_ID_REQUIRED') throw error;
      this.#memberId = (error['response'] as joinGroupV7.JoinGroupResponse).memberId;
      return await join();
    }
  }

  async sync(assignments: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
    const { groupId, protocolType } = this.#options;
    const given = [...assignments].map(([memberId, bytes]) => ({
      memberId,
      assignment: Buffer.from(bytes),
    }));
    const { assignment } = await this.#ask('Learning its work from', (node) =>
      this.#cluster.call(
        node,
        syncGroupV5.api,
        groupId,
        this.#generation,
        this.#memberId,
        null,
        protocolType,
        this.#protocol,
        given,
      ),
    );
    return assignment;
  }

  async heartbeat(): Promise<void> {
    const { groupId } = this.#options;
    const [generation, memberId] = [this.#generation, this.#memberId];
    await this.#ask('Staying in', (node) =>
      this.#cluster.call(node, heartbeatV4.api, groupId, generation, memberId, null),
    );
  }

  /** `offset` = the next to read. A refused commit changes nothing about the member: its heartbeat tells what became of it. */
  async commit(offsets: readonly (TopicPartition & { offset: bigint })[]): Promise<void> {
    const { groupId } = this.#options;
    const [generation, memberId] = [this.#generation, this.#memberId];
    const topics = commitTopics(offsets);
    try {
      await this.#atCoordinator((node) =>
        this.#cluster.call(node, offsetCommitV8.api, groupId, generation, memberId, null, topics),
      );
    } catch (error) {
      throw kafkaError(error, `Committing offsets of group ${groupId}`);
    }
  }

  async leave(): Promise<void> {
    if (this.#memberId === '') return;
    const members = [{ memberId: this.#memberId, groupInstanceId: null }];
    this.forget();
    const { groupId } = this.#options;
    await this.#ask('Leaving', (node) =>
      this.#cluster.call(node, leaveGroupV4.api, groupId, members),
    );
  }

  forget(): void {
    this.#memberId = '';
    this.#generation = -1;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster.close();
  }

  /** Where the coordinator knows the member no more, the member forgets itself. */
  async #ask<T>(doing: string, call: (coordinator: number) => Promise<T>): Promise<T> {
    try {
      return await this.#atCoordinator(call);
    } catch (error) {
      if (UNKNOWN.has(nameOf(error))) this.forget();
      throw kafkaError(error, `${doing} group ${this.#options.groupId}`);
    }
  }

  async #atCoordinator<T>(call: (coordinator: number) => Promise<T>): Promise<T> {
    return await this.#cluster.retry(async () => {
      return await call(await this.#cluster.coordinator(GROUP, this.#options.groupId));
    });
  }
}
