/** Beginning and end of a client: what it leaves behind, and what `close()` does. */
import type { Observed } from '../../measure/observed.ts';
import { type Finding, onlyCase, type SweepingCheck, scripted, scriptOf } from './check.ts';
import {
  allEnd,
  askedIn,
  callsAtMost,
  callsIn,
  type Demand,
  endOf,
  finding,
  isFailed,
} from './demands.ts';
import { HOUR, MINUTE, SECOND } from './spans.ts';
import { counted, instant, span } from './words.ts';

const HAS_NO_CLOSE = 'the client has no close()';

/** Skips where there is nothing to close. */
function closing(seen: Observed, ...demands: readonly Demand[]): Finding {
  if (seen.closes.some(({ outcome }) => outcome === 'has-none')) {
    return { status: 'skipped', reason: HAS_NO_CLOSE };
  }
  return finding(closed(seen), ...demands);
}

function closed({ closes }: Observed): Demand {
  const bad = closes.find(({ outcome }) => outcome !== 'closed');
  return {
    isMet: bad === undefined,
    wanted: 'close() resolves',
    seen:
      bad === undefined
        ? 'close() resolved'
        : `at ${instant(bad.atMs)} it ${bad.outcome === 'hangs' ? 'did not end within a minute' : 'rejected'}`,
  };
}

function nothingLeft({ timers, sockets, endedAtMs }: Observed): Demand {
  const [timer] = timers;
  const seen = [
    ...(timer === undefined
      ? []
      : [`${counted(timers.length, 'timer')}, the next due in ${span(timer.dueAtMs - endedAtMs)}`]),
    ...(sockets.length === 0
      ? []
      : [`${counted(sockets.length, 'socket')} to ${sockets[0]!.host}`]),
  ];
  return {
    isMet: seen.length === 0,
    wanted: 'no timer and no socket is left',
    seen: seen.length === 0 ? 'nothing was left' : `left: ${seen.join(' and ')}`,
  };
}

function refused(seen: Observed, fromMs: number): Demand {
  const later = askedIn(seen, fromMs);
  const other = later.find(
    (request) =>
      !isFailed(request) || !request.outcome.error.isError || request.outcome.error.text === '',
  );
  return {
    isMet: other === undefined,
    wanted: 'a request after close() is refused with an Error',
    seen:
      other === undefined ? 'refused' : `a request at ${instant(other.askedAtMs)}: ${endOf(other)}`,
  };
}

const noUnhandledRejection: SweepingCheck = {
  kind: 'sweeping',
  name: 'no-unhandled-rejection',
  proves: 'In none of the scripts is an exception or a rejection left unhandled.',
  why: 'Node ends the process for either.',
  judge: (played) => {
    const bad = played.filter(({ seen }) => seen.crashes.length > 0);
    const [first] = bad;
    const crash = first?.seen.crashes[0];
    return finding({
      isMet: first === undefined,
      wanted: 'none in any script',
      seen:
        first === undefined
          ? `none in ${counted(played.length, 'script')}`
          : `in ${counted(bad.length, 'script')}, such as ${scriptOf(first)} at ${instant(crash!.atMs)}: unhandled ${crash!.kind}, ${crash!.text}`,
    });
  },
};

export const lifetimeChecks = [
  noUnhandledRejection,
  scripted(
    {
      name: 'idle-client-lets-process-end',
      proves: 'A client that nobody waits for keeps no process alive.',
      why: 'A command that has done its work otherwise hangs until its next refresh, for ever.',
    },
    () =>
      onlyCase({ steps: [{ kind: 'request', atMs: 0 }], endMs: 5 * MINUTE }, (seen) => {
        const timers = seen.timers.filter(({ isReferenced }) => isReferenced);
        const sockets = seen.sockets.filter(({ isReferenced }) => isReferenced);
        return finding({
          ...nothingLeft({ ...seen, timers, sockets }),
          wanted: 'no timer or socket that keeps the process alive',
        });
      }),
  ),
  scripted(
    {
      name: 'close-leaves-nothing',
      proves: 'After close() no timer, no connection and no call is left.',
      why: 'Clients that are made and closed with each tenant or test otherwise add up.',
    },
    () =>
      onlyCase(
        {
          steps: [
            { kind: 'request', atMs: 0 },
            { kind: 'close', atMs: MINUTE },
          ],
          endMs: 3 * HOUR,
        },
        (seen) =>
          closing(seen, nothingLeft(seen), callsAtMost(callsIn(seen, MINUTE), 0, ' after close()')),
      ),
  ),
  scripted(
    {
      name: 'close-twice',
      proves: 'close() may be called again.',
      why: 'Shutdown paths meet: the second must not turn a clean end into an error.',
    },
    () =>
      onlyCase(
        {
          steps: [
            { kind: 'request', atMs: 0 },
            { kind: 'close', atMs: MINUTE },
            { kind: 'close', atMs: MINUTE + SECOND },
          ],
          endMs: 5 * MINUTE,
        },
        (seen) => closing(seen),
      ),
  ),
  scripted(
    {
      name: 'close-during-call',
      proves: 'close() with a call in the air ends at once what waits for it, and the call.',
      why: 'A deployment that waits for the timeout of a call is one that is killed.',
    },
    () =>
      onlyCase(
        {
          faults: [{ fromMs: 0, fault: { kind: 'hang' } }],
          steps: [
            { kind: 'request', atMs: 0, count: 5 },
            { kind: 'close', atMs: SECOND },
          ],
          endMs: 5 * MINUTE,
        },
        (seen) => closing(seen, allEnd(seen.requests, 2 * SECOND), nothingLeft(seen)),
      ),
  ),
  scripted(
    {
      name: 'closed-client-refuses',
      proves: 'A request after close() is refused with an error, at once and without a call.',
      why: 'A client that quietly comes to life again leaks what nobody will close a second time.',
    },
    () =>
      onlyCase(
        {
          steps: [
            { kind: 'request', atMs: 0 },
            { kind: 'close', atMs: MINUTE },
            { kind: 'request', atMs: 2 * MINUTE, count: 3 },
          ],
          endMs: 3 * HOUR,
        },
        (seen) =>
          closing(
            seen,
            refused(seen, 2 * MINUTE),
            allEnd(askedIn(seen, 2 * MINUTE), 0),
            callsAtMost(callsIn(seen, MINUTE), 0, ' after close()'),
          ),
      ),
  ),
];
