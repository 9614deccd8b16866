/**
 * One subject's replay of a plan in virtual time: an event-driven loop over client caches, the STS
 * core and the recorder, all of which are the ones of the live run.
 *
 * What is skipped: while a cache is quiet, every request is a plain hit that changes nothing, so none
 * is drawn; the stretch is added to `PlainHits` and counted at the end. So the cost grows with
 * AssumeRole calls and with requests that stall, not with requests. Requests are simulated one by one
 * while their process has no quiet cache, and around that while it could queue: `calm.ts`.
 *
 * Virtual zero is the epoch; all instants are milliseconds from it. Everything that happens at one
 * instant happens in the order in which it was scheduled, so a simulation is the same each time.
 */
import type { Effect } from '../../client/credential-cache.ts';
import { EventQueue } from '../../kernel/event-queue.ts';
import type { SessionCredentials } from '../../kernel/sts/credentials.ts';
import type { CallLog, CallLogExport } from '../../measure/call-log.ts';
import { Recorder } from '../../measure/recorder.ts';
import type { RecorderSnapshot } from '../../measure/recorder-snapshot.ts';
import { Agenda, ANSWER, ARRIVAL, ERRAND, KINDS, SKIP_END, START, TIMER } from './agenda.ts';
import type { Later } from './caller-source.ts';
import { ClientMaker } from './client-maker.ts';
import type { SimulatedClient, SimulatedProcess } from './fleet.ts';
import { ResourceLine } from './resource-line.ts';
import type { SimulationParts } from './simulation-parts.ts';
import { SkippedRequests } from './skipped-requests.ts';
import { SourceMaker } from './source-maker.ts';
import { type Answer, StsLine } from './sts-line.ts';
import { Waiters } from './waiters.ts';
import { WayToSts } from './way-to-sts.ts';

export interface Simulated {
  readonly recorded: RecorderSnapshot;
  readonly calls: CallLogExport;
  readonly coveredMs: number;
  readonly processes: number;
  readonly refreshesInFlightMax: number;
  /** Events that were worked through: what a simulation's cost is made of. */
  readonly events: number;
}

/** Asks, and nobody waits for the answer. */
const NOBODY = -1;
/** A call whose answer no cache wants. */
const NO_FLIGHT = -1;
/** How long requests may still wait for their answer at the end, as in the live run. */
const DRAIN_MS = 3_000;

interface Flight {
  readonly client: SimulatedClient;
  readonly flight: number;
  readonly sentAtMs: number;
  readonly answer: Answer;
}

export class Simulation {
  /** Virtual ms. */
  nowMs = 0;
  events = 0;
  private readonly parts: SimulationParts;
  private readonly endMs: number;
  private readonly queue = new EventQueue();
  private readonly agenda: Agenda;
  private readonly sts: StsLine;
  private readonly resources: ResourceLine;
  private readonly calls: CallLog;
  private readonly recorder: Recorder;
  private readonly skipped: SkippedRequests;
  private readonly waiters = new Waiters();
  private readonly maker: ClientMaker;
  private readonly way: WayToSts;
  private readonly errands: (((nowMs: number) => void) | undefined)[] = [];
  private readonly freeErrands: number[] = [];
  private readonly processes: readonly SimulatedProcess[];
  private readonly flights: (Flight | undefined)[] = [];
  private readonly freeFlights: number[] = [];
  private started = 0;
  private inFlightMax = 0;

  constructor(parts: SimulationParts) {
    const { plan, shape, subjects } = parts;
    this.parts = parts;
    this.endMs = shape.endMs;
    this.sts = new StsLine(plan);
    this.resources = new ResourceLine(plan, parts.override, parts.hosted?.zeroAtMs ?? 0);
    this.calls = parts.hosted?.calls ?? this.sts.calls;
    if (parts.hosted !== undefined) {
      parts.hosted.onAdopted = (app, kept, issued) => this.resources.keep(app, kept, issued);
    }
    this.recorder = new Recorder(shape);
    this.skipped = new SkippedRequests(parts, this.recorder);
    const { queue, skipped, resources } = this;
    this.agenda = new Agenda(parts, { queue, skipped, resources });
    const later: Later = (atMs, run) => this.putOff(atMs, run);
    this.way = new WayToSts({
      sts: this.sts,
      later,
      onAnswer: (app, latencyMs, nowMs) => this.recorder.assumeRole(app, latencyMs, nowMs),
    });
    const { config, secrets } = this.sts;
    const sources = new SourceMaker({ plan, config, secrets, later, way: this.way });
    this.maker = new ClientMaker(plan, subjects, sources);
    this.processes = plan.processes.map((planned) => this.maker.process(planned));
    for (const { planned } of this.processes) {
      if (planned.startMs < this.endMs)
        this.agenda.schedule(planned.startMs, START, planned.index, 0);
    }
  }

