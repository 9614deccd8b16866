/**
 * The simulated fleet: processes with their arrivals and their work, and the credential clients that
 * they ask, one each or one a host.
 */
import type { CredentialCache } from '../../client/credential-cache.ts';
import type { Rng } from '../../kernel/rng.ts';
import type { SessionCredentials } from '../../kernel/sts/credentials.ts';
import { ArrivalStream } from '../../scenario/arrivals.ts';
import { EvenArrivals } from '../../scenario/even-arrivals.ts';
import { type Plan, type PlannedProcess, processStream } from '../../scenario/plan.ts';
import { WorkQueue } from '../../scenario/work-queue.ts';
import type { CallerSource } from './caller-source.ts';
import type { Calm } from './calm.ts';
import type { Caller } from './sts-line.ts';
import type { VirtualSubject } from './virtual-subject.ts';

export class SimulatedClient {
  readonly index: number;
  readonly app: number;
  readonly subject: VirtualSubject;
  readonly cache: CredentialCache;
  readonly caller: Caller;
  /** Where it has what it calls with; undefined where that is a key of its own. */
  readonly source: CallerSource | undefined;
  readonly processes: SimulatedProcess[] = [];
  /** Requests that wait for it. */
  waiting = 0;
  inFlight = 0;
  /** Stamp of the pending timer event; an event with another stamp is void. */
  timerStamp = 0;
  /** When that event is due; Infinity when there is none. */
  timerAtMs = Number.POSITIVE_INFINITY;

  constructor(
    index: number,
    app: number,
    parts: {
      subject: VirtualSubject;
      cache: CredentialCache;
      caller: Caller;
      source: CallerSource | undefined;
    },
  ) {
    this.index = index;
    this.app = app;
    this.subject = parts.subject;
    this.cache = parts.cache;
    this.caller = parts.caller;
    this.source = parts.source;
  }
}

/** Requests from `fromMs` on are hits on `credential` and skipped, at the latest until `toMs`. */
export interface Skip {
  fromMs: number;
  toMs: number;
  credential: SessionCredentials;
}

export class SimulatedProcess {
  readonly planned: PlannedProcess;
  private readonly plan: Plan;
  private readonly sharers: number;
  private atWorkRng: Rng | undefined;
  private lastHitRng: Rng | undefined;
  readonly calm: Calm;
  readonly work: WorkQueue;
  readonly arrivals: ArrivalStream;
  /** Where arrivals are evenly spaced. */
  readonly even: EvenArrivals | undefined;
  client: SimulatedClient | undefined;
  /** Requests that wait for a credential. */
  waiting = 0;
  skip: Skip | undefined;
  /** Stamp of the pending arrival or end of a skip; an event with another stamp is void. */
  stamp = 0;
  hasArrivalPending = false;
  /** The last arrival that was simulated. */
  lastArrivalMs = Number.NaN;
  /** Of evenly spaced arrivals: the number of the next one that nobody has counted yet. */
  nextNumber = 0;

  constructor(plan: Plan, planned: PlannedProcess, calm: Calm) {
    const app = plan.scenario.apps[planned.app]!;
    const { concurrency, service } = app.work;
    this.plan = plan;
    this.sharers = app.hosts * app.processesPerHost;
    this.planned = planned;
    this.calm = calm;
    this.work = new WorkQueue(concurrency, service, processStream(plan, planned, 'service'));
    this.arrivals = new ArrivalStream(plan, planned);
    if (app.load.arrivals === 'even') {
      this.even = new EvenArrivals(plan, planned);
      this.nextNumber = this.even.firstFrom(planned.startMs);
    }
  }

  /** Back to simulating one by one: the arrivals to the first that nobody has looked at. */
  resume(nowMs: number): void {
    this.arrivals.seek(nowMs);
    if (this.arrivals.atMs === this.lastArrivalMs) this.arrivals.advance();
  }

  /**
   * The last of Poisson arrivals before an instant: on the axis of expected arrivals, an exponential
   * gap back from it.
   */
  drawLastBefore(atMs: number): number {
    this.lastHitRng ??= processStream(this.plan, this.planned, 'last-hit');
    const curve = this.plan.curves[this.planned.app]!;
    const gap = this.lastHitRng.exponential() * this.sharers;
    const place = curve.arrivalsUntil(atMs) - gap;
    return place <= 0 ? Number.NEGATIVE_INFINITY : curve.reachedAtMs(place);
  }

  /** What is at work after a skip, in which nobody watched. */
  takeUpWork(fromMs: number, toMs: number): void {
    this.atWorkRng ??= processStream(this.plan, this.planned, 'at-work');
    this.calm.drawAtWork({ fromMs, toMs }, this.atWorkRng, (untilMs) =>
      this.work.occupy(toMs, untilMs),
    );
  }

  /** Whether a request that comes now will not queue more than it always would. */
  isCalm(nowMs: number): boolean {
    return this.calm.isCalm(this.work.busyAt(nowMs), nowMs);
  }
}
