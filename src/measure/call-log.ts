/**
 * Every call that STS received, in columns: an instant, a service time and a kind, where a kind is
 * one combination of everything else a `CallRecord` holds. A million calls take 16 MB and cross
 * threads by transfer. What is read from it is in `call-table.ts`.
 *
 * Bounded: beyond `limit` calls only the counts of each kind go on, and `unplaced` says how many
 * calls have no instant; peaks and windows then cover what came before.
 */
import type { CallRecord } from '../kernel/sts/call-record.ts';

export type CallKind = Omit<CallRecord, 'atMs' | 'serviceMs'>;

export interface KindCount {
  readonly kind: CallKind;
  readonly count: number;
  /** Milliseconds from virtual zero. */
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

/** Plain data; transfer the three buffers. */
export interface CallLogExport {
  readonly kinds: readonly KindCount[];
  /** Milliseconds from virtual zero. */
  readonly atMs: Float64Array<ArrayBuffer>;
  readonly kindIndex: Uint32Array<ArrayBuffer>;
  readonly serviceMs: Float32Array<ArrayBuffer>;
}

/** 160 MB. */
const CALL_LIMIT = 10_000_000;
const FIRST_CAPACITY = 1_024;

export class CallLog {
  private readonly zeroAtMs: number;
  private readonly limit: number;
  private readonly kindByKey = new Map<string, number>();
  private readonly kinds: { kind: CallKind; count: number; firstAtMs: number; lastAtMs: number }[] =
    [];
  private appended = 0;
  private latest = 0;
  private length = 0;
  private atMs = new Float64Array(FIRST_CAPACITY);
  private kindIndex = new Uint32Array(FIRST_CAPACITY);
  private serviceMs = new Float32Array(FIRST_CAPACITY);

  /** `zeroAtMs`: epoch milliseconds of virtual zero. */
  constructor(zeroAtMs: number, limit: number = CALL_LIMIT) {
    this.zeroAtMs = zeroAtMs;
    this.limit = limit;
  }

  append(call: CallRecord): void {
    const atMs = call.atMs - this.zeroAtMs;
    const index = this.intern(call);
    const kind = this.kinds[index]!;
    kind.count += 1;
    this.appended += 1;
    kind.firstAtMs = Math.min(kind.firstAtMs, atMs);
    kind.lastAtMs = Math.max(kind.lastAtMs, atMs);
    if (this.length >= this.limit) return;
    if (this.length === this.atMs.length) this.grow();
    this.atMs[this.length] = atMs;
    this.kindIndex[this.length] = index;
    this.serviceMs[this.length] = call.serviceMs;
    this.length += 1;
  }

  /** Calls so far. */
  get count(): number {
    return this.appended;
  }

  export(): CallLogExport {
    return {
      kinds: this.kinds.map((kind) => ({ ...kind })),
      atMs: this.atMs.slice(0, this.length),
      kindIndex: this.kindIndex.slice(0, this.length),
      serviceMs: this.serviceMs.slice(0, this.length),
    };
  }

  /** Calls mostly come in runs of one kind: the last one is tried before a key is made. */
  private intern(call: CallRecord): number {
    const last = this.kinds[this.latest];
    if (last === undefined || !isOfKind(call, last.kind)) this.latest = this.find(call);
    return this.latest;
  }

  private find(call: CallRecord): number {
    const { action, accountId, region, caller, roleArn, outcome, code, throttledBy = '' } = call;
    const key = `${roleArn}\n${caller}\n${outcome}\n${code}\n${throttledBy}\n${accountId}\n${region}\n${action}`;
    const known = this.kindByKey.get(key);
    if (known !== undefined) return known;
    const { atMs: _, serviceMs: __, ...kind } = call;
    const index = this.kinds.length;
    this.kinds.push({
      kind,
      count: 0,
      firstAtMs: Number.POSITIVE_INFINITY,
      lastAtMs: Number.NEGATIVE_INFINITY,
    });
    this.kindByKey.set(key, index);
    return index;
  }

  private grow(): void {
    const capacity = Math.min(this.limit, this.length * 2);
    const atMs = new Float64Array(capacity);
    const kindIndex = new Uint32Array(capacity);
    const serviceMs = new Float32Array(capacity);
    atMs.set(this.atMs);
    kindIndex.set(this.kindIndex);
    serviceMs.set(this.serviceMs);
    this.atMs = atMs;
    this.kindIndex = kindIndex;
    this.serviceMs = serviceMs;
  }
}

function isOfKind(call: CallRecord, kind: CallKind): boolean {
  return (
    call.outcome === kind.outcome &&
    call.code === kind.code &&
    call.throttledBy === kind.throttledBy &&
    call.roleArn === kind.roleArn &&
    call.caller === kind.caller &&
    call.accountId === kind.accountId &&
    call.region === kind.region &&
    call.action === kind.action
  );
}
