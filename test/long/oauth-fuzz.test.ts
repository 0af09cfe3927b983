/**
 * Goal: as `test/unit/sandbox/login/fuzz.test.ts`, for a minute, or for as many requests as `SANDBOX_OAUTH_RUNS` says.
 * Method: the same; what was found is written to docs/evidence/oauth-fuzz.md. `HEADWATER_SEED` repeats a run.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeEvidence } from '../support/evidence.ts';
import { attempt, createLoginTarget, loginRequests } from '../support/login-fuzz.ts';
import { seededRandom } from '../support/random.ts';

const MINUTE_MS = 60_000;
const RUNS = process.env['SANDBOX_OAUTH_RUNS'];
const limit =
  RUNS === undefined
    ? { numRuns: Infinity, interruptAfterTimeLimit: MINUTE_MS }
    : { numRuns: Number(RUNS) };

test('random logins are answered or refused', { timeout: 10 * MINUTE_MS }, async () => {
  const { seed } = seededRandom();
  const target = await createLoginTarget(seed);
  const counts = { accepted: 0, refused: 0, slowestMs: 0 };
  const begun = performance.now();
  let ok = false;
  try {
    await fc.assert(
      fc.asyncProperty(loginRequests(target), async (request) => {
        const sent = performance.now();
        const { status, wrong } = await attempt(target, request);
        counts.slowestMs = Math.max(counts.slowestMs, Math.ceil(performance.now() - sent));
        counts[status < 400 ? 'accepted' : 'refused']++;
        expect(wrong).toBeUndefined();
      }),
      { seed, ...limit },
    );
    ok = counts.slowestMs < 1000 && counts.accepted > 0 && counts.refused > 0;
  } finally {
    await target.app.close();
    writeEvidence('oauth-fuzz', {
      what: 'Random requests, most of them nearly right, were sent to every address of OAuth, OpenID Connect and SOAP login. To pass, each is answered within a second, none with a failure of the server (faults of SOAP have status 500 by their nature), none with a secret in it, and errors of the token endpoint are `{error, error_description}`.',
      seed,
      seconds: (performance.now() - begun) / 1000,
      ok,
      counts,
    });
  }
  expect(ok).toBe(true);
});
