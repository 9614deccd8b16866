/**
 * What the mock saw, for people and for tests: counts of all calls, and the last ones one by one.
 * It holds no secret and no token, and shows key ids masked.
 */

import type { CallRecord } from '../../src/kernel/sts/call-record.ts';
import { maskKeyId } from '../../src/kernel/sts/credentials.ts';
import { keptText } from '../core/kept-text.ts';
import type { WireAnswer } from '../core/wire/request.ts';
import { NamedCounts } from './named-counts.ts';

export const JOURNAL_ENTRIES_MAX = 10_000;
/** Real ones have less than 40 characters; what a caller invents may have megabytes. */
const KEY_ID_LENGTH_MAX = 128;

export interface JournalEntry extends CallRecord {
  readonly requestId: string;
  /** Of the AccessKey that signed, masked; empty when the request named none. */
  readonly accessKeyId: string;
}

export interface CallCounters {
  readonly calls: number;
  readonly succeeded: number;
  readonly throttled: number;
  readonly failed: number;
  readonly byAction: Readonly<Record<string, number>>;
  readonly byCode: Readonly<Record<string, number>>;
}

type Kept = Pick<WireAnswer, 'record' | 'requestId' | 'accessKeyId'>;

export class CallJournal {
  private readonly ring: Kept[] = [];
  private next = 0;
  private readonly outcomes = { succeeded: 0, throttled: 0, failed: 0 };
  private readonly byAction = new NamedCounts();
  private readonly byCode = new NamedCounts();

  /** Keeps no more of the answer than it shows: its body holds a secret, and is large. */
  append({ record, requestId, accessKeyId }: WireAnswer): void {
    const kept = keptText(accessKeyId, KEY_ID_LENGTH_MAX);
    this.ring[this.next] = { record, requestId, accessKeyId: kept };
    this.next = (this.next + 1) % JOURNAL_ENTRIES_MAX;
    this.outcomes[record.outcome] += 1;
    this.byAction.count(record.action);
    this.byCode.count(record.code);
  }

  counters(): CallCounters {
    const { succeeded, throttled, failed } = this.outcomes;
    return {
      calls: succeeded + throttled + failed,
      ...this.outcomes,
      byAction: this.byAction.asObject(),
      byCode: this.byCode.asObject(),
    };
  }

  /** The last `countMax` calls, oldest first. */
  entries(countMax = JOURNAL_ENTRIES_MAX): JournalEntry[] {
    const inOrder = [...this.ring.slice(this.next), ...this.ring.slice(0, this.next)];
    return inOrder
      .slice(Math.max(0, inOrder.length - countMax))
      .map(({ record, requestId, accessKeyId }) => ({
        ...record,
        requestId,
        accessKeyId: accessKeyId === '' ? '' : maskKeyId(accessKeyId),
      }));
  }

  clear(): void {
    this.ring.length = 0;
    this.next = 0;
    this.outcomes.succeeded = 0;
    this.outcomes.throttled = 0;
    this.outcomes.failed = 0;
    this.byAction.clear();
    this.byCode.clear();
  }
}
