/** A real broker with a listener for each way of proving who one is: TLS, mutual TLS, SASL in the open, SASL over TLS. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createCA, createCert } from 'mkcert';
import { resolveKafka } from '../../sandbox/stack/jars.ts';
import { canConnect, end, ready, startDetached } from '../../sandbox/stack/process.ts';
import { ownEnvironment } from './stack.ts';

export interface SecureKafka extends AsyncDisposable {
  /** `host:port` of each listener. */
  readonly at: Readonly<Record<ListenerName, string>>;
  /** Files: `ca.pem`, `other-ca.pem`, `client.pem`, `trust.jks`, `trust.p12`, `client.p12`. */
  readonly file: (name: string) => string;
  /** Signed by the key that the broker's `SASLS` listener trusts. */
  readonly token: (lifeSeconds: number) => Promise<string>;
}

type ListenerName = (typeof LISTENERS)[number];

export const STORE_PASSWORD = 'changeit1';
/** The password of `alice`, whatever the mechanism. */
export const PASSWORD = 'alice-s3cret';
const LISTENERS = ['TLS', 'MTLS', 'SASLP', 'SASLS', 'CONTROLLER'] as const;
const WHO = { organization: 'o', countryCode: 'DE', state: 's', locality: 'l', validity: 2 };
/** Sessions end by then: a client that goes on must prove again who it is. */
export const SESSION_MS = 3_000;

export async function startSecureKafka(): Promise<SecureKafka> {
  const dir = mkdtempSync(join(tmpdir(), 'headwater-secure-kafka-'));
  const file = (name: string): string => join(dir, name);
  await writeStores(file);
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  writeFileSync(file('jwks.json'), JSON.stringify({ keys: [jwk] }));
  const ports = await Promise.all(LISTENERS.map(freePort));
  const at = Object.fromEntries(
    LISTENERS.map((name, index) => [name, `127.0.0.1:${ports[index]}`]),
  ) as Record<ListenerName, string>;
  writeFileSync(file('server.properties'), brokerProperties(at, file));
  writeFileSync(file('simplelogger.properties'), LOGGING);
  const jars = await resolveKafka({ dir, env: ownEnvironment(), onProgress: console.error });
  const path = `${jars}:${dir}`;
  format(path, file('server.properties'));
  const log = file('kafka.log');
  const java = [
    '-Xmx256m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    `-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=file://${file('jwks.json')}`,
    '-cp',
    path,
    'kafka.Kafka',
    file('server.properties'),
  ];
  const record = await startDetached('java', java, { log });
  const dispose = async (): Promise<void> => {
    await end(record);
    rmSync(dir, { recursive: true, force: true });
  };
  await ready('Kafka', record, log, 60_000, async () => {
    const isStarted = readFileSync(log, 'utf8').includes('Kafka Server started');
    return isStarted && (await canConnect('127.0.0.1', ports[0] ?? 0));
  }).catch(async (error: unknown) => {
    await dispose();
    throw error;
  });
  return {
    at,
    file,
    token: (lifeSeconds) =>
      new SignJWT({ scope: 'kafka' })
        .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
        .setSubject('alice')
        .setAudience('kafka')
        .setIssuedAt()
        .setExpirationTime(`${lifeSeconds}s`)
        .sign(privateKey),
    [Symbol.asyncDispose]: dispose,
  };
}

const LOGGING = `org.slf4j.simpleLogger.defaultLogLevel=error
org.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info
`;

