/**
 * Requests that a simulation skips: plain hits, which are counted and not looked at. Stretches of
 * them are added up as expected arrivals by timeline bucket, for all processes of an app together,
 * and each bucket's count is drawn once, at the end. That is exact: the numbers of a Poisson process
 * in disjoint stretches are independent, and independent Poisson processes add up to one. Where there
 * are few, the plan's own arrivals are counted. Evenly spaced ones are counted by their numbers.
 *
 * The end of a hit's work is drawn by its bucket, with the hits taken as uniform in theirs.
 */
import { binomial, poisson } from '../kernel/counts.ts';
import { cdfOf, type Distribution, partialMeanOf } from '../kernel/distribution.ts';
import { stream } from '../kernel/rng.ts';
import type { ArrivalCurve } from '../scenario/arrival-curve.ts';
import type { ArrivalStream } from '../scenario/arrivals.ts';
import type { EvenArrivals } from '../scenario/even-arrivals.ts';
import type { Plan } from '../scenario/plan.ts';
import type { App } from '../scenario/scenario.ts';
import type { Recorder } from './recorder.ts';
import type { RunShape } from './run-shape.ts';
import { ServiceTimes } from './service-times.ts';
import { Spans } from './spans.ts';

export class PlainHits {
  private readonly seed: number;
  private readonly spans: Spans;
  /** Buckets follow each other: bucket b runs from `edgesMs[b]` to `edgesMs[b + 1]`. */
  private readonly edgesMs: Float64Array;
  private readonly spanOf: Int32Array;
  private readonly apps: readonly AppHits[];

  constructor(plan: Plan, shape: RunShape) {
    this.seed = plan.seed;
    this.spans = new Spans(shape);
    this.edgesMs = new Float64Array(this.spans.buckets + 1);
    this.spanOf = new Int32Array(this.spans.buckets);
    for (const [index, span] of this.spans.list.entries()) {
      for (let i = 0; i < span.buckets; i += 1) {
        this.edgesMs[span.firstBucket + i] = span.fromMs + i * span.bucketMs;
        this.spanOf[span.firstBucket + i] = index;
      }
    }
    this.edgesMs[this.spans.buckets] = shape.endMs;
    this.apps = plan.scenario.apps.map((app, i) => new AppHits(app, plan.curves[i]!, this.edgesMs));
  }

  /** All requests of one process of `app` from `fromMs` on and before `toMs` were hits. */
  add(app: number, fromMs: number, toMs: number, isExpired: boolean): void {
    if (toMs <= fromMs) return;
    this.apps[app]!.massOf(isExpired).add(
      { atMs: fromMs, bucket: this.bucketAt(fromMs) },
      { atMs: toMs, bucket: this.bucketAt(toMs) },
    );
  }

  /** The same, counted: the arrivals from where they stand until before `toMs`. */
  addEach(app: number, arrivals: ArrivalStream, toMs: number, isExpired: boolean): void {
    const counts = this.apps[app]!.countsOf(isExpired);
    for (; arrivals.atMs < toMs; arrivals.advance()) counts[this.bucketAt(arrivals.atMs)]! += 1;
  }

  /** The same of evenly spaced arrivals, from the one with this number on; gives the first one left. */
  addEven(
    app: number,
    arrivals: EvenArrivals,
    stretch: { readonly first: number; readonly fromMs: number; readonly toMs: number },
    isExpired: boolean,
  ): number {
    const { first, fromMs, toMs } = stretch;
    const end = Math.max(first, arrivals.firstFrom(toMs));
    const hits = this.apps[app]!;
    this.countBy(arrivals, { first, end, fromMs, shiftMs: 0 }, hits.countsOf(isExpired));
    const { constantMs: shiftMs, ends } = hits;
    if (shiftMs !== undefined) this.countBy(arrivals, { first, end, fromMs, shiftMs }, ends);
    return end;
  }

