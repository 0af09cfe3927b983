/** Writes `scenario.schema.json` anew, after a change of the registry: `node sandbox/salesforce/faults/write-schema.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scenarioSchema } from './json-schema.ts';

const file = join(import.meta.dirname, 'scenario.schema.json');
writeFileSync(file, `${JSON.stringify(scenarioSchema(), null, 2)}\n`);
