/**
 * Goal: what stands in deploy/ would start a worker. There is no Docker and no cluster where tests run: forms, paths, and the worker's
 * properties in each file are checked; the units by systemd-analyze where it is.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import type { Properties } from '../../../src/config/definition.ts';
import { environmentProperties } from '../../../src/config/environment.ts';
import { parseProperties } from '../../../src/config/properties-file.ts';
import { reasonIgnored } from '../../../src/config/worker-ignored.ts';
import { unknownProperties } from '../../../src/config/unknown.ts';
import { findingsOf, validateConfig } from '../../../src/config/validate.ts';
import { WORKER_PREFIXES, workerDef } from '../../../src/config/worker.ts';
import { root } from '../../support/docs/property-pages.ts';

const read = (path: string): string => readFileSync(join(root, 'deploy', path), 'utf8');
const compose = parse(read('docker/compose.yaml')) as {
  services: {
    worker: {
      stop_grace_period: string;
      build: { context: string; dockerfile: string };
      environment: Record<string, string | number>;
    };
  };
};
const kubernetes = parseAllDocuments(read('kubernetes/headwater.yaml')).map((document) => {
  expect(document.errors).toEqual([]);
  return document.toJS() as {
    kind: string;
    data: Record<string, string>;
    spec: { template: { spec: { terminationGracePeriodSeconds: number } } };
  };
});
const ofKind = (kind: string) => kubernetes.find((each) => each.kind === kind);

const { environment } = compose.services.worker;
/** In a pod the rest comes from the secret and from where it runs. */
const POD = {
  CONNECT_BOOTSTRAP_SERVERS: 'kafka:9092',
  CONNECT_REST_ADVERTISED_HOST_NAME: '10.0.0.1',
};
const WORKERS: Readonly<Record<string, Properties>> = {
  'worker/distributed.properties': parseProperties(read('worker/distributed.properties')),
  'worker/standalone.properties': parseProperties(read('worker/standalone.properties')),
  'docker/compose.yaml': environmentProperties(
    Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)])),
  ),
  'kubernetes/headwater.yaml': environmentProperties({ ...POD, ...ofKind('ConfigMap')?.data }),
};

describe.each(Object.entries(WORKERS))('the worker of %s', (_path, properties) => {
  test('has valid properties, and none that nobody heeds', () => {
    const def = workerDef(properties);
    const options = { name: 'worker', prefixes: WORKER_PREFIXES };
    expect(findingsOf(validateConfig(def, properties, options))).toEqual([]);
    expect(unknownProperties(def, properties, WORKER_PREFIXES)).toEqual({
      errors: [],
      warnings: [],
    });
    expect(Object.keys(properties).filter((name) => reasonIgnored(name, def))).toEqual([]);
  });

  test('says itself where Kafka is, and refers to the environment by names that it allows', () => {
    expect(properties['bootstrap.servers']).toMatch(/./);
    const pattern = properties['config.providers.env.param.allowlist.pattern'] ?? '';
    const text = Object.values(properties).join('\n');
    const names = [...text.matchAll(/\$\{env:(\w+)\}/g)].map(([, name]) => name ?? '');
    expect(names.filter((name) => !new RegExp(`^(?:${pattern})$`).test(name))).toEqual([]);
  });
});

/** Beyond the tasks' time a worker has 10 s to close (src/cli/worker.ts); and some to spare. */
const CLOSING_S = 15;

test('nothing kills a worker before its time to stop is over', () => {
  const graceful = (path: string): number =>
    Number(WORKERS[path]?.['task.shutdown.graceful.timeout.ms']) / 1000 + CLOSING_S;
  const unit = (name: string): number =>
    Number(/^TimeoutStopSec=(\d+)$/m.exec(read(`systemd/${name}`))?.[1]);
  expect(unit('headwater.service')).toBeGreaterThanOrEqual(
    graceful('worker/distributed.properties'),
  );
  expect(unit('headwater-standalone.service')).toBeGreaterThanOrEqual(
    graceful('worker/standalone.properties'),
  );
  expect(parseInt(compose.services.worker.stop_grace_period, 10)).toBeGreaterThanOrEqual(
    graceful('docker/compose.yaml'),
  );
  expect(
    ofKind('Deployment')?.spec.template.spec.terminationGracePeriodSeconds,
  ).toBeGreaterThanOrEqual(graceful('kubernetes/headwater.yaml'));
});

test('the image is made of what is there', () => {
  const { context, dockerfile } = compose.services.worker.build;
  const from = join(root, 'deploy/docker', context);
  expect(existsSync(join(from, dockerfile))).toBe(true);
  const lines = read('docker/Dockerfile');
  // The package's own name and command, and the lock file that its dependencies come from.
  const { name, bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    name: string;
    bin: Record<string, string>;
  };
  expect(lines).toContain(`/tmp/${name}-*.tgz`);
  expect(lines).toContain(`/opt/headwater/${bin['headwater']}`);
  const copied = [...lines.matchAll(/\bcp (\S+) /g)].map(([, path]) => path ?? '');
  expect(copied).toEqual(['package-lock.json']);
  const ignored = read('docker/Dockerfile.dockerignore').split('\n');
  const built = [
    'src',
    'connectors',
    'sandbox',
    'bin',
    'package.json',
    'package-lock.json',
    'tsconfig.build.json',
  ];
  expect(built.filter((path) => ignored.includes(path) || !existsSync(join(root, path)))).toEqual(
    [],
  );
});

const hasAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0;

test.skipIf(!hasAnalyze).each(['headwater.service', 'headwater-standalone.service'])(
  'systemd-analyze finds nothing wrong with %s',
  (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'headwater-unit-'));
    try {
      const unit = join(folder, name);
      const command = join(root, 'bin/headwater.js');
      writeFileSync(
        unit,
        read(`systemd/${name}`).replaceAll('/opt/headwater/bin/headwater.js', command),
      );
      const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', unit], {
        encoding: 'utf8',
      });
      const own = stderr.split('\n').filter((line) => line.includes(name));
      expect(own).toEqual([]);
      expect(status, stderr).toBe(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
