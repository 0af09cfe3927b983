/** The benchmark's Salesforce, a process of its own: `sandbox-process.ts PROJECT EVENTS`. */
import { startSandbox } from '../../sandbox/index.ts';
import { generateChanges } from '../../sandbox/salesforce/events/load.ts';
import { OBJECT, values } from './project.ts';

const [project = '', events = '0'] = process.argv.slice(2);
const sandbox = await startSandbox({ project, changeEvents: [OBJECT] });
const bytes = generateChanges(sandbox.org, sandbox.events, {
  entity: OBJECT,
  count: Number(events),
  values: (i) => ({
    after: { ...values(i), CreatedDate: 1_700_000_000_000, LastModifiedDate: 1_700_000_000_000 },
  }),
});
const { org: _org, events: _events, ...credentials } = sandbox;
console.log(JSON.stringify({ ...credentials, bytes }));
process.once('SIGTERM', () => void sandbox.close().then(() => process.exit(0)));
