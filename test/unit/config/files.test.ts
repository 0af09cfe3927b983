import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPropertiesFile, parseConfigFile } from '../../../src/config/files.ts';
import { javaRegexFull, javaReplacement } from '../../../src/config/java-regex.ts';
import { parseProperties } from '../../../src/config/properties-file.ts';
import { createConfigProviders } from '../../../src/config/providers.ts';
import { hasReference, resolveReferences } from '../../../src/config/references.ts';
import { hideSecrets, restoreHidden } from '../../../src/config/secrets.ts';

describe('a .properties file', () => {
  it('reads keys, separators, comments and continuations as Java does', () => {
    const text = String.raw`
# comment
! also a comment
plain=value
  spaced   =   value with spaces  
colon: value
bare value
empty=
none
escaped\ key\=x = y
list = a,\
       b,\
       # not a comment
unicode=\u00e9\t\\
odd=a\zb
back\\=slash
url=https://host:8081/a?b=c#d
twice=1
twice=2
`;
    expect(parseProperties(text)).toEqual({
      plain: 'value',
      spaced: 'value with spaces  ',
      colon: 'value',
      bare: 'value',
      empty: '',
      none: '',
      'escaped key=x': 'y',
      list: 'a,b,# not a comment',
      unicode: 'é\t\\',
      odd: 'azb',
      'back\\': 'slash',
      url: 'https://host:8081/a?b=c#d',
      twice: '2',
    });
  });

  it('reads what Java would write of any key and value', () => {
    const escape = (text: string, key: boolean): string =>
      text
        .replace(/[\\=:#!]/g, String.raw`\$&`)
        .replace(/\n/g, String.raw`\n`)
        .replace(/\r/g, String.raw`\r`)
        .replace(/\t/g, String.raw`\t`)
        .replace(/\f/g, String.raw`\f`)
        .replace(key ? / /g : /^ +/g, (spaces) => spaces.replaceAll(' ', String.raw`\ `));
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), (key, value) => {
        fc.pre(key !== '__proto__');
        const line = `${escape(key, true)}=${escape(value, false)}`;
        expect(parseProperties(`a=1\n${line}\n`)[key]).toBe(value);
      }),
    );
  });
});

describe('a configuration file', () => {
  it.each([
    ['c.json', '{"name":"n","config":{"tasks.max":2,"on":true,"list":["a","b"],"gone":null}}'],
    ['c.yaml', 'name: n\nconfig:\n  tasks.max: 2\n  "on": true\n  list: [a, b]\n'],
    ['c.yml', 'name: n\ntasks.max: 2\n"on": true\nlist:\n- a\n- b\n'],
    ['c.properties', 'name=n\ntasks.max=2\non=true\nlist=a,b\n'],
  ])('%s gives flat properties', (path, text) => {
    expect(parseConfigFile(text, path)).toEqual({
      name: 'n',
      'tasks.max': '2',
      on: 'true',
      list: 'a,b',
    });
  });

  it('names the property that is nested, the file that is broken or missing', async () => {
    expect(() => parseConfigFile('{"a":{"b":1}}', 'c.json')).toThrow('a must be a text');
    expect(() => parseConfigFile('{', 'c.json')).toThrow('c.json is not JSON');
    expect(() => parseConfigFile('[]', 'c.json')).toThrow('must hold an object');
    await expect(loadPropertiesFile('no/such.json')).rejects.toMatchObject({
      kind: 'config',
      path: 'no/such.json',
    });
  });
});

