/**
 * The guard before real STS: whether a call may be sent now. Pure: time comes in as an argument, of a
 * counter that should be monotonic; one that runs backwards is taken to stand still.
 *
 * **The ceiling** is a bucket with as many tokens as calls may be received in a second. A call takes one,
 * and it comes back a second after the call was answered, not a second after it was sent. STS receives a
 * call some time between the two. Of all calls that it received within one second, take the one that was
 * sent last: each of the others was received less than a second before that, so was answered, if it was,
 * less than a second before, and still has its token. So they are never more than the tokens, however long
 * connections and networks delay some calls and not others. A bucket that refills evenly, as the mock's
 * limiters do (`mock-sts/core/limiter.ts`), cannot promise that: it knows instants of arrival, and a sender
 * knows none.
 *
 * **The budget** is what may be sent at all. **Stops** are for good: after the first no call passes.
 */
import {
  type CallEnd,
  type GuardRules,
  type GuardStop,
  stopAfter,
  stopOfBudget,
} from './stop-rules.ts';

export type Permission =
  /** `token` is to be given back by `answered` or `unused`. */
  | { readonly kind: 'granted'; readonly token: number }
  /** Ask again then; `Infinity`: when a call in the air is answered. */
  | { readonly kind: 'later'; readonly atMs: number }
  | { readonly kind: 'refused'; readonly stop: GuardStop };

/** How long a token stays away after the answer. */
const SECOND_MS = 1_000;
const TAKEN = Number.POSITIVE_INFINITY;

export class CallGuard {
  private readonly rules: GuardRules;
  /** By token: when it is there again. */
  private readonly freeAtMs: Float64Array;
  private latestMs = Number.NEGATIVE_INFINITY;
  private sentCount = 0;
  private readonly answers = { count: 0, failed: 0 };
  private ended: GuardStop | undefined;

  constructor(rules: GuardRules) {
    this.rules = rules;
    this.freeAtMs = new Float64Array(rules.ceilingPerSecond).fill(Number.NEGATIVE_INFINITY);
  }

  /** Calls that were sent, or may be at this moment. */
  get sent(): number {
    return this.sentCount;
  }

  get stopped(): GuardStop | undefined {
    return this.ended;
  }

  ask(nowMs: number): Permission {
    const atMs = this.at(nowMs);
    if (this.ended === undefined && this.sentCount >= this.rules.budget) {
      this.ended = stopOfBudget(this.rules);
    }
    if (this.ended !== undefined) return { kind: 'refused', stop: this.ended };
    const token = this.freeAtMs.findIndex((freeAtMs) => freeAtMs <= atMs);
    if (token < 0) return { kind: 'later', atMs: Math.min(...this.freeAtMs) };
    this.freeAtMs[token] = TAKEN;
    this.sentCount += 1;
    return { kind: 'granted', token };
  }

  answered(token: number, nowMs: number, end: CallEnd): void {
    this.freeAtMs[token] = this.at(nowMs) + SECOND_MS;
    this.answers.count += 1;
    // Where throttling is allowed it is no error of the run; where it is not, it ends it anyway.
    if (end.outcome === 'failed') this.answers.failed += 1;
    this.ended ??= stopAfter(end, this.answers, this.rules);
  }

  /** The call was not sent after all. */
  unused(token: number): void {
    this.freeAtMs[token] = Number.NEGATIVE_INFINITY;
    this.sentCount -= 1;
  }

  /** Calls that were sent without asking, before anything else: the credential chain's own. */
  charge(calls: number, nowMs: number): void {
    const freeAtMs = this.at(nowMs) + SECOND_MS;
    for (let token = 0; token < calls; token += 1) {
      this.sentCount += 1;
      if (token < this.freeAtMs.length) this.freeAtMs[token] = freeAtMs;
    }
  }

  stop(stop: GuardStop): void {
    this.ended ??= stop;
  }

  private at(nowMs: number): number {
    this.latestMs = Math.max(this.latestMs, nowMs);
    return this.latestMs;
  }
}
