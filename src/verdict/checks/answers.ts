/** Answers that are no good: spoilt, incomplete, late, or with another Expiration than asked for. */

import type { ScriptedFault } from '../../scenario/script.ts';
import { type CheckCase, onlyCase, scripted } from './check.ts';
import {
  allEnd,
  allServed,
  askedIn,
  callsAMinute,
  callsAtMost,
  callsIn,
  finding,
  noneEnds,
  wellAgain,
} from './demands.ts';
import type { CheckLimits } from './limits.ts';
import { HOUR, MINUTE, SECOND } from './spans.ts';

/** From a bad start to a good end: never anything that STS did not issue as it is. */
function badStart(
  spoilt: Pick<CheckCase['script'], 'faults' | 'edits'> & { readonly name: string },
  limits: CheckLimits,
): CheckCase {
  const { name, ...trouble } = spoilt;
  return {
    name,
    script: {
      ...trouble,
      steps: [{ kind: 'load', fromMs: 0, toMs: 3 * MINUTE, everyMs: SECOND }],
      endMs: 5 * MINUTE,
    },
    judge: (seen) =>
      finding(noneEnds(seen.requests), wellAgain(seen, MINUTE, limits.recoverWithinMs)),
  };
}

const FIRST_MINUTE = { fromMs: 0, toMs: MINUTE };