describe('references', () => {
  let directory = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'config-'));
    writeFileSync(join(directory, 's.properties'), 'password=p=w\\nx\n');
    writeFileSync(join(directory, 'client_secret'), 'whole\ncontent');
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const providers = (extra: Record<string, string> = {}) =>
    createConfigProviders(
      {
        'config.providers': 'env, file,dir',
        'config.providers.env.class':
          'org.apache.kafka.common.config.provider.EnvVarConfigProvider',
        'config.providers.file.class': 'FileConfigProvider',
        'config.providers.dir.class': 'DirectoryConfigProvider',
        ...extra,
      },
      { SF_SECRET: 'from env', OTHER: 'o' },
    );

  it('are replaced by their provider’s value, several in one property', async () => {
    const resolved = await resolveReferences(
      {
        a: '${env:SF_SECRET}',
        b: `\${file:${directory}/s.properties:password}`,
        c: `\${dir:${directory}:client_secret}`,
        d: 'x-${env:OTHER}-${env:SF_SECRET}',
        e: 'plain $x {y}',
      },
      providers(),
    );
    expect(resolved).toEqual({
      a: 'from env',
      b: 'p=w\nx',
      c: 'whole\ncontent',
      d: 'x-o-from env',
      e: 'plain $x {y}',
    });
  });

  it('to an unknown provider stay as written', async () => {
    const properties = { a: '${vault:path:key}', b: '${topic}' };
    expect(await resolveReferences(properties, providers())).toEqual(properties);
    expect(hasReference('${topic}')).toBe(false);
  });

  it('to what isn’t there name the property', async () => {
    await expect(resolveReferences({ pw: '${env:MISSING}' }, providers())).rejects.toMatchObject({
      kind: 'config',
      path: 'pw',
      message: "pw: ${env:MISSING} can't be resolved: the provider env has no MISSING.",
    });
    await expect(
      resolveReferences({ pw: '${file:/no/such:key}' }, providers()),
    ).rejects.toMatchObject({ kind: 'config', path: 'pw' });
  });

  it('reach only what their provider is allowed to', async () => {
    const limited = providers({
      'config.providers.env.param.allowlist.pattern': 'SF_.*',
      'config.providers.file.param.allowed.paths': '/etc/secrets',
      'config.providers.dir.param.allowed.paths': directory,
    });
    expect(await resolveReferences({ a: '${env:SF_SECRET}' }, limited)).toEqual({ a: 'from env' });
    await expect(resolveReferences({ a: '${env:OTHER}' }, limited)).rejects.toThrow('no OTHER');
    const file = `\${file:${directory}/s.properties:password}`;
    await expect(resolveReferences({ a: file }, limited)).rejects.toThrow(
      'not under allowed.paths',
    );
    const escape = `\${dir:${directory}:../${directory.split('/').pop()}-x/y}`;
    await expect(resolveReferences({ a: escape }, limited)).rejects.toMatchObject({ path: 'a' });
  });

  it('need a provider class that exists', () => {
    expect(() =>
      createConfigProviders({
        'config.providers': 'v',
        'config.providers.v.class': 'FileConfigProvidr',
      }),
    ).toThrow(expect.objectContaining({ suggestion: 'Did you mean FileConfigProvider?' }));
    expect(() => createConfigProviders({ 'config.providers': 'v' })).toThrow(
      'config.providers.v.class is required',
    );
  });
});

describe('secrets', () => {
  const def = [
    {
      name: 'salesforce.password',
      type: 'PASSWORD' as const,
      importance: 'HIGH' as const,
      documentation: '',
      group: '',
      displayName: '',
    },
    {
      name: 'salesforce.jwt.token.url',
      type: 'STRING' as const,
      importance: 'HIGH' as const,
      documentation: '',
      group: '',
      displayName: '',
    },
  ];
  const stored = {
    name: 'c',
    'salesforce.password': 'hunter2',
    'salesforce.jwt.token.url': 'https://x',
    'producer.override.ssl.key.password': 'p',
    'value.converter.basic.auth.user.info': 'u:p',
    'consumer.override.ssl.keystore.key': 'k',
  };

  it('are hidden by definition, else by name; references are not', () => {
    expect(hideSecrets(def, stored)).toEqual({
      name: 'c',
      'salesforce.password': '[hidden]',
      'salesforce.jwt.token.url': 'https://x',
      'producer.override.ssl.key.password': '[hidden]',
      'value.converter.basic.auth.user.info': '[hidden]',
      'consumer.override.ssl.keystore.key': '[hidden]',
    });
    expect(hideSecrets(def, { 'salesforce.password': '${env:PW}' })).toEqual({
      'salesforce.password': '${env:PW}',
    });
  });

  it('survive being read and sent back', () => {
    expect(restoreHidden(stored, hideSecrets(def, stored))).toEqual(stored);
    expect(restoreHidden(stored, { 'salesforce.password': 'new' })).toEqual({
      'salesforce.password': 'new',
    });
  });
});

describe('Java’s regular expressions', () => {
  it.each([
    ['a.*', 'abc', true],
    ['a', 'abc', false],
    ['(?i)ABC', 'abc', true],
    ['\\Qa.b\\E.*', 'a.bc', true],
    ['\\Qa.b\\E', 'axb', false],
    ['\\p{Alpha}+[\\p{Digit}_]', 'abc1', true],
    ['a|b', 'b', true],
    ['[*+]\\+\\++x{2}', '*+++xx', true],
    ['(?m)a', 'a\nb', false],
    ['(?m)a$.^b', 'a\nb', false],
    ['(?ms)a$.^b', 'a\nb', true],
  ])('%s on %s', (pattern, text, matches) => {
    expect(javaRegexFull(pattern, 'p').test(text)).toBe(matches);
  });

  it.each(['a++', 'a{2}+', '(?>a)', '[a-z&&[^b]]', '(', '(?x)a'])(
    'refuse %s naming the property',
    (pattern) => {
      expect(() => javaRegexFull(pattern, 'transforms.r.regex')).toThrow(
        expect.objectContaining({ kind: 'config', path: 'transforms.r.regex' }),
      );
    },
  );

  it('translate replacements', () => {
    expect('a-b'.replace(/(.)-(.)/, javaReplacement('$2-$1\\$'))).toBe('b-a$');
    expect('ab'.replace(/(?<x>a)/, javaReplacement('${x}!'))).toBe('a!b');
  });
});
