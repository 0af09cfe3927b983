import { expect, test } from 'vitest';
import { createPinoLog, type LogLevels } from '../../../src/foundation/pino.ts';

function started(): LogLevels {
  const { log, levels } = createPinoLog({ level: 'INFO', redact: (line) => line, now: () => 7 });
  log.child({ logger: 'runtime' }).child({ logger: 'sink' });
  log.child({ logger: 'rest' });
  return levels;
}

test('a level rules the loggers below its name', () => {
  const levels = started();
  expect(levels.set('runtime', 'DEBUG')).toEqual(['runtime', 'runtime.sink']);
  expect(levels.get('runtime.sink')).toEqual({ level: 'DEBUG', last_modified: 7 });
  expect(levels.get('rest')).toEqual({ level: 'INFO', last_modified: null });
});

test('root rules all of them', () => {
  const levels = started();
  expect(levels.set('root', 'WARN')).toEqual(['rest', 'root', 'runtime', 'runtime.sink']);
});

test('a level that is there already changes nothing', () => {
  expect(started().set('rest', 'INFO')).toEqual([]);
});

test('a logger nobody has is unknown', () => {
  expect(started().get('nobody')).toBeUndefined();
});

test('a logger that takes its level from the one above was never set itself', () => {
  const { levels } = createPinoLog({ level: 'INFO', redact: (line) => line, now: () => 5 });
  levels.set('a', 'DEBUG');
  levels.set('a.b', 'DEBUG');
  expect(levels.get('a')).toEqual({ level: 'DEBUG', last_modified: 5 });
  expect(levels.get('a.b')).toEqual({ level: 'DEBUG', last_modified: null });
});