export const answerChecks = [
  scripted(
    {
      name: 'spoilt-answers-are-refused',
      proves: 'An answer that is no JSON, or is cut short, is a failed call and nothing more.',
      why: 'A proxy between client and STS answers with what it likes: half a credential must not be cached.',
    },
    (limits) => [
      badStart(
        { name: 'malformed', faults: [{ ...FIRST_MINUTE, fault: { kind: 'malformed-json' } }] },
        limits,
      ),
      badStart(
        { name: 'cut short', faults: [{ ...FIRST_MINUTE, fault: { kind: 'truncated-json' } }] },
        limits,
      ),
    ],
  ),
  scripted(
    {
      name: 'incomplete-credentials-are-refused',
      proves: 'A credential that lacks its key, secret or token is never served.',
      why: 'Every request signed with it fails for as long as it is cached.',
    },
    (limits) =>
      (['AccessKeyId', 'AccessKeySecret', 'SecurityToken'] as const).map((omit) => {
        const { judge, ...rest } = badStart(
          { name: `without ${omit}`, edits: [{ ...FIRST_MINUTE, omit }] },
          limits,
        );
        return {
          ...rest,
          judge: (seen) => {
            const broken = seen.requests.filter(
              ({ outcome }) =>
                outcome.state === 'served' &&
                (outcome.handed.issue?.atMs ?? Number.NEGATIVE_INFINITY) < MINUTE,
            );
            if (broken.length === 0) return judge(seen);
            return finding({
              isMet: false,
              wanted: `no request is served a credential without ${omit}`,
              seen: `${broken.length} requests were`,
            });
          },
        };
      }),
  ),
  scripted(
    {
      name: 'missing-expiration',
      proves: 'A credential without an Expiration is not kept for ever.',
      why: 'Not a number is smaller than nothing: a comparison with it never says that it is time.',
    },
    ({ recoverWithinMs }) =>
      onlyCase(
        {
          faults: [{ ...FIRST_MINUTE, fault: { kind: 'missing-expiration' } }],
          steps: [{ kind: 'load', fromMs: 0, toMs: 1.5 * HOUR, everyMs: 5 * SECOND }],
          endMs: 1.5 * HOUR,
        },
        (seen) => finding(noneEnds(seen.requests), wellAgain(seen, MINUTE, recoverWithinMs)),
      ),
  ),
  scripted(
    {
      name: 'expired-on-arrival',
      proves:
        'A credential that has ended when it comes is not served, and STS is not asked in a loop.',
      why: 'A wrong clock at either end makes every answer one of these.',
    },
    (limits) => {
      const { judge, ...rest } = badStart(
        { name: '', faults: [{ ...FIRST_MINUTE, fault: { kind: 'expired-credential' } }] },
        limits,
      );
      const { callsPerMinuteMax } = limits;
      return [
        {
          ...rest,
          judge: (seen) => {
            const found = judge(seen);
            if (found.status === 'failed') return found;
            return finding(callsAMinute(callsIn(seen, 0, MINUTE), callsPerMinuteMax));
          },
        },
      ];
    },
  ),
  scripted(
    {
      name: 'shorter-expiration-is-honoured',
      proves: 'A credential that ends sooner than was asked for is refreshed by its Expiration.',
      why: "The role's longest session may be shorter than the client's setting; STS decides.",
    },
    () =>
      onlyCase(
        {
          edits: [{ fromMs: 0, lifetimeMs: 20 * MINUTE }],
          steps: [{ kind: 'load', fromMs: 0, toMs: 2 * HOUR, everyMs: 5 * SECOND }],
          endMs: 2 * HOUR,
        },
        (seen) => finding(noneEnds(seen.requests), allServed(seen.requests)),
      ),
  ),
  scripted(
    {
      name: 'longer-expiration-is-no-trouble',
      proves: 'A credential that lasts longer than was asked for costs no more calls.',
      why: 'A client that counts with its own setting takes the difference for a wrong clock, and asks again.',
    },
    () =>
      onlyCase(
        {
          edits: [{ fromMs: 0, lifetimeMs: 4 * HOUR }],
          steps: [{ kind: 'load', fromMs: 0, toMs: 3 * HOUR, everyMs: 5 * SECOND }],
          endMs: 3 * HOUR,
        },
        (seen) =>
          finding(
            allServed(seen.requests),
            noneEnds(seen.requests),
            callsAtMost(seen.calls, 6, ' in 3 hours'),
          ),
      ),
  ),
  scripted(
    {
      name: 'hanging-call-is-bounded',
      proves: 'A request whose call gets no answer ends all the same.',
      why: 'A connection that stays open and silent is the one failure that nobody is told of.',
    },
    (limits) => late({ kind: 'hang' }, limits),
  ),
  scripted(
    {
      name: 'slow-body-is-bounded',
      proves: 'A request whose answer comes drop by drop ends all the same.',
      why: 'A timeout that every byte winds up again never fires.',
    },
    (limits) => late({ kind: 'slow-body', over: '9m' }, limits),
  ),
  scripted(
    {
      name: 'bad-refresh-keeps-serving',
      proves: 'A refresh that gets a bad answer leaves the good credential in its place.',
      why: 'What replaces it must be better than it.',
    },
    () =>
      [
        { kind: 'malformed-json' },
        { kind: 'truncated-json' },
        { kind: 'missing-expiration' },
        { kind: 'expired-credential' },
      ].map((fault) => ({
        name: fault.kind,
        script: {
          faults: [{ fromMs: 20 * MINUTE, toMs: 58 * MINUTE, fault }],
          steps: [{ kind: 'load', fromMs: 0, toMs: 58 * MINUTE, everyMs: 10 * SECOND }],
          endMs: HOUR,
        },
        judge: (seen) => finding(allServed(seen.requests), noneEnds(seen.requests)),
      })),
  ),
];

/** STS is late for five minutes; requests come one by one, before and after. */
function late(fault: ScriptedFault['fault'], limits: CheckLimits): readonly CheckCase[] {
  return onlyCase(
    {
      faults: [{ fromMs: 0, toMs: 5 * MINUTE, fault }],
      steps: [
        { kind: 'request', atMs: 0, count: 5 },
        { kind: 'request', atMs: 3 * MINUTE, count: 5 },
        { kind: 'load', fromMs: 5 * MINUTE, toMs: 8 * MINUTE, everyMs: SECOND },
      ],
      endMs: 20 * MINUTE,
    },
    (seen) =>
      finding(
        allEnd(askedIn(seen, 0, 5 * MINUTE), limits.answerWithinMs),
        wellAgain(seen, 5 * MINUTE, limits.recoverWithinMs),
      ),
  );
}