async function writeStores(file: (name: string) => string): Promise<void> {
  const [ca, other] = [await createCA(WHO), await createCA(WHO)];
  const [server, client] = await Promise.all([
    createCert({ domains: ['127.0.0.1', 'localhost'], validity: 2, ca }),
    createCert({ domains: ['client'], validity: 2, ca }),
  ]);
  writeFileSync(file('ca.pem'), ca.cert);
  writeFileSync(file('other-ca.pem'), other.cert);
  writeFileSync(file('server.pem'), pkcs8(server.key) + server.cert);
  writeFileSync(file('client.pem'), client.key + client.cert);
  const trust = ['-importcert', '-noprompt', '-alias', 'ca', '-file', file('ca.pem')];
  for (const [type, name] of [
    ['JKS', 'trust.jks'],
    ['PKCS12', 'trust.p12'],
  ] as const) {
    const into = ['-storetype', type, '-keystore', file(name), '-storepass', STORE_PASSWORD];
    run('keytool', [...trust, ...into]);
  }
  const both = file('client.pem');
  const secret = ['-passout', `pass:${STORE_PASSWORD}`];
  run('openssl', ['pkcs12', '-export', '-in', both, '-out', file('client.p12'), ...secret]);
}

/** Java takes no other form of a key. */
function pkcs8(key: string): string {
  const { stdout } = spawnSync('openssl', ['pkcs8', '-topk8', '-nocrypt'], { input: key });
  return stdout.toString();
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
}

function brokerProperties(
  at: Readonly<Record<ListenerName, string>>,
  file: (name: string) => string,
): string {
  const list = (names: readonly ListenerName[]): string =>
    names.map((name) => `${name}://${at[name]}`).join(',');
  const security = 'org.apache.kafka.common.security';
  const jaas = (listener: string, mechanism: string, module: string, options = ''): string =>
    `listener.name.${listener}.${mechanism}.sasl.jaas.config=${security}.${module} required ${options};`;
  return `${[
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.bootstrap.servers=${at.CONTROLLER}`,
    'controller.listener.names=CONTROLLER',
    `listeners=${list(LISTENERS)}`,
    `advertised.listeners=${list(LISTENERS.filter((name) => name !== 'CONTROLLER'))}`,
    'listener.security.protocol.map=TLS:SSL,MTLS:SSL,SASLP:SASL_PLAINTEXT,SASLS:SASL_SSL,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name=TLS',
    `log.dirs=${file('data')}`,
    'auto.create.topics.enable=false',
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'transaction.state.log.num.partitions=1',
    'group.initial.rebalance.delay.ms=0',
    'log.cleaner.dedupe.buffer.size=4194304',
    'ssl.keystore.type=PEM',
    `ssl.keystore.location=${file('server.pem')}`,
    'ssl.truststore.type=PEM',
    `ssl.truststore.location=${file('ca.pem')}`,
    'listener.name.mtls.ssl.client.auth=required',
    'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
    `listener.name.saslp.oauthbearer.connections.max.reauth.ms=${SESSION_MS}`,
    ...['saslp', 'sasls'].flatMap((listener) => [
      jaas(listener, 'plain', 'plain.PlainLoginModule', `user_alice="${PASSWORD}"`),
      jaas(listener, 'scram-sha-256', 'scram.ScramLoginModule'),
      jaas(listener, 'scram-sha-512', 'scram.ScramLoginModule'),
    ]),
    jaas(
      'saslp',
      'oauthbearer',
      'oauthbearer.OAuthBearerLoginModule',
      'unsecuredLoginStringClaim_sub="nobody"',
    ),
    jaas('sasls', 'oauthbearer', 'oauthbearer.OAuthBearerLoginModule'),
    `listener.name.sasls.oauthbearer.sasl.server.callback.handler.class=${security}.oauthbearer.OAuthBearerValidatorCallbackHandler`,
    `listener.name.sasls.oauthbearer.sasl.oauthbearer.jwks.endpoint.url=file://${file('jwks.json')}`,
    'listener.name.sasls.oauthbearer.sasl.oauthbearer.expected.audience=kafka',
  ].join('\n')}\n`;
}

function format(classPath: string, settings: string): void {
  const scram = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name="alice",password="${PASSWORD}"]`,
  ]);
  run('java', [
    '-cp',
    classPath,
    'kafka.tools.StorageTool',
    'format',
    '--standalone',
    '-t',
    'c2VjdXJlLWthZmthLXRlc3',
    '-c',
    settings,
    ...scram,
  ]);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
