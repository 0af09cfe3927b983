import { describe, expect, it } from 'vitest';
import { advertised } from '../../../src/config/advertised.ts';
import { adminListenersProblem, parseListeners } from '../../../src/config/listeners.ts';

describe('listeners', () => {
  it.each([
    ['http://127.0.0.1:8083', 'http', '127.0.0.1', 8083],
    ['http://:8083', 'http', '', 8083],
    ['HTTP://0.0.0.0:8083', 'http', '0.0.0.0', 8083],
    [' https://connect.example:443/ ', 'https', 'connect.example', 443],
    ['http://[::1]:0', 'http', '::1', 0],
  ])('%j', (listeners, scheme, host, port) => {
    expect(parseListeners(listeners)).toEqual([{ scheme, host, port }]);
  });

  it('may be several', () => {
    const found = parseListeners('http://:8083, https://:8443');
    expect(found.map(({ scheme }) => scheme)).toEqual(['http', 'https']);
  });

  it.each([
    ['', 'there must be one'],
    ['http://localhost', 'no http://host:port'],
    ['http://localhost:99999', 'no http://host:port'],
    ['ftp://localhost:21', 'ftp is neither http nor https'],
    ['http://:8083,http://:8083', 'is there twice'],
  ])('refuses %j', (listeners, why) => {
    expect(() => parseListeners(listeners)).toThrow(why);
    expect(() => parseListeners(listeners)).toThrow(expect.objectContaining({ path: 'listeners' }));
  });

  it('are never shown with a password', () => {
    expect(() => parseListeners('http://user:secret@localhost:8083')).toThrow(/^((?!secret).)*$/);
  });

  it('of /admin may be none', () => {
    expect(adminListenersProblem([''])).toBeUndefined();
    expect(adminListenersProblem(['nothing'])).toMatch('no http://host:port');
  });
});

describe('what the others are told', () => {
  const both = parseListeners('https://10.0.0.1:8443,http://:8083');

  it.each([
    [{}, 'this-host:8083', 'http://this-host:8083/'],
    [{ listener: 'https' }, '10.0.0.1:8443', 'https://10.0.0.1:8443/'],
    [{ 'host.name': 'connect', port: '80' }, 'connect:80', 'http://connect:80/'],
    [{ 'host.name': 'fd00::1' }, '[fd00::1]:8083', 'http://[fd00::1]:8083/'],
    [{ listener: ' ', 'host.name': '' }, 'this-host:8083', 'http://this-host:8083/'],
  ])('%o', (given, workerId, url) => {
    const properties = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [`rest.advertised.${name}`, value]),
    );
    expect(advertised(properties, both, 'this-host')).toEqual({ workerId, url });
  });

  it('is the https listener where there is no other', () => {
    expect(advertised({}, both.slice(0, 1), 'here').url).toBe('https://10.0.0.1:8443/');
  });

  it('must be there', () => {
    const properties = { 'rest.advertised.listener': 'http' };
    expect(() => advertised(properties, both.slice(0, 1), 'here')).toThrow(
      'there is no http listener',
    );
  });
});
