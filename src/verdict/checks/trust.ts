/** That a client asks for what it was told to, hands over what it got, and gives nothing away. */
import type { Observed } from '../../measure/observed.ts';
import { onlyCase, type SweepingCheck, scripted, scriptOf } from './check.ts';
import { allServed, askedIn, type Demand, finding, isServed } from './demands.ts';
import { HOUR, MINUTE, SECOND } from './spans.ts';
import { counted, instant, span } from './words.ts';

/** Told of, of those that differ. */
const LEAKS_MAX = 3;

const credentialsAreWhole: SweepingCheck = {
  kind: 'sweeping',
  name: 'credentials-are-whole',
  proves: 'Key, secret and token that are served together were issued together.',
  why: 'A cache that is updated field by field hands out, for a moment, a credential that no service accepts.',
  judge: (played) => {
    const mixed = played.flatMap((each) =>
      each.seen.requests
        .filter(isServed)
        .filter(({ outcome }) => !outcome.handed.isWhole)
        .map(({ outcome }) => ({ each, atMs: outcome.endedAtMs })),
    );
    const served = played.reduce((sum, { seen }) => sum + seen.requests.filter(isServed).length, 0);
    const [first] = mixed;
    return finding({
      isMet: first === undefined && served > 0,
      wanted: 'every credential is that of one answer of STS',
      seen:
        first === undefined
          ? `${counted(served, 'credential')} were`
          : `${counted(mixed.length, 'request')} of ${served} got another, the first in ${scriptOf(first.each)} at ${instant(first.atMs)}`,
    });
  },
};

const errorsHoldNoSecret: SweepingCheck = {
  kind: 'sweeping',
  name: 'errors-hold-no-secret',
  proves: 'No error holds a secret or a token: in message, stack, JSON or what util.inspect shows.',
  why: 'Errors end in logs, and logs are read by many.',
  judge: (played) => {
    const leaks = played.flatMap((each) =>
      each.seen.requests.flatMap(({ outcome }) =>
        outcome.state === 'failed' ? outcome.error.leaks.map((leak) => ({ each, leak })) : [],
      ),
    );
    const scripts = new Set(leaks.map(({ each }) => scriptOf(each)));
    const [first] = leaks;
    const errors = played.reduce(
      (sum, { seen }) =>
        sum + seen.requests.filter(({ outcome }) => outcome.state === 'failed').length,
      0,
    );
    return finding({
      isMet: first === undefined,
      wanted: 'no secret in any error',
      seen:
        first === undefined
          ? `none in the errors of ${counted(errors, 'request')}`
          : `${[...new Set(leaks.map(({ leak }) => leak))].slice(0, LEAKS_MAX).join('; ')}: in ${counted(scripts.size, 'script')}, such as ${scriptOf(first.each)}`,
    });
  },
};

function eachIssue(
  seen: Observed,
  wanted: string,
  tell: (issue: Told) => string | undefined,
): Demand {
  const issues = seen.calls.flatMap(({ issue }) => (issue === undefined ? [] : [issue]));
  const wrong = issues.map(tell).find((text) => text !== undefined);
  return {
    isMet: wrong === undefined && issues.length > 0,
    wanted,
    seen: wrong ?? (issues.length === 0 ? 'STS issued nothing' : `all ${issues.length} were`),
  };
}

type Told = NonNullable<Observed['calls'][number]['issue']>;

const ONE_REQUEST = [{ kind: 'request', atMs: 0 }] as const;

