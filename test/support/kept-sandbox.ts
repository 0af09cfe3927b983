/** Run as a process: a sandbox that keeps its org in the folder given, with snapshots after the bytes given. */
import { startSandbox } from '../../sandbox/index.ts';

const [stateDir, bytes] = process.argv.slice(2);
const sandbox = await startSandbox({ stateDir, state: { snapshotAfterBytes: Number(bytes) } });
const { http, pubsubPlain, accessToken, orgId, clientId, refreshToken } = sandbox;
console.log(JSON.stringify({ http, pubsubPlain, accessToken, orgId, clientId, refreshToken }));
