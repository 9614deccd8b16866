/** Clocks that are wrong, coarse, or leap. */
import { type CheckCase, onlyCase, scripted } from './check.ts';
import { allServed, askedIn, callsAtMost, finding, noneEnds, wellAgain } from './demands.ts';
import { HOUR, MINUTE, SECOND } from './spans.ts';

const OUTAGE = { kind: 'outage' };
/** The second client starts here: between two whole seconds, as real ones do. */
const ODD_START_MS = 730;

function skewed(name: string, skewMs: number): CheckCase {
  return {
    name,
    script: {
      skewMs,
      faults: [{ fromMs: 40 * MINUTE, toMs: 1.2 * HOUR, fault: OUTAGE }],
      steps: [{ kind: 'load', fromMs: SECOND, toMs: 1.2 * HOUR, everyMs: 5 * SECOND }],
      endMs: 1.2 * HOUR,
    },
    judge: (seen) =>
      finding(
        allServed(askedIn(seen, 5 * SECOND, 30 * MINUTE)),
        noneEnds(seen.requests),
        callsAtMost(
          seen.calls.filter(({ outcome }) => outcome === 'succeeded'),
          3,
        ),
      ),
  };
}

export const timeChecks = [
  scripted(
    {
      name: 'whole-second-expiration',
      proves:
        'Expiration is in whole seconds, and is taken to the second: nothing is served after it.',
      why: 'A lifetime counted from the receipt of the answer ends up to a second after the credential.',
    },
    () =>
      onlyCase(
        {
          startsAtMs: [0, ODD_START_MS],
          faults: [{ fromMs: 20 * MINUTE, fault: OUTAGE }],
          steps: [
            { kind: 'request', atMs: ODD_START_MS, client: 1 },
            {
              kind: 'load',
              fromMs: HOUR - 10 * SECOND,
              toMs: HOUR + 5 * SECOND,
              everyMs: 50,
            },
          ],
          endMs: HOUR + MINUTE,
        },
        (seen) => finding(noneEnds(seen.requests)),
      ),
  ),
  scripted(
    {
      name: 'clock-off-by-five-minutes',
      proves: 'A clock that is five minutes off changes neither who is served nor for how long.',
      why: "Expiration is by STS's clock: whoever compares it with his own serves it too long, or refreshes too soon.",
    },
    () => [skewed('ahead', 5 * MINUTE), skewed('behind', -5 * MINUTE)],
  ),
  scripted(
    {
      name: 'clock-off-by-twenty-minutes',
      proves: 'A clock so wrong that STS refuses its signatures does not stop the client.',
      why: 'A machine without NTP otherwise has no credential at all until somebody sets its clock.',
    },
    () =>
      [20 * MINUTE, -20 * MINUTE].map((skewMs) => ({
        name: skewMs > 0 ? 'ahead' : 'behind',
        script: {
          skewMs,
          steps: [{ kind: 'load', fromMs: MINUTE, toMs: 3 * HOUR, everyMs: 5 * SECOND }],
          endMs: 3 * HOUR,
        },
        judge: (seen) => finding(allServed(askedIn(seen, 2 * MINUTE)), noneEnds(seen.requests)),
      })),
  ),
  scripted(
    {
      name: 'leap-over-expiry',
      proves:
        'After a machine stood still beyond the end of the credential, none that has ended is served.',
      why: 'A laptop wakes, a virtual machine is moved: timers come late, and requests come first.',
    },
    ({ recoverWithinMs }) =>
      onlyCase(
        {
          steps: [
            { kind: 'request', atMs: 0 },
            { kind: 'leap', atMs: 10 * MINUTE, byMs: 3 * HOUR },
            { kind: 'request', atMs: 10 * MINUTE, count: 10 },
            {
              kind: 'load',
              fromMs: 3 * HOUR + 10 * MINUTE,
              toMs: 3 * HOUR + 13 * MINUTE,
              everyMs: SECOND,
            },
          ],
          endMs: 4 * HOUR,
        },
        (seen) =>
          finding(
            noneEnds(seen.requests),
            wellAgain(seen, 3 * HOUR + 10 * MINUTE, recoverWithinMs),
          ),
      ),
  ),
  scripted(
    {
      name: 'leap-into-refresh',
      proves:
        'After a machine stood still until its credential was due for refresh, it is refreshed at once and nobody waits.',
      why: 'A timer that was missed must not be taken for one that is still to come.',
    },
    ({ spareMs }) =>
      onlyCase(
        {
          steps: [
            { kind: 'request', atMs: 0 },
            { kind: 'leap', atMs: 10 * MINUTE, byMs: 46 * MINUTE },
            { kind: 'load', fromMs: 56 * MINUTE, toMs: 1.5 * HOUR, everyMs: SECOND },
          ],
          endMs: 1.5 * HOUR,
        },
        (seen) => finding(noneEnds(seen.requests, spareMs), allServed(seen.requests)),
      ),
  ),
];