  /** Draws all counts and hands them over. Nothing can be added after it. */
  drawInto(recorder: Recorder): void {
    for (const [app, hits] of this.apps.entries()) {
      for (const [index, span] of this.spans.list.entries()) {
        let due = 0;
        let expired = 0;
        for (let i = 0; i < span.buckets; i += 1) {
          const bucket = span.firstBucket + i;
          const name = `${hits.name}@${this.edgesMs[bucket]!}`;
          const late = hits.draw(bucket, true, this.seed, name);
          const count = late + hits.draw(bucket, false, this.seed, name);
          if (count === 0) continue;
          due += count;
          expired += late;
          recorder.plainHits(app, index, bucket, count);
          if (hits.constantMs === undefined || !hits.isEven) {
            this.drawEnds(recorder, app, bucket, count);
          }
        }
        if (expired > 0) recorder.plainRemaining(app, index, Number.POSITIVE_INFINITY, expired);
        if (span.window === undefined || due === 0) continue;
        const rng = stream(this.seed, 'hit-service', `${hits.name}@${span.fromMs}`);
        hits.service.draw(due, rng, (us, count) => recorder.plainWork(app, index, us, count));
      }
      this.handOverEnds(recorder, app, hits);
    }
  }

  private handOverEnds(recorder: Recorder, app: number, hits: AppHits): void {
    for (const [bucket, count] of hits.ends.entries()) {
      if (count > 0) recorder.plainEnds(app, this.spanOf[bucket]!, bucket, count);
    }
  }

  /** Of `count` hits that are due in a bucket: in which one, and in which later ones, they end. */
  private drawEnds(recorder: Recorder, app: number, bucket: number, count: number): void {
    const hits = this.apps[app]!;
    const { edgesMs, spanOf } = this;
    const rng = stream(this.seed, 'hit-ends', `${hits.name}@${edgesMs[bucket]!}`);
    const last = spanOf.length - 1;
    const fromMs = edgesMs[bucket]!;
    const forMs = edgesMs[bucket + 1]! - fromMs;
    let left = count;
    let before = 0;
    for (let end = bucket; left > 0; end += 1) {
      const by = end === last ? 1 : hits.endedBy(edgesMs[end + 1]! - fromMs, forMs);
      const share = by >= 1 ? 1 : (by - before) / (1 - before);
      before = by;
      const taken = binomial(left, Math.min(1, Math.max(0, share)), rng);
      left -= taken;
      if (taken > 0) recorder.plainEnds(app, spanOf[end]!, end, taken);
    }
  }

  /** Numbers `first` to `end` by the bucket in which they lie, `shiftMs` later than they are due. */
  private countBy(
    arrivals: EvenArrivals,
    part: { first: number; end: number; fromMs: number; shiftMs: number },
    counts: Float64Array,
  ): void {
    const last = counts.length - 1;
    let { first } = part;
    for (let bucket = this.bucketAt(part.fromMs + part.shiftMs); first < part.end; bucket += 1) {
      const next =
        bucket >= last
          ? part.end
          : Math.min(part.end, arrivals.firstFrom(this.edgesMs[bucket + 1]!, part.shiftMs));
      if (next <= first) continue;
      counts[Math.min(bucket, last)]! += next - first;
      first = next;
    }
  }

  private bucketAt(ms: number): number {
    return this.spans.bucketAt(this.spans.at(ms), ms);
  }
}

/** What was added up for one app. */
class AppHits {
  readonly name: string;
  readonly isEven: boolean;
  readonly service: ServiceTimes;
  /** The service time, where all take the same. */
  readonly constantMs: number | undefined;
  /** Counted ends, where they can be counted. */
  readonly ends: Float64Array;
  /** P(end <= x after a bucket's start), for a hit due uniformly in a bucket of length w. */
  readonly endedBy: (xMs: number, forMs: number) => number;
  private readonly newMass: () => Mass;
  private readonly buckets: number;
  private readonly masses: (Mass | undefined)[] = [];
  private readonly counts: (Float64Array | undefined)[] = [];

