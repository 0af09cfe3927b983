/** Header names as Salesforce spells them: `Content-Type`, not `content-type`. Clients that compare them letter by letter exist. */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

const SPELLED: Readonly<Record<string, string>> = {
  etag: 'ETag',
  'sforce-numberofrecords': 'Sforce-NumberOfRecords',
  'www-authenticate': 'WWW-Authenticate',
};

/** Whatever sets headers on this response from now on sets them so. */
export function spellHeaders(response: ServerResponse): void {
  const setHeader = response.setHeader.bind(response);
  const writeHead = response.writeHead.bind(response);
  response.setHeader = (name, value) => setHeader(spelled(name), value);
  response.writeHead = (status: number, ...rest: unknown[]) => {
    const headers = rest.at(-1);
    if (typeof headers !== 'object' || headers === null) return writeHead(status);
    return writeHead(status, allSpelled(headers as OutgoingHttpHeaders));
  };
}

function allSpelled(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [spelled(name), value]));
}

/** `sforce-limit-info` → `Sforce-Limit-Info`. */
function spelled(name: string): string {
  return SPELLED[name] ?? name.replaceAll(/(?<![^-])[a-z]/g, (letter) => letter.toUpperCase());
}
