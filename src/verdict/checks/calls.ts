/** How many AssumeRole calls a client spends. */
import { onlyCase, scripted } from './check.ts';
import {
  allServed,
  callsAtLeast,
  callsAtMost,
  callsIn,
  finding,
  inFlightAtMost,
} from './demands.ts';
import { HOUR, MINUTE, SECOND } from './spans.ts';

const CONCURRENT = 100;

export const callChecks = [
  scripted(
    {
      name: 'single-flight-first',
      proves: `${CONCURRENT} requests that come before the first credential share one AssumeRole call.`,
      why: 'A process that starts under load would otherwise spend the whole quota of an account in its first instant.',
    },
    () =>
      onlyCase(
        {
          latencyMs: 200,
          steps: [
            { kind: 'request', atMs: 0, count: CONCURRENT / 2 },
            { kind: 'request', atMs: 100, count: CONCURRENT / 2 },
          ],
          endMs: MINUTE,
        },
        (seen) => finding(callsAtMost(seen.calls, 1), allServed(seen.requests)),
      ),
  ),
  scripted(
    {
      name: 'single-flight-refresh',
      proves: 'A refresh is one AssumeRole call, however many requests come while it is due.',
      why: 'Every hour, each process would otherwise call once for each request of the moment: a herd made by a single process.',
    },
    () =>
      onlyCase(
        {
          latencyMs: 3 * SECOND,
          steps: [
            { kind: 'request', atMs: 0 },
            ...Array.from({ length: 1_200 }, (_, index) => ({
              kind: 'request' as const,
              atMs: 35 * MINUTE + index * 2 * SECOND,
              count: 5,
            })),
          ],
          endMs: 1.25 * HOUR,
        },
        (seen) => {
          const refreshes = callsIn(seen, 2 * MINUTE);
          return finding(
            inFlightAtMost(refreshes, 1),
            callsAtLeast(refreshes, 1, ' to refresh'),
            allServed(seen.requests),
          );
        },
      ),
  ),
  scripted(
    {
      name: 'cached-requests-do-not-call',
      proves: 'While a credential is fresh, requests are answered from the cache.',
      why: 'A call for each request multiplies the load on STS by the request rate: the commonest cause of a throttled account.',
    },
    () =>
      onlyCase(
        {
          steps: [{ kind: 'load', fromMs: 0, toMs: 10 * MINUTE, everyMs: SECOND }],
          endMs: 10 * MINUTE,
        },
        (seen) => finding(callsAtMost(seen.calls, 1, ' in 10 minutes'), allServed(seen.requests)),
      ),
  ),
  scripted(
    {
      name: 'short-session-is-cached',
      proves: 'Credentials of 900 s, the shortest that STS issues, are cached like longer ones.',
      why: 'A refresh window as long as the session makes every request a refresh.',
    },
    () =>
      onlyCase(
        {
          durationSeconds: 900,
          steps: [{ kind: 'load', fromMs: 0, toMs: HOUR, everyMs: 5 * SECOND }],
          endMs: HOUR,
        },
        (seen) => finding(callsAtMost(seen.calls, 12, ' in an hour'), allServed(seen.requests)),
      ),
  ),
  scripted(
    {
      name: 'idle-client-is-frugal',
      proves: 'A client that nobody asks for a day makes no more calls than a busy one would.',
      why: 'Idle processes are the many: those that refresh in a tight loop spend the quota of the busy few.',
    },
    () =>
      onlyCase({ steps: [{ kind: 'request', atMs: 0 }], endMs: 24 * HOUR }, (seen) =>
        finding(callsAtMost(seen.calls, 48, ' in a day')),
      ),
  ),
];
