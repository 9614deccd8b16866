/**
 * One driver thread's share of a replay: its processes with their clients, the pacer that offers
 * them their requests, and the recorder. Hosts are striped over the shards, and each shard computes
 * its own part of the plan, so nothing is handed out and nothing can be lost.
 */
import { PerformanceObserver } from 'node:perf_hooks';
import type { MessagePort } from 'node:worker_threads';
import { armTimeout } from '../../kernel/real-clock.ts';
import { Recorder } from '../../measure/recorder.ts';
import { ArrivalMerge } from '../../scenario/arrival-merge.ts';
import { ArrivalStream } from '../../scenario/arrivals.ts';
import {
  type Plan,
  type PlannedProcess,
  planOf,
  processStream,
  sliceOf,
} from '../../scenario/plan.ts';
import { WorkQueue } from '../../scenario/work-queue.ts';
import { ClientFactory } from './client-factory.ts';
import { observeHttp } from './http-observer.ts';
import { breaches, forbidProcesses, limitOutbound } from './outbound.ts';
import { Pacer } from './pacer.ts';
import { ProcessSlot } from './process-slot.ts';
import type { FromShard, ShardReport, ShardTask, ToShard } from './protocol.ts';
import { Requester } from './requester.ts';
import { ResourceCalls } from './resource-calls.ts';
import { ResourceClient } from './resource-client.ts';
import { RunClock } from './run-clock.ts';
import { installRunDate } from './run-date.ts';

const SNAPSHOT_MS = 1_000;

/** The worker pool's task: replays the share and gives what it measured. */
export async function driveShard(task: ShardTask): Promise<ShardReport> {
  const shard = new Shard(task);
  return shard.run();
}

class Shard {
  private readonly task: ShardTask;
  /** The clients' timers are kept apart from the pacer's: a hop must know when theirs are due. */
  private readonly clientClock: RunClock;
  private readonly pacerClock: RunClock;
  private readonly recorder: Recorder;
  private readonly port: MessagePort;
  private readonly gc = observeGc();
  private pacer: Pacer | undefined;
  private slots: readonly ProcessSlot[] = [];
  private factory: ClientFactory | undefined;

  constructor(task: ShardTask) {
    this.task = task;
    this.port = task.port;
    this.clientClock = new RunClock(task.clock);
    this.pacerClock = new RunClock(task.clock);
    this.recorder = new Recorder(task.shape);
  }

  async run(): Promise<ShardReport> {
    const { task, recorder } = this;
    const { host: authority } = new URL(task.stsEndpoint);
    // Before any client is loaded.
    limitOutbound(task.isReal ? { kind: 'gate-alone', authority } : { kind: 'no-alibaba-cloud' });
    if (task.isReal) forbidProcesses();
    const factory = await ClientFactory.for(task, this.clientClock);
    this.factory = factory;
    if (factory.readsDate) installRunDate(this.clientClock);
    const plan = planOf(task.scenario, task.scenario.seed);
    const processes = sliceOf(plan, task.slice.index, task.slice.count);
    const resources =
      task.resourceEndpoint === ''
        ? undefined
        : new ResourceClient(task.resourceEndpoint, this.pacerClock);
    this.slots = processes.map(
      (process) =>
        new ProcessSlot(process, {
          work: workOf(plan, process),
          calls: resources && callsOf(plan, process, resources),
          arrivals: new ArrivalStream(plan, process),
          fastForward: factory.fastForwardOf(process.app),
        }),
    );
    const http = observeHttp(this.clientClock, authority, (call, latencyMs) =>
      recorder.assumeRole(
        factory.appOf(call.accessKeyId, call.roleArn),
        latencyMs,
        this.clientClock.nowMs() - task.zeroAtMs,
      ),
    );
    const requester = new Requester(this.pacerClock, task.zeroAtMs, recorder);
    await new Promise<void>((onEnd) => {
      this.pacer = new Pacer({
        clock: this.pacerClock,
        zeroAtMs: task.zeroAtMs,
        windows: task.continuous
          ? [{ name: 'continuous', atMs: 0, forMs: task.shape.endMs }]
          : task.shape.windows,
        slots: this.slots,
        arrivals: new ArrivalMerge(plan, processes),
        requester,
        recorder,
        startClient: (slot) => factory.start(slot),
        httpInFlight: http.inFlight,
        nextTimerMs: () => (this.clientClock.nextTimerAtMs ?? Infinity) - task.zeroAtMs,
        onSettled: (nextDueMs) => this.send({ kind: 'settled', nextDueMs }),
        onEnd,
      });
      this.listen(this.pacer);
      this.send({ kind: 'ready' });
      this.pacer.start();
    });
    for (const slot of this.slots) {
      requester.noteRemaining(slot);
      recorder.inFlight(slot.process.app, slot.pending);
    }
    requester.close();
    await Promise.all([factory.close(), resources?.close()]);
    http.stop();
    this.gc.stop();
    this.port.close();
    return this.report();
  }

  private listen(pacer: Pacer): void {
    this.port.on('message', (message: ToShard) => {
      if (message.kind === 'stop') return pacer.stop();
      this.clientClock.rearm();
      this.pacerClock.rearm();
    });
    const snapshotLater = () => {
      armTimeout(
        () => SNAPSHOT_MS,
        () => {
          this.send({ kind: 'snapshot', report: this.report() });
          snapshotLater();
        },
      ).unref();
    };
    snapshotLater();
  }

  private report(): ShardReport {
    return {
      snapshot: this.recorder.snapshot(),
      late: this.pacer?.late ?? 0,
      gcMs: this.gc.pausesMs,
      processes: this.slots.filter((slot) => slot.client !== undefined).length,
      refreshesInFlightMax: this.factory?.refreshesInFlightMax,
      breaches: [...breaches],
    };
  }

  private send(message: FromShard): void {
    this.port.postMessage(message);
  }
}

function workOf(plan: Plan, process: PlannedProcess): WorkQueue {
  const { concurrency, service } = plan.scenario.apps[process.app]!.work;
  return new WorkQueue(concurrency, service, processStream(plan, process, 'service'));
}

function callsOf(
  plan: Plan,
  process: PlannedProcess,
  client: ResourceClient,
): ResourceCalls | undefined {
  const { resource: action, concurrency } = plan.scenario.apps[process.app]!.work;
  return action && new ResourceCalls(client, { action, concurrency });
}

/** Garbage collection of this thread, in order to name it when requests start late. */
function observeGc(): { pausesMs: { longest: number; total: number }; stop: () => void } {
  const pausesMs = { longest: 0, total: 0 };
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      pausesMs.total += duration;
      pausesMs.longest = Math.max(pausesMs.longest, duration);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return { pausesMs, stop: () => observer.disconnect() };
}
