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
import type { CallLog } from '../../measure/call-log.ts';
import { Recorder } from '../../measure/recorder.ts';
import { Agenda, ANSWER, ARRIVAL, ERRAND, KINDS, SKIP_END, START, TIMER } from './agenda.ts';
import type { Later } from './caller-source.ts';
import { ClientCalls, NO_FLIGHT } from './client-calls.ts';
import { ClientMaker } from './client-maker.ts';
import { Errands } from './errands.ts';
import type { SimulatedClient, SimulatedProcess } from './fleet.ts';
import { NOBODY, RequestDesk } from './request-desk.ts';
import { ResourceLine } from './resource-line.ts';
import type { Simulated, SimulationParts } from './simulation-parts.ts';
import { SkippedRequests } from './skipped-requests.ts';
import { SourceMaker } from './source-maker.ts';
import { StsLine } from './sts-line.ts';
import { type WayParts, WayToSts } from './way-to-sts.ts';

/** How long requests may still wait for their answer at the end, as in the live run. */
const DRAIN_MS = 3_000;

export class Simulation {
  /** Virtual ms. */
  nowMs = 0;
  events = 0;
  private readonly parts: SimulationParts;
  private readonly endMs: number;
  private readonly queue = new EventQueue();
  private readonly agenda: Agenda;
  private readonly resources: ResourceLine;
  private readonly calls: CallLog;
  private readonly recorder: Recorder;
  private readonly skipped: SkippedRequests;
  private readonly maker: ClientMaker;
  private readonly clientCalls: ClientCalls;
  private readonly errands = new Errands();
  private readonly processes: readonly SimulatedProcess[];
  private readonly desk: RequestDesk;
  private started = 0;

  constructor(parts: SimulationParts) {
    const { plan, shape, subjects } = parts;
    this.parts = parts;
    this.endMs = shape.endMs;
    const sts = new StsLine(plan);
    this.resources = new ResourceLine(plan, parts.override, parts.hosted?.zeroAtMs ?? 0);
    this.calls = parts.hosted?.calls ?? sts.calls;
    if (parts.hosted !== undefined) {
      parts.hosted.onAdopted = (app, kept, issued) => this.resources.keep(app, kept, issued);
    }
    this.recorder = new Recorder(shape);
    this.skipped = new SkippedRequests(parts, this.recorder);
    const { queue, skipped, resources, recorder, perform } = this;
    this.agenda = new Agenda(parts, { queue, skipped, resources });
    const { agenda } = this;
    const later: Later = (atMs, run) => agenda.schedule(atMs, ERRAND, this.errands.add(run), 0);
    const onAnswer: WayParts['onAnswer'] = (app, latencyMs, nowMs) =>
      recorder.assumeRole(app, latencyMs, nowMs);
    const way = new WayToSts({ sts, later, onAnswer });
    const { config, secrets } = sts;
    const sources = new SourceMaker({ plan, config, secrets, later, way });
    this.maker = new ClientMaker(plan, subjects, sources);
    this.clientCalls = new ClientCalls({ sts, way, agenda, recorder, resources, perform });
    this.processes = plan.processes.map((planned) => this.maker.process(planned));
    this.desk = new RequestDesk(this.processes, { recorder, resources });
    for (const { planned } of this.processes) {
      if (planned.startMs < this.endMs) agenda.schedule(planned.startMs, START, planned.index, 0);
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
    this.desk.leave();
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
      refreshesInFlightMax: this.parts.hosted?.inFlightMax ?? this.clientCalls.inFlightMax,
      events: this.events,
    };
  }

  /** So far. */
  get counts(): { readonly calls: number; readonly stalled: number } {
    return { calls: this.calls.count, stalled: this.desk.stalled };
  }

  /** After the end, those who wait may still be answered; nothing else happens. */
  private isDraining(atMs: number): boolean {
    return this.desk.waiting > 0 && atMs <= this.endMs + DRAIN_MS;
  }

  private handle(what: number, stamp: number): void {
    const kind = what % KINDS;
    const index = (what - kind) / KINDS;
    if (kind === ARRIVAL) this.arrive(this.processes[index]!, stamp);
    else if (kind === ANSWER) this.clientCalls.land(index, this.nowMs);
    else if (kind === TIMER) this.fire(this.maker.clients[index]!, stamp);
    else if (kind === SKIP_END) this.wake(this.processes[index]!, stamp);
    else if (kind === ERRAND) this.errands.run(index, this.nowMs);
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
    if (isNew && client.subject.atStart === 'call') {
      this.clientCalls.begin(client, NO_FLIGHT, this.nowMs);
    }
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
      const at = { askedMs: this.nowMs, nowMs: this.nowMs };
      this.desk.handOver(process, at, client.cache.current!);
    } else {
      const waiter = this.desk.add(process, client, this.nowMs);
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

  private readonly perform = (client: SimulatedClient, effects: readonly Effect[]): void => {
    for (const effect of effects) {
      if (effect.kind === 'refresh') this.clientCalls.begin(client, effect.flight, this.nowMs);
      else this.desk.answer(client, effect, this.nowMs);
    }
  };
}
