/**
 * A group of real workers on brokers of its own, with sources that deliver exactly once and sinks that follow them, and blows
 * to it: each kind once a round, in random order.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/foundation/clock.ts';
import { silentLog } from '../../src/foundation/log.ts';
import { kafkaJs } from '../../src/kafka/kafkajs/index.ts';
import { Cluster, LineFile, loads } from './cluster.ts';
import { committedLines } from './committed-lines.ts';
import { eventually } from './eventually.ts';
import type { Random } from './random.ts';
import type { KafkaCluster } from './kafka-cluster.ts';

/** 20 connectors. Sources have one task, sinks have five: 60 tasks. */
const PAIRS = 10;
const SINK_TASKS = 5;
const WORKERS = 3;
/** After the last blow: sinks' own groups wait for the sessions of killed consumers. */
export const SETTLE_MS = 180_000;
/** A stop by signal shorter and longer than a session (6 s). */
const PAUSE_MS = 9_000;
const BOUNDARIES = ['poll', 'interval'] as const;
/** Between two lines of a source: most blows come amid a transaction. */
const LINE_MS = 200;

export class Chaos implements AsyncDisposable {
  readonly counts: Record<string, number> = {};
  readonly #topic = `chaos-${randomUUID()}`;
  readonly #folder = mkdtempSync(join(tmpdir(), 'headwater-chaos-'));
  readonly #sources = new Map(
    Array.from({ length: PAIRS }, (_, i) => [`source-${i}`, new LineFile()]),
  );
  readonly #sinks = new Map(
    Array.from({ length: PAIRS }, (_, i) => [`sink-${i}`, join(this.#folder, `sink-${i}.txt`)]),
  );
  readonly #kafka: KafkaCluster;
  readonly #random: Random;
  readonly #cluster: Cluster;

  /** `KAFKA_BROKERS` has to be the cluster's. */
  constructor(kafka: KafkaCluster, random: Random) {
    this.#kafka = kafka;
    this.#random = random;
    this.#cluster = new Cluster([
      'exactly.once.source.support=enabled',
      ...['config', 'offset', 'status'].map(
        (kind) => `${kind}.storage.replication.factor=${kafka.size}`,
      ),
    ]);
  }

  async open(): Promise<void> {
    await using kafka = this.#client();
    const shape = { partitions: SINK_TASKS, replicationFactor: this.#kafka.size, config: {} };
    await kafka.admin.createTopic({ topic: this.#topic, ...shape });
    await Promise.all(Array.from({ length: WORKERS }, () => this.#cluster.add()));
    for (const [i, [name, { path }]] of [...this.#sources].entries()) {
      const boundary = BOUNDARIES[i % BOUNDARIES.length] ?? 'poll';
      await this.#create(name, {
        'connector.class': 'FileStreamSource',
        'exactly.once.support': 'required',
        'transaction.boundary': boundary,
        'transaction.boundary.interval.ms': '1000',
        file: path,
        topic: this.#topic,
      });
    }
    for (const [name, file] of this.#sinks) {
      const shape = { 'connector.class': 'FileStreamSink', 'tasks.max': String(SINK_TASKS) };
      await this.#create(name, { ...shape, topics: this.#topic, file });
    }
    await this.#cluster.running(this.#names(), SETTLE_MS);
  }

  /** Blow after blow, lines being written meanwhile. */
  async hurt(forMs: number): Promise<void> {
    const over = new AbortController();
    const writing = this.#write(over.signal);
    try {
      await this.#blowAfterBlow(forMs);
    } finally {
      over.abort();
      await writing;
    }
  }

  async #write(signal: AbortSignal): Promise<void> {
    for (let i = 0; !signal.aborted; i += 1) {
      for (const [source, file] of this.#sources) file.write(`${source} ${i}`);
      await systemClock.sleep(LINE_MS, signal).catch(() => undefined);
    }
  }

  async #blowAfterBlow(forMs: number): Promise<void> {
    const begun = performance.now();
    const isOver = (): boolean => performance.now() - begun >= forMs;
    while (!isOver()) {
      const left = [...this.#blows()];
      while (left.length > 0 && !isOver()) {
        const [[name, blow] = ['', undefined]] = left.splice(this.#random.below(left.length), 1);
        await blow?.();
        this.counts[name] = (this.counts[name] ?? 0) + 1;
      }
    }
  }

  /** Resolves when all runs, evenly shared, and every line is delivered: exactly once, and at least once through every sink. */
  async recover(): Promise<void> {
    const { counts } = this;
    const hurt = performance.now();
    const all = await eventually(
      () => this.#cluster.running(this.#names(), SETTLE_MS),
      (statuses) => {
        const shares = [...loads(statuses).values()].map(({ tasks }) => tasks);
        return shares.length === WORKERS && Math.max(...shares) - Math.min(...shares) <= 1;
      },
      SETTLE_MS,
    );
    counts['settledSeconds'] = Math.round((performance.now() - hurt) / 1_000);
    counts['tasks'] = Object.values(all).reduce((sum, each) => sum + each.status.tasks.length, 0);
    const written = [...this.#sources.values()].flatMap(({ lines }) => lines);
    counts['lines'] = written.length;
    await using kafka = this.#client();
    const isMissing = (found: readonly string[]): number => {
      const set = new Set(found);
      return written.filter((line) => !set.has(line)).length;
    };
    const published = await eventually(
      () => committedLines(kafka, this.#topic),
      (lines) => isMissing(lines) === 0,
      SETTLE_MS,
    ).catch(() => committedLines(kafka, this.#topic));
    counts['lost'] = isMissing(published);
    counts['publishedTwice'] = published.length - new Set(published).size;
    const sunk = await eventually(
      () => [...this.#sinks.values()].map(linesOf),
      (each) => each.every((lines) => isMissing(lines) === 0),
      SETTLE_MS,
    );
    counts['sunkTwice'] = sunk.flat().length - PAIRS * written.length;
  }

  get isWhole(): boolean {
    const { tasks, lost, publishedTwice } = this.counts;
    return tasks === PAIRS * (1 + SINK_TASKS) && lost === 0 && publishedTwice === 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster[Symbol.asyncDispose]();
  }

  #blows(): ReadonlyMap<string, () => Promise<unknown>> {
    const random = this.#random;
    const cluster = this.#cluster;
    const path = (): string => `/connectors/${random.pick(this.#names())}`;
    return new Map<string, () => Promise<unknown>>([
      [
        'kills',
        async () => {
          await cluster.kill(random.pick(cluster.workers));
          await cluster.add();
        },
      ],
      [
        'pauses',
        async () => {
          const { child } = random.pick(cluster.workers).process;
          child.kill('SIGSTOP');
          await systemClock.sleep(random.below(PAUSE_MS));
          child.kill('SIGCONT');
        },
      ],
      [
        'brokerRestarts',
        () =>
          this.#kafka.restart(
            random.below(this.#kafka.size),
            random.below(2) === 0 ? 'SIGKILL' : 'SIGTERM',
          ),
      ],
      [
        'changes',
        () =>
          cluster.request('PATCH', `${path()}/config`, {
            'errors.retry.timeout': String(random.below(1_000)),
          }),
      ],
      ['restarts', () => cluster.request('POST', `${path()}/restart?includeTasks=true`)],
    ]);
  }

  #names(): readonly string[] {
    return [...this.#sources.keys(), ...this.#sinks.keys()];
  }

  async #create(name: string, config: Readonly<Record<string, string>>): Promise<void> {
    await this.#cluster.request('POST', '/connectors', { name, config });
  }

  #client(): ReturnType<typeof kafkaJs> {
    return kafkaJs({ 'bootstrap.servers': this.#kafka.addresses }, silentLog, systemClock);
  }
}

function linesOf(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
}