  /** Works through at most so many events, and none from `pauseMs` on; false once the end is reached. */
  advance(eventsMax: number, pauseMs = Number.POSITIVE_INFINITY): boolean {
    const { queue } = this;
    const { hosted } = this.parts;
    this.takeHosted();
    for (let left = eventsMax; left > 0; left -= 1) {
      if (hosted?.isUnsettled) return true;
      const atMs = queue.nextAtMs;
      if (pauseMs < this.endMs && atMs >= pauseMs) {
        this.nowMs = pauseMs;
        return true;
      }
      if (atMs >= this.endMs && !this.isDraining(atMs)) {
        this.nowMs = this.endMs;
        return false;
      }
      queue.pop();
      this.nowMs = queue.atMs;
      this.events += 1;
      hosted?.moveTo(this.nowMs);
      this.handle(queue.what, queue.stamp);
      if (hosted !== undefined) this.takeHosted();
    }
    return true;
  }

  /** Ends it here, and gives what was measured. */
  finish(): Simulated {
    const coveredMs = Math.min(this.nowMs, this.endMs);
    for (const process of this.processes) this.agenda.endSkip(process, coveredMs);
    this.waiters.forEach((process, askedMs) => {
      this.recorder.inFlight(this.processes[process]!.planned.app, 1, askedMs);
    });
    this.skipped.drawInto();
    return this.look();
  }

  /**
   * What was measured until now, without the requests that are skipped: they are counted at the end.
   * So calls and stalls are all there, while requests and their latencies lag behind.
   */
  look(): Simulated {
    return {
      recorded: this.recorder.snapshot(),
      calls: this.calls.export(),
      coveredMs: Math.min(this.nowMs, this.endMs),
      processes: this.started,
      refreshesInFlightMax: this.parts.hosted?.inFlightMax ?? this.inFlightMax,
      events: this.events,
    };
  }

  /** So far. */
  get counts(): { readonly calls: number; readonly stalled: number } {
    return { calls: this.calls.count, stalled: this.waiters.stalled };
  }

  /** After the end, those who wait may still be answered; nothing else happens. */
  private isDraining(atMs: number): boolean {
    return this.waiters.count > 0 && atMs <= this.endMs + DRAIN_MS;
  }

  private handle(what: number, stamp: number): void {
    const kind = what % KINDS;
    const index = (what - kind) / KINDS;
    if (kind === ARRIVAL) this.arrive(this.processes[index]!, stamp);
    else if (kind === ANSWER) this.land(index);
    else if (kind === TIMER) this.fire(this.maker.clients[index]!, stamp);
    else if (kind === SKIP_END) this.wake(this.processes[index]!, stamp);
    else if (kind === ERRAND) this.runErrand(index);
    else this.start(this.processes[index]!);
  }

  /** What real clients did beside the event that was theirs. */
  private takeHosted(): void {
    const { hosted } = this.parts;
    hosted?.takeMoved((index) => {
      const client = this.maker.clients[index]!;
      this.perform(client, client.cache.timer(this.nowMs));
      this.agenda.settle(client, this.nowMs);
    });
    hosted?.takeAnswered((index, latencyMs, atMs) => {
      this.recorder.assumeRole(this.maker.clients[index]?.app ?? 0, latencyMs, atMs);
    });
  }

  private start(process: SimulatedProcess): void {
    const { client, isNew } = this.maker.clientFor(process);
    this.started += 1;
    if (isNew && client.subject.atStart === 'call') this.call(client, NO_FLIGHT);
    if (isNew && client.subject.atStart === 'warm-up') {
      this.perform(client, client.cache.request(this.nowMs, NOBODY));
    }
    this.agenda.settle(client, this.nowMs);
  }

  private arrive(process: SimulatedProcess, stamp: number): void {
    if (stamp !== process.stamp || this.nowMs >= this.endMs) return;
    const client = process.client!;
    process.hasArrivalPending = false;
    const isQuiet = this.nowMs < client.cache.quietUntilMs;
    if (isQuiet && this.parts.skipsAhead) {
      this.handOver(process, this.nowMs, client.cache.current!);
    } else {
      const waiter = this.waiters.add(process.planned.index, this.nowMs);
      process.waiting += 1;
      client.waiting += 1;
      this.perform(client, client.cache.request(this.nowMs, waiter));
    }
    process.lastArrivalMs = this.nowMs;
    process.nextNumber += 1;
    process.arrivals.advance();
    if (isQuiet) this.agenda.settleProcess(client, process, this.nowMs);
    else this.agenda.settle(client, this.nowMs);
  }

  private wake(process: SimulatedProcess, stamp: number): void {
    if (stamp !== process.stamp || process.skip === undefined) return;
    this.agenda.settleProcess(process.client!, process, this.nowMs);
  }