export const trustChecks = [
  credentialsAreWhole,
  errorsHoldNoSecret,
  scripted(
    {
      name: 'session-name-as-told',
      proves: 'The session has the name that the client was told.',
      why: "ActionTrail names sessions by it: a name of the client's own makes an audit guess who it was.",
    },
    () =>
      onlyCase({ steps: ONE_REQUEST, endMs: MINUTE }, (seen) =>
        finding(
          eachIssue(seen, 'sessions named session-name-as-told-0', ({ roleSessionName }) =>
            roleSessionName === 'session-name-as-told-0'
              ? undefined
              : `one named ${roleSessionName}`,
          ),
        ),
      ),
  ),
  scripted(
    {
      name: 'duration-as-told',
      proves: 'The client asks for sessions as long as it was told.',
      why: 'Twice as long is half the calls, and some roles allow no more than an hour.',
    },
    () =>
      [1_800, 7_200].map((durationSeconds) => ({
        name: `${durationSeconds} s`,
        script: { durationSeconds, steps: ONE_REQUEST, endMs: MINUTE },
        judge: (seen) =>
          finding(
            allServed(seen.requests),
            eachIssue(seen, `sessions of ${durationSeconds} s`, ({ atMs, expiresAtMs }) => {
              const lengthMs = expiresAtMs - atMs;
              return Math.abs(lengthMs - durationSeconds * SECOND) <= SECOND
                ? undefined
                : `one of ${span(lengthMs)}`;
            }),
          ),
      })),
  ),
  scripted(
    {
      name: 'external-id-as-told',
      proves: 'The client gives the external id that it was told, where a role wants one.',
      why: 'A role of another company can be assumed in no other way.',
    },
    () =>
      onlyCase({ externalId: 'tenant-4711', steps: ONE_REQUEST, endMs: MINUTE }, (seen) =>
        finding(allServed(seen.requests)),
      ),
  ),
  scripted(
    {
      name: 'roles-stay-apart',
      proves: "Clients of different roles in one process never serve each other's credentials.",
      why: 'A cache that all clients share, and that is not kept by role, gives one tenant the rights of another.',
    },
    () =>
      onlyCase(
        {
          startsAtMs: [0, 0, 0],
          rolePerClient: true,
          steps: [{ kind: 'load', fromMs: 0, toMs: 2 * HOUR, everyMs: 10 * SECOND }],
          endMs: 2 * HOUR,
        },
        (seen) => {
          const foreign = seen.requests
            .filter(isServed)
            .find(({ client, outcome }) => !outcome.handed.issue?.roleArn.endsWith(`-${client}`));
          return finding(allServed(seen.requests), {
            isMet: foreign === undefined,
            wanted: 'every client serves credentials of its own role',
            seen:
              foreign === undefined
                ? 'each served its own'
                : `client ${foreign.client} served one of ${foreign.outcome.handed.issue?.roleArn ?? 'nobody'} at ${instant(foreign.askedAtMs)}`,
          });
        },
      ),
  ),
  scripted(
    {
      name: 'invalidated-credential-is-replaced',
      proves: 'A credential that a service refused is not served again once the client was told.',
      why: 'Credentials can be revoked before they expire: without this, every request fails until they do.',
    },
    ({ recoverWithinMs }) =>
      onlyCase(
        {
          faults: [{ fromMs: 10 * MINUTE, fault: { kind: 'early-revocation' } }],
          steps: [
            { kind: 'request', atMs: 0 },
            { kind: 'invalidate', atMs: 10 * MINUTE },
            { kind: 'load', fromMs: 10 * MINUTE, toMs: 15 * MINUTE, everyMs: SECOND },
          ],
          endMs: 20 * MINUTE,
        },
        (seen) => {
          if (!seen.toldInvalid) {
            return { status: 'skipped', reason: 'the client has no invalidate(accessKeyId)' };
          }
          const later = askedIn(seen, 10 * MINUTE);
          const old = later
            .filter(isServed)
            .filter(({ outcome }) => (outcome.handed.issue?.atMs ?? 0) < 10 * MINUTE);
          return finding(
            {
              isMet: old.length === 0,
              wanted: 'the credential that was refused is not served again',
              seen: `${counted(old.length, 'request')} served it`,
            },
            allServed(later.filter(({ askedAtMs }) => askedAtMs >= 10 * MINUTE + recoverWithinMs)),
          );
        },
      ),
  ),
];
