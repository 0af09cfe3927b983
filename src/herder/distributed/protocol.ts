/**
 * What workers tell each other through the group coordinator, in the bytes of Kafka Connect's own protocol (KIP-415,
 * KIP-507), so that Kafka's tools read our groups.
 */
import { AppError } from '../../foundation/errors.ts';
import { WireReader, WireWriter } from './wire.ts';
import { Work, type WorkUnit } from './work.ts';

/** The group's `protocolType`. */
export const PROTOCOL_TYPE = 'connect';
/** The only protocol that we offer: incremental rebalances, signed requests between workers. */
export const PROTOCOL = 'sessioned';
const VERSION = 2;
/** Versions 1 (`compatible`) and 2 (`sessioned`) have the same layout. */
const READABLE = new Set([1, 2]);

/** What a worker brings when it joins. */
export interface MemberState {
  /** Where it answers REST: `http://host:8083/`. */
  readonly url: string;
  /** How far it has read the config topic: the next offset. */
  readonly configOffset: bigint;
  /** What it runs now; undefined: it comes without any. */
  readonly assignment: Assignment | undefined;
}

/** What the leader tells a worker. */
export interface Assignment {
  /** The leader has read less of the config topic than others: all have to join again. */
  readonly isMismatch: boolean;
  readonly leader: string;
  readonly leaderUrl: string;
  /** How far the config topic was read when it was decided. */
  readonly configOffset: bigint;
  /** From a leader, what is new; from a member, all that it runs. */
  readonly assigned: Work;
  /** What has to be given up; the member then joins again. */
  readonly revoked: Work;
  /** After this time the member joins again, ms; 0: it need not. */
  readonly delayMs: number;
}

export function encodeMemberState({ url, configOffset, assignment }: MemberState): Buffer {
  const own = assignment === undefined ? null : encodeAssignment(assignment);
  return new WireWriter().int16(VERSION).string(url).int64(configOffset).bytes(own).end();
}

export function decodeMemberState(bytes: Buffer): MemberState {
  const reader = readerOf(bytes);
  const url = reader.string();
  const configOffset = reader.int64();
  const own = reader.bytes();
  const assignment = own === null || own.length === 0 ? undefined : decodeAssignment(own);
  return { url, configOffset, assignment };
}

export function encodeAssignment(assignment: Assignment): Buffer {
  const writer = new WireWriter()
    .int16(VERSION)
    .int16(assignment.isMismatch ? 1 : 0)
    .string(assignment.leader)
    .string(assignment.leaderUrl)
    .int64(assignment.configOffset);
  for (const work of [assignment.assigned, assignment.revoked]) {
    writer.array([...byConnector(work)], ([connector, tasks]) => {
      writer.string(connector).array(tasks, (task) => writer.int32(task));
    });
  }
  return writer.int32(assignment.delayMs).end();
}

/** Of no bytes: nothing is assigned, as a coordinator tells a member that the leader left out. */
export function decodeAssignment(bytes: Buffer): Assignment {
  const reader = readerOf(bytes);
  return {
    isMismatch: reader.int16() !== 0,
    leader: reader.string(),
    leaderUrl: reader.string(),
    configOffset: reader.int64(),
    assigned: readWork(reader),
    revoked: readWork(reader),
    delayMs: reader.int32(),
  };
}

function readerOf(bytes: Buffer): WireReader {
  const reader = new WireReader(bytes);
  const version = reader.int16();
  if (READABLE.has(version)) return reader;
  throw new AppError(
    'config',
    'group.protocol',
    `A member of the group speaks version ${version} of Connect's protocol.`,
    {
      path: 'connect.protocol',
      suggestion: 'Set connect.protocol to sessioned or compatible on all workers of the group.',
    },
  );
}

function readWork(reader: WireReader): Work {
  const connectors = reader.array(() => {
    const connector = reader.string();
    return reader.array(() => ({ connector, task: reader.int32() }));
  });
  return new Work(connectors.flat());
}

function byConnector(work: Iterable<WorkUnit>): Map<string, number[]> {
  const grouped = new Map<string, number[]>();
  for (const { connector, task } of work) {
    grouped.set(connector, [...(grouped.get(connector) ?? []), task]);
  }
  return grouped;
}
