import type { SandboxOrg } from '../org/org.ts';
import type { SaveResult, Write } from '../org/types.ts';

/** One write as the administrator makes it in the user interface: without an origin. Throws SalesforceError. */
export function writeAsAdmin(org: SandboxOrg, write: Write): SaveResult {
  const [result] = org.write({ userId: org.admin.id, origin: '' }, [write], true);
  if (result?.success !== true) throw result?.errors[0] ?? new TypeError('A write without result.');
  return result;
}