  constructor(app: App, curve: ArrivalCurve, edgesMs: Float64Array) {
    const { service } = app.work;
    this.name = app.name;
    this.isEven = app.load.arrivals === 'even';
    this.service = new ServiceTimes(service);
    this.constantMs = service.medianMs === service.p99Ms ? service.medianMs : undefined;
    this.buckets = edgesMs.length - 1;
    this.ends = new Float64Array(this.buckets);
    this.endedBy = endedByOf(service);
    const expected = edgesMs.map((atMs) => curve.arrivalsUntil(atMs));
    const share = 1 / (app.hosts * app.processesPerHost);
    this.newMass = () => new Mass(curve, share, expected);
  }

  massOf(isExpired: boolean): Mass {
    const which = isExpired ? 1 : 0;
    this.masses[which] ??= this.newMass();
    return this.masses[which];
  }

  countsOf(isExpired: boolean): Float64Array {
    const which = isExpired ? 1 : 0;
    this.counts[which] ??= new Float64Array(this.buckets);
    return this.counts[which];
  }

  draw(bucket: number, isExpired: boolean, seed: number, name: string): number {
    const which = isExpired ? 1 : 0;
    const counted = this.counts[which]?.[bucket] ?? 0;
    const mean = this.masses[which]?.expectedIn(bucket) ?? 0;
    if (mean <= 0) return counted;
    return counted + poisson(mean, stream(seed, isExpired ? 'expired-hits' : 'hits', name));
  }
}

interface Place {
  readonly atMs: number;
  readonly bucket: number;
}

/** Expected arrivals of all added stretches by bucket; a stretch costs two places, however long. */
class Mass {
  private readonly curve: ArrivalCurve;
  private readonly share: number;
  /** Expected arrivals of the app until the edge before each bucket. */
  private readonly expected: Float64Array;
  private readonly parts: Float64Array;
  /** How many stretches cover a bucket whole, as the change from the bucket before. */
  private readonly wholeChange: Float64Array;
  private whole: Float64Array | undefined;

  constructor(curve: ArrivalCurve, share: number, expected: Float64Array) {
    this.curve = curve;
    this.share = share;
    this.expected = expected;
    this.parts = new Float64Array(expected.length);
    this.wholeChange = new Float64Array(expected.length);
  }

  add(from: Place, to: Place): void {
    const { curve, expected, parts, wholeChange } = this;
    const begun = curve.arrivalsUntil(from.atMs);
    const ended = curve.arrivalsUntil(to.atMs);
    if (from.bucket === to.bucket) {
      parts[from.bucket]! += ended - begun;
      return;
    }
    parts[from.bucket]! += expected[from.bucket + 1]! - begun;
    parts[to.bucket]! += ended - expected[to.bucket]!;
    wholeChange[from.bucket + 1]! += 1;
    wholeChange[to.bucket]! -= 1;
  }

  /** Once all stretches were added. */
  expectedIn(bucket: number): number {
    this.whole ??= runningSum(this.wholeChange);
    const inBucket = this.expected[bucket + 1]! - this.expected[bucket]!;
    return (this.parts[bucket]! + this.whole[bucket]! * inBucket) * this.share;
  }
}

function runningSum(changes: Float64Array): Float64Array {
  let sum = 0;
  return changes.map((change) => {
    sum += change;
    return sum;
  });
}

/**
 * With F the distribution of service times and H(x) the integral of F up to x, which is
 * x F(x) - E[S; S <= x]: the mean of F(x - u) over u in [0, w] is (H(x) - H(x - w)) / w.
 */
function endedByOf(service: Distribution): (xMs: number, forMs: number) => number {
  const cdf = cdfOf(service);
  const partialMean = partialMeanOf(service);
  const integral = (xMs: number) => (xMs <= 0 ? 0 : xMs * cdf(xMs) - partialMean(xMs));
  return (xMs, forMs) => (integral(xMs) - integral(xMs - forMs)) / forMs;
}
