/**
 * When the requests of a process may be skipped: while none of them would queue. A process that
 * serves c requests at once and has a requests at work on average queues one in ErlangC(c, a) of
 * them; from one in a thousand on, or from 70 % of its places busy, its requests are simulated one by
 * one. The same after a stall, until the process is no busier than usual.
 */
import { poisson } from '../../kernel/counts.ts';
import { lookedIntoDrawerOf, meanMs, quantileMs } from '../../kernel/distribution.ts';
import type { Rng } from '../../kernel/rng.ts';
import type { ArrivalCurve } from '../../scenario/arrival-curve.ts';
import type { App } from '../../scenario/scenario.ts';

const UTILISATION_MAX = 0.7;
const QUEUED_SHARE_MAX = 0.001;
/** Of a normal distribution: 99.9 % of works are over within the lead-in. */
const LEAD_IN_Z = 3.090232306167813;

type Occupy = (untilMs: number) => void;

export class Calm {
  /**
   * Evenly spaced requests are simulated one by one from so long before the first that may stall:
   * what is still at work then is known. Of Poisson arrivals it is drawn (`drawAtWork`).
   */
  readonly leadInMs: number;
  private readonly isEven: boolean;
  private readonly lookedIntoMs: (rng: Rng) => number;
  private readonly concurrency: number;
  /** Requests at work on average, per request a second of the whole app. */
  private readonly atWorkPerRate: number;
  private readonly isRegular: boolean;
  private readonly curve: ArrivalCurve;
  /** Starts and ends of stretches in which the process is too loaded, in turn. */
  private readonly loadedMs: Float64Array;

  constructor(app: App, curve: ArrivalCurve) {
    const { service, concurrency } = app.work;
    this.curve = curve;
    this.concurrency = concurrency;
    this.isEven = app.load.arrivals === 'even';
    this.isRegular = this.isEven && service.medianMs === service.p99Ms;
    this.leadInMs = this.isEven ? quantileMs(service, LEAD_IN_Z) : 0;
    this.lookedIntoMs = lookedIntoDrawerOf(service);
    this.atWorkPerRate = meanMs(service) / 1_000 / (app.hosts * app.processesPerHost);
    const atWorkMax = this.isRegular ? regularMax(concurrency) : atWorkMaxOf(concurrency);
    this.loadedMs = stretchesAbove(app.load.curve, atWorkMax / this.atWorkPerRate);
  }

  /** When requests may no longer be skipped for their number, from `nowMs` on; `nowMs` if now. */
  loadedFromMs(nowMs: number): number {
    const { loadedMs } = this;
    for (let i = 0; i < loadedMs.length; i += 2) {
      if (nowMs < loadedMs[i + 1]!) return Math.max(nowMs, loadedMs[i]!);
    }
    return Number.POSITIVE_INFINITY;
  }

  /**
   * The works of skipped requests that a process has in hand when its requests begin to be looked at:
   * with Poisson arrivals and no queue, a Poisson number, each as far on as a look at random finds
   * it. Those that would have begun before the skip did are known already.
   */
  drawAtWork(skip: { fromMs: number; toMs: number }, rng: Rng, occupy: Occupy): void {
    if (this.isEven) return;
    const { fromMs, toMs } = skip;
    const atWork = this.curve.ratePerSecondAt(toMs) * this.atWorkPerRate;
    for (let left = poisson(atWork, rng); left > 0; left -= 1) {
      const workMs = this.lookedIntoMs(rng);
      const elapsedMs = rng.next() * workMs;
      if (elapsedMs < toMs - fromMs) occupy(toMs + workMs - elapsedMs);
    }
  }

  /** Whether a process with so many requests at work will not queue any more than it always does. */
  isCalm(busy: number, nowMs: number): boolean {
    const atWork = this.curve.ratePerSecondAt(nowMs) * this.atWorkPerRate;
    if (this.isRegular) return busy + Math.ceil(atWork) < this.concurrency;
    const usual = atWork + 2 * Math.sqrt(atWork);
    const room = this.concurrency - (atWork + 4 * Math.sqrt(atWork) + 1);
    return busy <= Math.max(usual, room);
  }
}

/** Even arrivals of constant works: as many again fit beside those at work, so none can queue. */
function regularMax(concurrency: number): number {
  return Math.floor((concurrency - 1) / 2);
}

/** The most requests at work on average with which next to none queue, by bisection. */
function atWorkMaxOf(concurrency: number): number {
  let low = 0;
  let high = UTILISATION_MAX * concurrency;
  if (queuedShare(concurrency, high) <= QUEUED_SHARE_MAX) return high;
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2;
    if (queuedShare(concurrency, middle) <= QUEUED_SHARE_MAX) low = middle;
    else high = middle;
  }
  return low;
}

/** Erlang's C, by the recurrence of his B. */
export function queuedShare(servers: number, atWork: number): number {
  let blocked = 1;
  for (let k = 1; k <= servers; k += 1) blocked = (atWork * blocked) / (k + atWork * blocked);
  return blocked / (1 - (atWork / servers) * (1 - blocked));
}

/** Where a piecewise-linear rate is above `limit`: starts and ends in turn, the last may be Infinity. */
function stretchesAbove(knots: App['load']['curve'], limit: number): Float64Array {
  const edges: number[] = [];
  let isAbove = knots[0]!.ratePerSecond > limit;
  if (isAbove) edges.push(0);
  const cross = (atMs: number) => {
    isAbove = !isAbove;
    edges.push(atMs);
  };
  for (let i = 1; i < knots.length; i += 1) {
    const from = knots[i - 1]!;
    const to = knots[i]!;
    if (to.ratePerSecond > limit === isAbove) continue;
    const rise = to.ratePerSecond - from.ratePerSecond;
    const share = rise === 0 ? 0 : (limit - from.ratePerSecond) / rise;
    cross(from.atMs + Math.min(1, Math.max(0, share)) * (to.atMs - from.atMs));
  }
  if (isAbove) edges.push(Number.POSITIVE_INFINITY);
  return Float64Array.from(edges);
}
