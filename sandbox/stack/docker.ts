import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import type { StackOptions } from './types.ts';

const KAFKA_IMAGE = 'apache/kafka:4.3.1';
const REGISTRY_IMAGE = 'apicurio/apicurio-registry:3.0.9';
const SOCKET = '/var/run/docker.sock';
const PROBE_MS = 500;

/** Whether a Docker daemon listens on its socket (DOCKER_HOST is taken at its word). */
export function dockerAnswers(env: StackOptions['env']): Promise<boolean> {
  if (env['DOCKER_HOST'] !== undefined) return Promise.resolve(true);
  return new Promise((resolve) => {
    const socket = connect({ path: SOCKET, timeout: PROBE_MS });
    const done = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', done(true));
    socket.once('error', done(false));
    socket.once('timeout', done(false));
  });
}

/**
 * The same two services in containers, by testcontainers, on the same ports each time. Containers are
 * reused, not reaped: they outlive this process, as the JVMs do.
 */
export async function dockerUp(
  dir: string,
  ports: { broker: number; registry: number },
  wanted: { kafka: boolean; registry: boolean },
  onProgress: (text: string) => void,
): Promise<readonly string[]> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const started: string[] = [];
  if (wanted.kafka) {
    onProgress(`Starting ${KAFKA_IMAGE} …`);
    const kafka = await new GenericContainer(KAFKA_IMAGE)
      .withReuse()
      .withLabels({ 'headwater.stack': dir })
      .withEnvironment(kafkaEnvironment(ports.broker))
      .withExposedPorts({ container: ports.broker, host: ports.broker })
      .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
      .start();
    started.push(kafka.getId());
  }
  if (wanted.registry) {
    onProgress(`Starting ${REGISTRY_IMAGE} …`);
    const registry = await new GenericContainer(REGISTRY_IMAGE)
      .withReuse()
      .withLabels({ 'headwater.stack': dir })
      .withEnvironment({
        APICURIO_STORAGE_KIND: 'sql',
        APICURIO_STORAGE_SQL_KIND: 'h2',
        APICURIO_DATASOURCE_URL: 'jdbc:h2:file:/tmp/registry/store;WRITE_DELAY=0',
      })
      .withExposedPorts({ container: 8080, host: ports.registry })
      .withWaitStrategy(Wait.forHttp('/apis/ccompat/v7/subjects', 8080))
      .start();
    started.push(registry.getId());
    await fetch(`http://127.0.0.1:${ports.registry}/apis/ccompat/v7/config`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ compatibility: 'BACKWARD' }),
    });
  }
  return started;
}

export function dockerDown(containers: readonly string[]): Promise<void> {
  spawnSync('docker', ['rm', '-f', ...containers], { stdio: 'ignore' });
  return Promise.resolve();
}

function kafkaEnvironment(port: number): Record<string, string> {
  return {
    KAFKA_NODE_ID: '1',
    KAFKA_PROCESS_ROLES: 'broker,controller',
    KAFKA_LISTENERS: `PLAINTEXT://:${port},CONTROLLER://:9093`,
    KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
    KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
    KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
  };
}
