/**
 * A Salesforce org on the loopback, for tests; a part of the package's `./testing` export.
 *
 *     await using cleanup = new AsyncDisposableStack();
 *     const sandbox = cleanup.adopt(await startSandbox(), (each) => each.close());
 */
export { startSandbox } from './salesforce/server.ts';
export type { EventBus } from './salesforce/events/event-bus.ts';
export type {
  HostedOrg,
  Sandbox,
  SandboxCredentials,
  SandboxOptions,
} from './salesforce/server.ts';
export type {
  Actor,
  FieldDef,
  FieldValue,
  ObjectDef,
  Org,
  RecordChange,
  RecordValues,
  SandboxClock,
  SaveResult,
  Transaction,
  User,
  Write,
} from './salesforce/org/types.ts';
