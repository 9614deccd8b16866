/** That a client follows the long-lived key that it calls STS with. */
import type { Observed } from '../../measure/observed.ts';
import { type CheckCase, type Finding, scripted } from './check.ts';
import { allServed, callsAtLeast, callsAtMost, callsIn, finding, noneEnds } from './demands.ts';
import { HOUR, MINUTE, SECOND } from './spans.ts';

const ROTATED_AT_MS = 10 * MINUTE;
const OVERLAP_MS = 20 * MINUTE;
const GONE_AT_MS = ROTATED_AT_MS + OVERLAP_MS;

export const keyChecks = [
  scripted(
    {
      name: 'key-rotation-is-followed',
      proves:
        'When the AccessKey that the client calls with is rotated, its next refresh uses the new one, at the latest after one refusal.',
      why: 'A client that read its key once, when it started, stops with its session: an hour after the old key has gone, and far from the cause.',
    },
    () => [
      rotated('key read every 10 minutes', 10 * MINUTE),
      rotated('key read once a day', 24 * HOUR),
    ],
  ),
];

/** The old key is gone before the first session ends, and two refreshes come after that. */
function rotated(name: string, ttlMs: number): CheckCase {
  return {
    name,
    script: {
      rotation: { atMs: ROTATED_AT_MS, overlapMs: OVERLAP_MS, ttlMs },
      steps: [{ kind: 'load', fromMs: 0, toMs: 2.25 * HOUR, everyMs: 10 * SECOND }],
      endMs: 2.25 * HOUR,
    },
    judge: afterRotation,
  };
}

function afterRotation(seen: Observed): Finding {
  if (!seen.readsKey) {
    const reason =
      'the client calls with the AccessKey that it is handed, and does not read it as context.identity says';
    return { status: 'skipped', reason };
  }
  const later = callsIn(seen, GONE_AT_MS);
  const refused = seen.calls.filter(({ outcome }) => outcome !== 'succeeded');
  return finding(
    allServed(seen.requests),
    noneEnds(seen.requests),
    callsAtMost(refused, 1, ' that is refused'),
    callsAtLeast(later, 2, ' after the old key has gone'),
  );
}
