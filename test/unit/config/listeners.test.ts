import { describe, expect, it } from 'vitest';
import { parseListener } from '../../../src/config/listeners.ts';

describe('listeners', () => {
  it.each([
    ['http://127.0.0.1:8083', '127.0.0.1', 8083],
    ['http://:8083', '', 8083],
    ['HTTP://0.0.0.0:8083', '0.0.0.0', 8083],
    [' http://connect.example:80/ ', 'connect.example', 80],
    ['http://[::1]:0', '::1', 0],
  ])('%j', (listeners, host, port) => {
    expect(parseListener(listeners)).toEqual({ host, port });
  });

  it.each([
    ['', 'no http://host:port'],
    ['http://localhost', 'no http://host:port'],
    ['http://localhost:99999', 'no http://host:port'],
    ['http://user:secret@localhost:8083', 'no http://host:port'],
    ['https://:8443', 'needs a proxy that ends TLS'],
    ['http://:8083,https://:8443', 'needs a proxy that ends TLS'],
    ['http://:8083,http://:8084', 'listens on one address'],
  ])('refuses %j', (listeners, why) => {
    expect(() => parseListener(listeners)).toThrow(why);
  });
});
