/** The package's `./testing` export: a Salesforce org on the loopback, and the conformance kit for connectors. */
export * from '../sandbox/index.ts';
export * from './conformance/index.ts';
export { sinkRecord } from './records.ts';
