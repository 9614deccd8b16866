/** How many clients there were at once, from the first and last refresh of each. */
import type { RefreshTrack } from './refreshes.ts';

export interface AliveTerms {
  /** Epoch seconds that are covered. */
  readonly from: number;
  readonly to: number;
  readonly intervalSeconds: number;
}

/** A crowd of this share of the time counts: the moments in which old and new pods overlap do not. */
const TIME_SHARE = 0.1;

/**
 * The most that were there at once for at least a tenth of the time. A client is there from its first
 * refresh until half an interval after its last one, where it ended on average; until the end of the
 * trail where its next refresh would be later than that.
 */
export function aliveAtOnce(
  tracks: readonly RefreshTrack[],
  { from, to, intervalSeconds }: AliveTerms,
): number {
  const changes = tracks.flatMap(({ atSeconds }): [number, number][] => {
    const last = atSeconds.at(-1)!;
    const end = last + 1.2 * intervalSeconds > to ? to : last + intervalSeconds / 2;
    return [
      [atSeconds[0]!, 1],
      [end, -1],
    ];
  });
  changes.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  const secondsAt = new Map<number, number>();
  let alive = 0;
  let since = from;
  for (const [second, change] of changes) {
    if (second > since) secondsAt.set(alive, (secondsAt.get(alive) ?? 0) + second - since);
    since = second;
    alive += change;
  }
  const levels = [...secondsAt].sort((a, b) => b[0] - a[0]);
  let seconds = 0;
  for (const [level, atLevel] of levels) {
    seconds += atLevel;
    if (seconds >= TIME_SHARE * (to - from)) return level;
  }
  return levels[0]?.[0] ?? tracks.length;
}
