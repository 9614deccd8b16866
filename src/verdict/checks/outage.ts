/** What a client does while STS is out of reach, and when it is back. */
import { onlyCase, scripted } from './check.ts';
import {
  allEnd,
  allServed,
  askedIn,
  callsAMinute,
  callsIn,
  finding,
  noneEnds,
  shareInASecond,
  wellAgain,
} from './demands.ts';
import { HOUR, MINUTE, SECOND } from './spans.ts';

const FLEET = 30;
const SHORT_SESSION = 15 * MINUTE;
/** Between two requests. */
const BACK = SHORT_SESSION + MINUTE + 100;
const OUTAGE = { kind: 'outage' };

export const outageChecks = [
  scripted(
    {
      name: 'serves-through-outage',
      proves:
        'While STS is down, requests are served the last credential for as long as it is good.',
      why: 'Otherwise every outage of STS is an outage of the application, an hour of good credentials unused.',
    },
    () =>
      onlyCase(
        {
          faults: [{ fromMs: 20 * MINUTE, toMs: 58 * MINUTE, fault: OUTAGE }],
          steps: [{ kind: 'load', fromMs: 0, toMs: 58 * MINUTE, everyMs: 5 * SECOND }],
          endMs: HOUR,
        },
        (seen) => finding(allServed(seen.requests), noneEnds(seen.requests)),
      ),
  ),
  scripted(
    {
      name: 'never-serves-expired',
      proves: 'Whatever becomes of STS, no credential is served at or after its Expiration.',
      why: 'An expired credential fails at the service, far from its cause; an error tells what happened.',
    },
    () =>
      onlyCase(
        {
          faults: [{ fromMs: 20 * MINUTE, toMs: 1.5 * HOUR, fault: OUTAGE }],
          steps: [{ kind: 'load', fromMs: 0, toMs: 1.5 * HOUR, everyMs: 2 * SECOND }],
          endMs: 1.6 * HOUR,
        },
        (seen) => finding(noneEnds(seen.requests)),
      ),
  ),
  scripted(
    {
      name: 'outage-reaches-requests',
      proves: 'In an outage without a credential, requests are told in bounded time.',
      why: 'Requests that wait for ever hold their connections and memory, until the process is gone too.',
    },
    ({ answerWithinMs }) =>
      onlyCase(
        {
          faults: [{ fromMs: 0, fault: OUTAGE }],
          steps: [
            { kind: 'request', atMs: 0, count: 50 },
            { kind: 'request', atMs: 2 * MINUTE, count: 50 },
          ],
          endMs: 5 * MINUTE,
        },
        (seen) => finding(allEnd(seen.requests, answerWithinMs)),
      ),
  ),
  scripted(
    {
      name: 'outage-retries-are-bounded',
      proves:
        'In an outage without a credential, the rate of calls does not follow that of requests.',
      why: 'A service that comes back under the retries of everybody goes down again.',
    },
    ({ callsPerMinuteMax }) =>
      onlyCase(
        {
          faults: [{ fromMs: 0, fault: OUTAGE }],
          steps: [{ kind: 'load', fromMs: 0, toMs: 10 * MINUTE, everyMs: SECOND }],
          endMs: 11 * MINUTE,
        },
        (seen) => finding(callsAMinute(seen.calls, callsPerMinuteMax)),
      ),
  ),
  scripted(
    {
      name: 'recovers-after-outage',
      proves: 'After an outage that outlasted its credential, a client serves again soon.',
      why: 'A backoff without a cap turns an outage of STS of an hour into one of the application of two.',
    },
    ({ recoverWithinMs }) =>
      onlyCase(
        {
          faults: [{ fromMs: 20 * MINUTE, toMs: 1.5 * HOUR, fault: OUTAGE }],
          steps: [
            { kind: 'request', atMs: 0 },
            { kind: 'load', fromMs: MINUTE, toMs: 1.5 * HOUR, everyMs: 10 * SECOND },
            { kind: 'load', fromMs: 1.5 * HOUR, toMs: 1.7 * HOUR, everyMs: SECOND },
          ],
          endMs: 2 * HOUR,
        },
        (seen) => finding(wellAgain(seen, 1.5 * HOUR, recoverWithinMs)),
      ),
  ),
  scripted(
    {
      name: 'no-stampede-after-outage',
      proves: `${FLEET} clients that an outage left without a credential do not all call in the second in which it ends.`,
      why: 'The quota of an account is a hundred calls a second: a fleet that comes back at once is throttled next.',
    },
    ({ stampedeShareMax }) =>
      onlyCase(
        {
          startsAtMs: Array<number>(FLEET).fill(0),
          durationSeconds: SHORT_SESSION / SECOND,
          faults: [{ fromMs: 9.5 * MINUTE, toMs: BACK, fault: OUTAGE }],
          steps: [
            { kind: 'load', fromMs: 0, toMs: SECOND, everyMs: SECOND },
            { kind: 'load', fromMs: SHORT_SESSION, toMs: BACK + 2 * MINUTE, everyMs: SECOND },
          ],
          endMs: BACK + 3 * MINUTE,
        },
        (seen) =>
          finding(
            shareInASecond(callsIn(seen, BACK), FLEET, stampedeShareMax),
            allServed(askedIn(seen, BACK + MINUTE)),
          ),
      ),
  ),
];
