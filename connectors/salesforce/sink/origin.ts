/**
 * Loop prevention (design: sinks). Each write carries `Sforce-Call-Options: client=<token>`; Salesforce
 * shows it in the change event's `changeOrigin`, e.g. `com/salesforce/api/rest/66.0;client=headwater-crm`.
 */

/** The client name that a connector's writes carry. Only characters that need no quoting. */
export function clientToken(connector: string): string {
  return `headwater-${connector.replace(/[^A-Za-z0-9_.-]/g, '_')}`;
}

/** What the collections test write carries; no connector's own name ends so. */
export function testTokenOf(token: string): string {
  return `${token}~test`;
}

/** Whether a change comes from this sink itself. */
export function isOwn(changeOrigin: unknown, token: string): boolean {
  const client = clientOf(changeOrigin);
  return client === token || client === testTokenOf(token);
}

/** The client named by a `changeOrigin`, or undefined. Compared exactly: other people's edits have one too. */
export function clientOf(changeOrigin: unknown): string | undefined {
  if (typeof changeOrigin !== 'string') return undefined;
  for (const part of changeOrigin.split(';').slice(1)) {
    if (part.startsWith('client=')) return part.slice('client='.length).replace(/\/$/, '');
  }
  return undefined;
}
