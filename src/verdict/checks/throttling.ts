/** What a client does when STS says that it is asked too often. */
import { type CheckCase, onlyCase, scripted } from './check.ts';
import { allServed, callsAMinute, callsIn, finding, shareInASecond, wellAgain } from './demands.ts';
import { HOUR, MINUTE, SECOND } from './spans.ts';

const FLEET = 30;
/** First tries may be close to the first call; from then on they are apart. */
const SETTLED = 10 * SECOND;

/** All ways in which Alibaba Cloud is known to say it; sources in docs/faults.md. */
const WAYS = [
  { name: 'Throttling.User', fault: { kind: 'throttling-user' } },
  { name: 'Throttling.Api', fault: { kind: 'throttling-api' } },
  { name: 'Throttling', fault: { kind: 'throttling' } },
  { name: 'status 429', fault: { kind: 'too-many-requests' } },
  { name: 'status 302 without a body', fault: { kind: 'redirect-empty' } },
];

export const throttlingChecks = [
  scripted(
    {
      name: 'throttling-backs-off',
      proves:
        'A throttled client calls less often than it is asked, however STS words the refusal, and comes back by itself.',
      why: 'Calls that are refused spend quota too: whoever does not back off keeps himself throttled, and his neighbours.',
    },
    ({ callsPerMinuteMax, recoverWithinMs }) =>
      WAYS.map(
        ({ name, fault }): CheckCase => ({
          name,
          script: {
            faults: [{ fromMs: 0, toMs: 5 * MINUTE, fault }],
            steps: [{ kind: 'load', fromMs: 0, toMs: 8 * MINUTE, everyMs: SECOND }],
            endMs: 9 * MINUTE,
          },
          judge: (seen) =>
            finding(
              callsAMinute(callsIn(seen, 0, 5 * MINUTE), callsPerMinuteMax),
              wellAgain(seen, 5 * MINUTE, recoverWithinMs),
            ),
        }),
      ),
  ),
  scripted(
    {
      name: 'throttled-retries-have-jitter',
      proves: `${FLEET} clients that were throttled together do not try again together.`,
      why: 'Retries in step arrive as the herd that was throttled in the first place.',
    },
    ({ stampedeShareMax }) =>
      onlyCase(
        {
          startsAtMs: Array<number>(FLEET).fill(0),
          faults: [{ fromMs: 0, toMs: 2 * MINUTE, fault: { kind: 'throttling-user' } }],
          steps: [{ kind: 'load', fromMs: 0, toMs: 3 * MINUTE, everyMs: SECOND }],
          endMs: 4 * MINUTE,
        },
        (seen) => finding(shareInASecond(callsIn(seen, SETTLED), FLEET, stampedeShareMax)),
      ),
  ),
  scripted(
    {
      name: 'throttled-backoff-is-capped',
      proves: 'A client that was throttled for long comes back soon after.',
      why: 'A backoff that doubles without a cap reaches half an hour in eleven steps.',
    },
    ({ recoverWithinMs }) =>
      onlyCase(
        {
          faults: [{ fromMs: 0, toMs: HOUR, fault: { kind: 'throttling-user' } }],
          steps: [
            { kind: 'load', fromMs: 0, toMs: HOUR, everyMs: 10 * SECOND },
            { kind: 'load', fromMs: HOUR, toMs: 1.1 * HOUR, everyMs: SECOND },
          ],
          endMs: 1.2 * HOUR,
        },
        (seen) => finding(wellAgain(seen, HOUR, recoverWithinMs)),
      ),
  ),
  scripted(
    {
      name: 'throttled-refresh-keeps-serving',
      proves: 'A refresh that is throttled costs no request anything while the credential is good.',
      why: 'Throttling comes at the peak, when requests that fail for it are the most.',
    },
    ({ callsPerMinuteMax }) =>
      onlyCase(
        {
          faults: [{ fromMs: 20 * MINUTE, toMs: 58 * MINUTE, fault: { kind: 'throttling-user' } }],
          steps: [{ kind: 'load', fromMs: 0, toMs: 58 * MINUTE, everyMs: 2 * SECOND }],
          endMs: HOUR,
        },
        (seen) =>
          finding(allServed(seen.requests), callsAMinute(callsIn(seen, MINUTE), callsPerMinuteMax)),
      ),
  ),
];