  private fire(client: SimulatedClient, stamp: number): void {
    const isLate = this.nowMs >= this.endMs && client.waiting === 0;
    if (stamp !== client.timerStamp || isLate) return;
    client.timerAtMs = Number.POSITIVE_INFINITY;
    const effects = client.cache.timer(this.nowMs);
    this.perform(client, effects);
    const { timerAtMs } = client.cache;
    const isIdle = effects.length === 0 && this.parts.hosted === undefined;
    if (isIdle && timerAtMs !== undefined && timerAtMs <= this.nowMs) {
      throw new Error(`${client.subject.name}: its timer at ${timerAtMs} ms changes nothing`);
    }
    this.agenda.settle(client, this.nowMs);
  }

  private land(slot: number): void {
    const { client, flight, sentAtMs, answer } = this.flights[slot]!;
    this.flights[slot] = undefined;
    this.freeFlights.push(slot);
    this.recorder.assumeRole(client.app, answer.latencyMs, this.nowMs);
    this.answered(client, flight, answer, sentAtMs);
  }

  private answered(
    client: SimulatedClient,
    flight: number,
    answer: Answer,
    sentAtMs: number,
  ): void {
    if (flight === NO_FLIGHT) return;
    client.inFlight -= 1;
    const { cache, subject, caller } = client;
    if (answer.credential === undefined) {
      this.perform(client, cache.refreshFailed(this.nowMs, flight, answer.failure!));
    } else {
      const { durationSeconds } = caller.request;
      const times = {
        sentAtMs,
        answeredAtMs: this.nowMs,
        durationSeconds,
        clockOffsetMs: answer.clockOffsetMs,
      };
      const credential = subject.receive?.(answer.credential, times) ?? answer.credential;
      this.resources.keep(client.app, credential, answer.credential);
      this.perform(client, cache.refreshSucceeded(this.nowMs, flight, credential));
    }
    this.agenda.settle(client, this.nowMs);
  }

  private call(client: SimulatedClient, flight: number): void {
    if (flight !== NO_FLIGHT) {
      client.inFlight += 1;
      if (client.inFlight > this.inFlightMax) this.inFlightMax = client.inFlight;
    }
    if (client.source !== undefined) {
      const { app, caller, source, subject } = client;
      const journey = { app, call: caller, source, repeats: subject.source !== 'at-start' };
      this.way.begin(journey, this.nowMs, (_, answer, sentAtMs) =>
        this.answered(client, flight, answer, sentAtMs),
      );
      return;
    }
    const answer = this.sts.call(client.caller, this.nowMs);
    const slot = this.freeFlights.pop() ?? this.flights.length;
    this.flights[slot] = { client, flight, sentAtMs: this.nowMs, answer };
    this.agenda.schedule(this.nowMs + answer.latencyMs, ANSWER, slot, 0);
  }

  private putOff(atMs: number, run: (nowMs: number) => void): void {
    const slot = this.freeErrands.pop() ?? this.errands.length;
    this.errands[slot] = run;
    this.agenda.schedule(atMs, ERRAND, slot, 0);
  }

  private runErrand(slot: number): void {
    const run = this.errands[slot]!;
    this.errands[slot] = undefined;
    this.freeErrands.push(slot);
    run(this.nowMs);
  }

  private perform(client: SimulatedClient, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'refresh') {
        this.call(client, effect.flight);
      } else if (effect.waiter !== NOBODY) {
        const process = this.processes[this.waiters.process(effect.waiter)]!;
        const askedMs = this.waiters.asked(effect.waiter);
        this.waiters.release(effect.waiter);
        process.waiting -= 1;
        client.waiting -= 1;
        if (effect.kind === 'serve') this.handOver(process, askedMs, effect.credential);
        else this.refuse(process, askedMs, effect.failure.code);
      }
    }
  }

  private handOver(
    process: SimulatedProcess,
    askedMs: number,
    credential: SessionCredentials,
  ): void {
    const { nowMs, recorder } = this;
    const { app, index } = process.planned;
    const hasWaited = askedMs < nowMs;
    if (hasWaited) {
      this.waiters.stalled += 1;
      recorder.waited(app, index, askedMs, nowMs);
    }
    const beginMs = process.work.beginsAtMs(nowMs);
    const { refusal } = this.resources.standing(app, credential, beginMs);
    // A refused call takes no time, and leaves its place to the next one.
    if (refusal !== undefined) recorder.refused(app, askedMs, askedMs, beginMs, refusal);
    else {
      const endMs = process.work.start(nowMs);
      if (hasWaited) recorder.served(app, askedMs, askedMs, nowMs, endMs);
      else recorder.hit(app, nowMs, nowMs, endMs);
    }
    const { expiresAtMs } = credential;
    if (expiresAtMs < Infinity) recorder.credential(app, expiresAtMs - nowMs, nowMs);
  }

  private refuse(process: SimulatedProcess, askedMs: number, code: string): void {
    const { app, index } = process.planned;
    if (askedMs < this.nowMs) this.waiters.stalled += 1;
    this.recorder.failed(app, index, askedMs, askedMs, this.nowMs, code);
  }
}
