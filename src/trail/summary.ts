/**
 * What a trail holds, added up as it is read: calls by action, caller, role and error, the span, and
 * the busiest second of a caller's account and region, since that is what Alibaba Cloud's quota
 * counts. Source: Alibaba Cloud, "Limits" of STS.
 */
import type { z } from 'zod';
import type { DeepReadonly } from '../kernel/deep-readonly.ts';
import { formatTimestamp } from '../kernel/sts/wire.ts';
import type { trailSummarySchema } from './document-schema.ts';
import { assumesRole, type StsEvent } from './event.ts';
import type { Pseudonym } from './pseudonyms.ts';
import type { TrailTally } from './read-trail.ts';
import { SecondCounts } from './second-counts.ts';
import { SeenEvents } from './seen-events.ts';

/** Different names that are counted one by one; calls of more are counted together. */
export const NAMES_MAX = 10_000;

/** Fields, units and meanings are in `document-schema.ts`. */
export type TrailSummary = DeepReadonly<z.infer<typeof trailSummarySchema>>;
export type NamedCount = TrailSummary['actions'][number];

export class TrailSummaryBuilder {
  private readonly actions = new Names();
  private readonly callers = new Names();
  private readonly roles = new Names();
  private readonly errors = new Names();
  private readonly seconds = new SecondCounts();
  private readonly seen = new SeenEvents();
  private duplicates = 0;
  private calls = 0;
  private assumeRoleCalls = 0;
  private fromMs = Number.POSITIVE_INFINITY;
  private toMs = Number.NEGATIVE_INFINITY;

  /** False for a copy of an event that was there before. */
  add(event: StsEvent): boolean {
    if (!this.seen.isNew(event.eventId, event.atMs)) {
      this.duplicates += 1;
      return false;
    }
    this.count(event);
    return true;
  }

  private count(event: StsEvent): void {
    const { atMs, action, callerAccountId, principal, roleArn, errorCode } = event;
    this.calls += 1;
    this.fromMs = Math.min(this.fromMs, atMs);
    this.toMs = Math.max(this.toMs, atMs);
    this.actions.add(action, errorCode);
    this.callers.add(`${callerAccountId}/${principal}`, errorCode);
    if (roleArn !== '') this.roles.add(roleArn, errorCode);
    if (errorCode !== undefined) this.errors.add(errorCode, errorCode);
    if (!assumesRole(action)) return;
    this.assumeRoleCalls += 1;
    this.seconds.add(callerAccountId, event.region, atMs);
  }

  /** With what `readTrail` counted beside the events. */
  summary(
    files: readonly string[],
    { otherEvents, broken, places }: TrailTally,
    pseudonym: Pseudonym,
  ): TrailSummary {
    const busiest = this.seconds.busiestSecond;
    return {
      files,
      calls: this.calls,
      assumeRoleCalls: this.assumeRoleCalls,
      otherEvents,
      duplicates: { count: this.duplicates, unchecked: this.seen.unremembered },
      broken: { count: broken, first: places },
      span:
        this.calls === 0
          ? null
          : {
              from: formatTimestamp(this.fromMs),
              to: formatTimestamp(this.toMs),
              seconds: (this.toMs - this.fromMs) / 1_000,
            },
      busiestSecond:
        busiest === undefined
          ? null
          : {
              at: formatTimestamp(busiest.atMs),
              calls: busiest.calls,
              accountId: busiest.accountId,
              region: busiest.region,
              uncounted: this.seconds.uncounted,
            },
      actions: this.actions.ranked(),
      callers: this.callers.ranked().map(({ name, ...counts }) => {
        const [account = '', ...principal] = name.split('/');
        const isFurther = principal.length === 0;
        const shown = isFurther ? name : `${account}/${pseudonym('user', principal.join('/'))}`;
        return { name: shown, ...counts };
      }),
      roles: this.roles.ranked(),
      errors: this.errors.ranked(),
    };
  }
}

/** What stands for the names beyond the limit. */
const FURTHER = '(further ones)';

class Names {
  private readonly counts = new Map<string, { calls: number; failed: number; throttled: number }>();

  add(name: string, errorCode: string | undefined): void {
    const isKnown = this.counts.has(name) || this.counts.size < NAMES_MAX;
    const kept = isKnown ? name : FURTHER;
    const count = this.counts.get(kept) ?? { calls: 0, failed: 0, throttled: 0 };
    this.counts.set(kept, count);
    count.calls += 1;
    if (errorCode !== undefined) count.failed += 1;
    if (errorCode?.startsWith('Throttling') === true) count.throttled += 1;
  }

  /** Most calls first. */
  ranked(): NamedCount[] {
    return [...this.counts]
      .map(([name, count]) => ({ name, ...count }))
      .sort((a, b) => b.calls - a.calls || (a.name < b.name ? -1 : 1));
  }
}
