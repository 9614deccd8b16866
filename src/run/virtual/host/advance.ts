/** Moves a host's time on, from timer to timer. */
import type { HostCore } from './host-core.ts';
import type { Owner } from './owner.ts';
import { inOwnTurn } from './turns.ts';

/** Of equal instants, the owner that comes first is first. */
export async function advance(
  core: HostCore,
  owners: readonly Owner[],
  toMs: number,
): Promise<void> {
  const { time } = core;
  for (;;) {
    await core.settle();
    const next = nextOf(owners);
    const atMs = next?.queue.nextAtMs ?? Number.POSITIVE_INFINITY;
    if (next === undefined || atMs > toMs) break;
    await inOwnTurn(() => {
      time.atMs = Math.max(time.atMs, atMs);
      time.fireDue(next);
    });
  }
  time.atMs = Math.max(time.atMs, toMs);
}

function nextOf(owners: readonly Owner[]): Owner | undefined {
  let next: Owner | undefined;
  for (const owner of owners) {
    const atMs = owner.queue.nextAtMs;
    if (atMs !== undefined && atMs < (next?.queue.nextAtMs ?? Number.POSITIVE_INFINITY)) {
      next = owner;
    }
  }
  return next;
}
