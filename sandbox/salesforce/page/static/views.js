import * as clock from './views/clock.js';
import * as connect from './views/connect.js';
import * as events from './views/events.js';
import * as faults from './views/faults.js';
import * as limits from './views/limits.js';
import * as newRecord from './views/new-record.js';
import * as objects from './views/objects.js';
import * as record from './views/record.js';
import * as records from './views/records.js';
import * as recycleBin from './views/recycle-bin.js';
import * as requests from './views/requests.js';
import * as sessions from './views/sessions.js';
import * as users from './views/users.js';

/**
 * Every view has a `title`, and `show({ path, parameters, signal })`, which gives its elements, the first of them with
 * the heading; `signal` ends what it has going on.
 */
export const NAVIGATION = [
  {
    group: 'Data',
    views: [
      { name: 'objects', title: 'Objects' },
      { name: 'bin', title: 'Recycle bin' },
    ],
  },
  {
    group: 'Watch',
    views: [
      { name: 'events', title: 'Events' },
      { name: 'requests', title: 'Requests' },
      { name: 'limits', title: 'Limits' },
    ],
  },
  {
    group: 'Control',
    views: [
      { name: 'faults', title: 'Faults' },
      { name: 'clock', title: 'Clock' },
      { name: 'sessions', title: 'Sessions' },
      { name: 'users', title: 'Users' },
    ],
  },
  { group: 'Use', views: [{ name: 'connect', title: 'Connect' }] },
];

const BY_NAME = {
  bin: recycleBin,
  clock,
  connect,
  events,
  faults,
  limits,
  requests,
  sessions,
  users,
};

export function viewOf([first, second, third]) {
  if (first === 'records' && second !== undefined) return record;
  if (first === 'objects' && third === 'new') return newRecord;
  if (first === 'objects' && second !== undefined) return records;
  return BY_NAME[first] ?? objects;
}
