/** When a client refreshes, and who waits for it. */
import { onlyCase, scripted } from './check.ts';
import {
  allEnd,
  allServed,
  askedIn,
  callsAtLeast,
  callsIn,
  finding,
  noneEnds,
  noneWaits,
  shareInASecond,
} from './demands.ts';
import { HOUR, MINUTE, SECOND } from './spans.ts';

const FLEET = 100;

export const refreshChecks = [
  scripted(
    {
      name: 'refreshes-before-expiry',
      proves: 'Under steady load, a credential is replaced while there is time to spare.',
      why: 'A request that leaves with a credential about to end is refused when it arrives.',
    },
    ({ spareMs }) =>
      onlyCase(
        {
          steps: [{ kind: 'load', fromMs: 0, toMs: 3 * HOUR, everyMs: 5 * SECOND }],
          endMs: 3 * HOUR,
        },
        (seen) => finding(noneEnds(seen.requests, spareMs), allServed(seen.requests)),
      ),
  ),
  scripted(
    {
      name: 'refresh-does-not-block',
      proves: 'Requests are served at once while a refresh runs, even if STS takes two seconds.',
      why: 'A refresh that requests wait for is a stall of the whole process, once an hour.',
    },
    () =>
      onlyCase(
        {
          latencyMs: 2 * SECOND,
          steps: [{ kind: 'load', fromMs: 0, toMs: 2.5 * HOUR, everyMs: SECOND }],
          endMs: 2.5 * HOUR,
        },
        (seen) =>
          finding(
            noneWaits(askedIn(seen, 5 * SECOND)),
            callsAtLeast(callsIn(seen, 5 * SECOND), 1, ' to refresh'),
          ),
      ),
  ),
  scripted(
    {
      name: 'hanging-refresh-does-not-block',
      proves: 'A refresh that gets no answer holds up nobody while the credential is good.',
      why: 'STS that hangs is commoner than STS that refuses: without this, it stops every process.',
    },
    () =>
      onlyCase(
        {
          faults: [{ fromMs: MINUTE, toMs: 58 * MINUTE, fault: { kind: 'hang' } }],
          steps: [{ kind: 'load', fromMs: 0, toMs: 57 * MINUTE, everyMs: 5 * SECOND }],
          endMs: HOUR,
        },
        (seen) => finding(noneWaits(askedIn(seen, 5 * SECOND))),
      ),
  ),
  scripted(
    {
      name: 'idle-client-serves-no-expired',
      proves: 'The first request after a long idle time gets a credential that is good.',
      why: 'A night without requests ends with a morning of refused ones.',
    },
    ({ answerWithinMs }) =>
      onlyCase(
        {
          steps: [
            { kind: 'request', atMs: 0 },
            { kind: 'request', atMs: 2 * HOUR },
            { kind: 'request', atMs: 9.999 * HOUR, count: 10 },
          ],
          endMs: 11 * HOUR,
        },
        (seen) =>
          finding(
            noneEnds(seen.requests),
            allServed(seen.requests),
            allEnd(seen.requests, answerWithinMs),
          ),
      ),
  ),
  scripted(
    {
      name: 'fleet-refreshes-are-spread',
      proves: `${FLEET} clients that started together do not refresh together.`,
      why: 'The fleet that was deployed in one minute otherwise asks STS in one second, every hour.',
    },
    ({ herdShareMax }) =>
      onlyCase(
        {
          startsAtMs: Array<number>(FLEET).fill(0),
          steps: [{ kind: 'load', fromMs: 0, toMs: HOUR, everyMs: 2 * SECOND }],
          endMs: HOUR,
        },
        (seen) => {
          const refreshes = callsIn(seen, 10 * SECOND);
          return finding(
            shareInASecond(refreshes, FLEET, herdShareMax),
            callsAtLeast(refreshes, FLEET, ' to refresh'),
          );
        },
      ),
  ),
];
