/** The one registry of what the sandbox simulates; `page.ts` makes a page of it. */
import type { BehaviourChapter } from './behaviour.ts';
import { browserPage } from './browser-page.ts';
import { bulk } from './bulk.ts';
import { data } from './data.ts';
import { events } from './events.ts';
import { faults } from './faults.ts';
import { load } from './load.ts';
import { login } from './login.ts';
import { objects } from './objects.ts';
import { project } from './project.ts';
import { pubsub } from './pubsub.ts';
import { rest } from './rest.ts';
import { security } from './security.ts';
import { soql } from './soql.ts';
import { streaming } from './streaming.ts';

export const chapters: readonly BehaviourChapter[] = [
  login,
  rest,
  objects,
  security,
  data,
  project,
  soql,
  bulk,
  events,
  pubsub,
  streaming,
  faults,
  load,
  browserPage,
];
