/** Errors of STS: which are worth another try, which are not, and what callers learn of them. */
import { type CheckCase, onlyCase, scripted } from './check.ts';
import {
  allEnd,
  allFailed,
  allServed,
  askedIn,
  callsAMinute,
  callsAtMost,
  finding,
  isFailed,
  noneEnds,
  wellAgain,
} from './demands.ts';
import { HOUR, MINUTE, SECOND } from './spans.ts';

const PASSING = [
  { name: 'InternalError (500)', fault: { kind: 'internal-error' } },
  { name: 'ServiceUnavailable (503)', fault: { kind: 'service-unavailable' } },
];

const FATAL = [
  'NoPermission',
  'EntityNotExist.Role',
  'InvalidAccessKeyId.Inactive',
  'InvalidAccessKeyId.NotFound',
  'SignatureDoesNotMatch',
];

const failing = (code: string) => ({ kind: 'errors', share: 1, code });

/** A first request while STS fails for half a second: a second try would be answered. */
function blip(name: string, fault: { readonly kind: string }): CheckCase {
  return {
    name,
    script: {
      faults: [{ fromMs: 0, toMs: 500, fault }],
      steps: [{ kind: 'request', atMs: 0, count: 10 }],
      endMs: 2 * MINUTE,
    },
    judge: (seen) => finding(allServed(seen.requests), callsAtMost(seen.calls, 10)),
  };
}

export const errorChecks = [
  scripted(
    {
      name: 'server-errors-are-retried',
      proves: 'A request that meets a passing error of STS is served by a further try.',
      why: 'One answer in thousands is a 500: without a second try each one is a failed request.',
    },
    () => PASSING.map(({ name, fault }) => blip(name, fault)),
  ),
  scripted(
    {
      name: 'connection-resets-are-retried',
      proves: 'A request whose connection to STS breaks is served by a further try.',
      why: 'Load balancers drop connections whenever they are changed.',
    },
    () => [blip('', { kind: 'connection-reset' })],
  ),
  scripted(
    {
      name: 'fatal-errors-are-not-retried',
      proves: 'A call that STS refuses for good is made once for a request that needs it.',
      why: 'A request that waits for the eighth refusal learns what the first one said.',
    },
    ({ answerWithinMs }) =>
      FATAL.map((code) => ({
        name: code,
        script: {
          faults: [{ fromMs: 0, fault: failing(code) }],
          steps: [{ kind: 'request', atMs: 0 }],
          endMs: 2 * MINUTE,
        },
        judge: (seen) =>
          finding(
            callsAtMost(seen.calls, 1, ' for one request'),
            allFailed(seen.requests),
            allEnd(seen.requests, answerWithinMs),
          ),
      })),
  ),
  scripted(
    {
      name: 'fatal-errors-are-held',
      proves: 'Under load, a call that STS refuses for good is not repeated for each request.',
      why: 'A role that was deleted would otherwise cost its account the quota of all other roles.',
    },
    ({ callsPerMinuteMax }) =>
      FATAL.map((code) => ({
        name: code,
        script: {
          faults: [{ fromMs: 0, fault: failing(code) }],
          steps: [{ kind: 'load', fromMs: 0, toMs: 3 * MINUTE, everyMs: SECOND }],
          endMs: 4 * MINUTE,
        },
        judge: (seen) =>
          finding(callsAMinute(seen.calls, callsPerMinuteMax), allFailed(seen.requests)),
      })),
  ),
  scripted(
    {
      name: 'fatal-errors-say-which',
      proves: 'What a request is told holds the code that STS gave.',
      why: 'Whoever is woken by it has to know whether the role, the key or the policy is wrong.',
    },
    () =>
      FATAL.map((code) => ({
        name: code,
        script: {
          faults: [{ fromMs: 0, fault: failing(code) }],
          steps: [{ kind: 'request', atMs: 0, count: 5 }],
          endMs: MINUTE,
        },
        judge: (seen) => {
          const told = seen.requests.filter(isFailed).map(({ outcome }) => outcome.error);
          const mute = told.find(
            (error) => !error.isError || !`${error.code ?? ''} ${error.text}`.includes(code),
          );
          return finding(allFailed(seen.requests), {
            isMet: mute === undefined,
            wanted: `an Error whose code or text holds ${code}`,
            seen: mute === undefined ? `${told[0]?.text ?? 'nothing'}` : `"${mute.text}"`,
          });
        },
      })),
  ),
  scripted(
    {
      name: 'recovers-after-repair',
      proves: 'A client that met a fatal error serves again once somebody has repaired its cause.',
      why: 'A permission that is granted must not need a restart of the fleet.',
    },
    ({ recoverWithinMs }) =>
      FATAL.map((code) => ({
        name: code,
        script: {
          faults: [{ fromMs: 0, toMs: 10 * MINUTE, fault: failing(code) }],
          steps: [{ kind: 'load', fromMs: 0, toMs: 12 * MINUTE, everyMs: SECOND }],
          endMs: 12 * MINUTE,
        },
        judge: (seen) => finding(wellAgain(seen, 10 * MINUTE, recoverWithinMs)),
      })),
  ),
  scripted(
    {
      name: 'failures-are-not-kept',
      proves: 'A failure is not remembered: idle after it, a client serves the next request.',
      why: 'A failed call that is cached like a credential makes a second of trouble an hour of it.',
    },
    ({ answerWithinMs }) =>
      onlyCase(
        {
          faults: [{ fromMs: 0, toMs: MINUTE, fault: { kind: 'outage' } }],
          steps: [
            { kind: 'request', atMs: 0 },
            { kind: 'request', atMs: 3 * MINUTE, count: 5 },
          ],
          endMs: 5 * MINUTE,
        },
        (seen) => {
          const later = askedIn(seen, 3 * MINUTE);
          return finding(allServed(later), allEnd(later, answerWithinMs));
        },
      ),
  ),
  scripted(
    {
      name: 'fatal-refresh-keeps-serving',
      proves:
        'A fatal error at a refresh takes no good credential away, and none is served beyond its end.',
      why: 'A role that is changed by mistake leaves an hour for the repair, unless the client throws it away.',
    },
    ({ recoverWithinMs }) =>
      onlyCase(
        {
          faults: [{ fromMs: 20 * MINUTE, toMs: 1.2 * HOUR, fault: failing('NoPermission') }],
          steps: [{ kind: 'load', fromMs: 0, toMs: 1.3 * HOUR, everyMs: 5 * SECOND }],
          endMs: 1.3 * HOUR,
        },
        (seen) =>
          finding(
            allServed(askedIn(seen, 0, 58 * MINUTE)),
            noneEnds(seen.requests),
            wellAgain(seen, 1.2 * HOUR, recoverWithinMs),
          ),
      ),
  ),
  scripted(
    {
      name: 'error-reaches-all-waiters',
      proves: 'Every request that waited for a call learns that it failed.',
      why: 'A request that is forgotten hangs for ever, and nobody sees why.',
    },
    ({ answerWithinMs }) =>
      onlyCase(
        {
          latencyMs: 500,
          faults: [{ fromMs: 0, toMs: 10 * MINUTE, fault: failing('NoPermission') }],
          steps: [
            { kind: 'request', atMs: 0, count: 40 },
            { kind: 'request', atMs: 250, count: 40 },
          ],
          endMs: 5 * MINUTE,
        },
        (seen) => finding(allFailed(seen.requests), allEnd(seen.requests, answerWithinMs)),
      ),
  ),
];
