/** What clients ask for and the sandbox doesn't do: answered by Salesforce's error, and named once in the log. */

export type TellGap = (gap: string) => void;

/** More different ones than this are not told: a scanner's addresses never end. */
const MAX_TOLD = 1_000;

/** Tells each gap once, as `not simulated: GET /analytics/reports`. */
export function tellOnce(log: (sentence: string) => void): TellGap {
  const told = new Set<string>();
  return (gap) => {
    if (told.has(gap) || told.size >= MAX_TOLD) return;
    told.add(gap);
    log(`not simulated: ${gap}`);
  };
}

/** An object that neither the org nor its project has. A custom one is the caller's slip, not a gap. */
export function missingObject(name: string): string | undefined {
  if (name.includes('__') || !/^\w{1,80}$/.test(name)) return undefined;
  return `the standard object ${name}`;
}

/** Ids and versions left out, so that one resource is one gap. */
export function missingResource(method: string, path: string): string {
  const segments = path.split('/').map((segment) => {
    if (/^v\d+\.\d$/.test(segment)) return ':version';
    return /^\w{15}(\w{3})?$/.test(segment) && /\d/.test(segment) ? ':id' : segment.slice(0, 80);
  });
  return `${method} ${segments.join('/')}`;
}
