/** A source and a sink that misbehave where their configuration says: `at=poll`, `how=undefined`. */
import { manifest, type PluginFolder } from './plugin-packages.ts';

/** What they do there. Each is called with the connector's `key`, its password. */
export const HOW = {
  error: "throw new Error('broke');",
  text: "throw 'broke as text';",
  undefined: 'throw undefined;',
  unreadable:
    "throw Object.defineProperty(new Error('broke'), 'message', { get() { throw new Error('no'); } });",
  timer: "setTimeout(() => { throw new Error('broke in a timer'); }); return never;",
  timers: "setInterval(() => { throw new Error('broke in a timer'); }, 1); return never;",
  promise: "void Promise.reject('broke in a promise'); return never;",
  secret: "throw new Error('refused: password ' + key + ' of ' + encodeURIComponent(key));",
  hang: 'return never;',
} as const;

/** Writes the package `bad`; the classes are BadSource and BadSink. */
export function writeBadPlugin(at: PluginFolder): void {
  at.write('bad/package.json', manifest('bad'));
  at.write(
    'bad/plugin.js',
    `import { AppError } from 'headwater/sdk';
     setTimeout(() => { throw new Error('broke at the top'); });
     const never = new Promise(() => {});
     const text = (name, type = 'STRING') =>
       ({ name, type, default: 'none', importance: 'LOW', documentation: '', group: '', displayName: '' });
     const config = [text('at'), text('how'), text('and'), text('key', 'PASSWORD')];
     const how = { ${Object.entries(HOW)
       .map(([name, body]) => `${name}: (key) => { ${body} }`)
       .join(', ')} };
     const hurt = (given, at) => {
       if (given.string('at') === at) return how[given.string('how')](given.string('key'));
       if (given.string('and') === at) return how.error();
     };
     const idle = (signal) => new Promise((resolve) =>
       signal.aborted ? resolve() : signal.addEventListener('abort', resolve, { once: true }));
     const create = (given) => ({
       plan: async () => (hurt(given, 'plan'), hurt(given, 'plan-later') ?? [{}]),
       check: () => hurt(given, 'check') ?? Promise.resolve([]),
     });
     const source = { create, openTask: (given) => {
       hurt(given, 'open-now');
       let n = 0;
       return hurt(given, 'open-later') ?? Promise.resolve({
         poll: (signal) => {
           const hurting = hurt(given, 'poll');
           if (hurting !== undefined) return hurting;
           if (n++ > 0) return idle(signal).then(() => ({ records: [] }));
           const position = { partition: { p: given.string('how') }, offset: { n: 1 } };
           return Promise.resolve({ records: [], positions: [position] });
         },
         onCommitted: () => hurt(given, 'onCommitted') ?? Promise.resolve(),
         [Symbol.asyncDispose]: () => hurt(given, 'dispose') ?? Promise.resolve(),
       });
     } };
     const sink = { create, openTask: async (given) => ({
       batching: { maxRecords: 10, maxWaitMs: 10 },
       assign: () => hurt(given, 'assign') ?? Promise.resolve([]),
       revoke: () => hurt(given, 'revoke') ?? Promise.resolve(),
       put: (batch) => given.string('at') === 'reject'
         ? Promise.resolve(batch.map((record) => ({ record, error: new AppError('data', 'bad.record',
             'refused: password ' + given.string('key')) })))
         : hurt(given, 'put') ?? Promise.resolve([]),
       [Symbol.asyncDispose]: () => hurt(given, 'dispose') ?? Promise.resolve(),
     }) };
     export const plugins = [
       { class: 'BadSource', type: 'source', version: '1', config, load: async () => source },
       { class: 'BadSink', type: 'sink', version: '1', config, load: async () => sink },
     ];`,
  );
}
