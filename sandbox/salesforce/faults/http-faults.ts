import { setTimeout as after } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { accessTokenOf } from '../login/session.ts';
import type { Org } from '../org/types.ts';
import {
  halfThenReset,
  MAINTENANCE_PAGE,
  resetConnection,
  trickle,
  unknownError,
} from './answers.ts';
import type { FaultBoard, Subject } from './board.ts';
import { serverUnavailable, subjectOf } from './rest-faults.ts';
import type { Setting } from './registry.ts';

/** The sandbox's own addresses, the page among them: no fault keeps anybody from switching faults off. */
const OWN = /^\/(?:__sandbox(?:\/|$)|$)/;
const BULK_RESULTS =
  /\/jobs\/(?:ingest|query)\/[^/]+\/(?:results|successfulResults|failedResults|unprocessed[rR]ecords)$|\/batch\/[^/]+\/result(?:\/[^/]+)?$/;
const API = /^\/services\/(?:data|async)\//;

/** Requests with a token, by the setting of `sessionExpiry` that was in force. */
type Counted = WeakMap<object, number>;

/** One hook before a request is looked at, one before its answer goes out. */
export function registerHttpFaults(app: FastifyInstance, board: FaultBoard, org: Org): void {
  const counted: Counted = new WeakMap();
  const closing = new AbortController();
  app.addHook('onClose', (_app, done) => {
    closing.abort();
    done();
  });
  app.addHook('onRequest', (request, reply, done) => {
    if (!board.httpOn) return done();
    const subject = subjectOf(request);
    if (OWN.test(subject.path ?? '')) return done();
    const meet = async (): Promise<void> => {
      await delay(board, subject, closing.signal);
      if (before(board, subject, reply)) return;
      expire(board, subject, request, org, counted);
      done();
    };
    void meet();
    return undefined;
  });
  app.addHook('onSend', (request, reply, payload: unknown, done) => {
    if (!board.httpOn) return done(null, payload);
    const subject = subjectOf(request);
    if (OWN.test(subject.path ?? '')) return done(null, payload);
    return done(null, answered(board, subject, reply, payload, closing.signal));
  });
}

async function delay(board: FaultBoard, subject: Subject, signal: AbortSignal): Promise<void> {
  const setting = board.take('latency', subject);
  if (setting === undefined) return;
  const { ms, jitterMs } = setting;
  const wait = ms + board.random('latency', jitterMs + 1);
  await after(wait, undefined, { signal }).catch(() => undefined);
}

/** True where there is nothing more to do. */
function before(board: FaultBoard, subject: Subject, reply: FastifyReply): boolean {
  if (board.take('halfOpen', subject) !== undefined) {
    void reply.hijack();
    return true;
  }
  if (
    board.peek('connectionReset', subject)?.at === 'before' &&
    board.take('connectionReset', subject) !== undefined
  ) {
    void reply.hijack();
    resetConnection(reply.raw.socket);
    return true;
  }
  const maintenance = board.take('maintenance', subject);
  if (maintenance === undefined) return false;
  underMaintenance(reply, maintenance);
  return true;
}

function underMaintenance(reply: FastifyReply, { format }: Setting<'maintenance'>): void {
  void reply.code(503);
  if (format === 'html') {
    void reply.type('text/html; charset=UTF-8').send(MAINTENANCE_PAGE);
    return;
  }
  const { errorCode, message } = serverUnavailable();
  void reply.type('application/json;charset=UTF-8').send(JSON.stringify([{ message, errorCode }]));
}

/** The session ends before the request is looked at. */
function expire(
  board: FaultBoard,
  subject: Subject,
  request: FastifyRequest,
  org: Org,
  counted: Counted,
): void {
  const setting = board.peek('sessionExpiry', subject);
  const accessToken = accessTokenOf(request.headers);
  if (setting === undefined || accessToken === undefined) return;
  const count = (counted.get(setting) ?? 0) + 1;
  counted.set(setting, count);
  if (count % setting.everyRequests !== 0) return;
  if (board.take('sessionExpiry', subject) !== undefined) org.endSessions({ accessToken });
}

/** What goes out instead of the answer. */
function answered(
  board: FaultBoard,
  subject: Subject,
  reply: FastifyReply,
  payload: unknown,
  signal: AbortSignal,
): unknown {
  if (board.peek('connectionReset', subject)?.at === 'after') {
    if (board.take('connectionReset', subject) !== undefined) resetConnection(reply.raw.socket);
    return payload;
  }
  if (isWrite(subject) && reply.statusCode < 300 && board.take('errorAfterCommit', subject)) {
    return unknownError(reply);
  }
  if (BULK_RESULTS.test(subject.path ?? '') && reply.statusCode < 300) {
    const failing = board.take('bulk.resultsFail', subject);
    if (failing?.how === 'error') return unknownError(reply);
    if (failing?.how === 'cut') return halfThenReset(reply, payload);
  }
  if (
    board.peek('connectionReset', subject)?.at === 'midBody' &&
    board.take('connectionReset', subject) !== undefined
  ) {
    return halfThenReset(reply, payload);
  }
  const slow = board.take('slowBody', subject);
  return slow === undefined ? payload : trickle(payload, slow.bytesPerSecond, signal);
}

/** Queries and searches by POST commit nothing. */
function isWrite({ method, path = '' }: Subject): boolean {
  return method !== 'GET' && method !== 'HEAD' && API.test(path) && !/\/jobs\/query/.test(path);
}
