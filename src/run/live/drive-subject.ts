/**
 * Replays the plan against one subject: mock thread, worker threads, shared zero, hops between
 * windows, and whatever may go wrong meanwhile. It always ends with what was measured: a thread that
 * dies, a mock that dies or a signal makes the result partial, never a hang.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { Timer } from '../../kernel/clock.ts';
import { armTimeout } from '../../kernel/real-clock.ts';
import type { CallLogExport } from '../../measure/call-log.ts';
import type { RunShape } from '../../measure/run-shape.ts';
import { appsWith, hasInstance, mockConfigOf } from '../../scenario/identities.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { CpuMeter, type CpuShares } from './cpu-meter.ts';
import { Hopper } from './hopper.ts';
import { type MockHandle, startMockThread } from './mock-handle.ts';
import type { FromShard, MockCounts, ShardReport, ShardTask, ToShard } from './protocol.ts';
import { driverEnvironment } from './real/environments.ts';
import type { RealSts } from './real/real-sts.ts';
import { newRunClockShare, RunClock } from './run-clock.ts';

/** From the start of the threads until virtual zero, at most: the clock is set to zero when all are ready. */
const SETUP_MAX_MS = 60_000;
/** All threads learn of zero before it comes. */
const LEAD_IN_MS = 20;
/** How long a stopped shard may take to answer before it is given up. */
const STOP_MAX_MS = 8_000;
const PROGRESS_MS = 1_000;

export interface DriveOptions {
  readonly scenario: Scenario;
  readonly subject: string | undefined;
  readonly runId: string;
  readonly shape: RunShape;
  readonly workers: number;
  /** In the place of a mock. */
  readonly real?: RealSts | undefined;
  /** Hop over gaps; otherwise full load all the time. */
  readonly fastForward: boolean;
  /** Aborted by a signal or by whoever runs this: stop and keep what there is. */
  readonly stop: AbortSignal;
  readonly onProgress: (progress: DriveProgress) => void;
  /** Each second, what was measured so far; it costs a copy of the call log. */
  readonly onLook?: ((sofar: Drive) => void) | undefined;
}

export interface DriveProgress {
  /** Virtual ms. */
  readonly nowMs: number;
  readonly reports: readonly ShardReport[];
  readonly counts: MockCounts;
}

export interface Drive {
  readonly reports: readonly ShardReport[];
  readonly calls: CallLogExport | undefined;
  /** Virtual ms that were covered. */
  readonly coveredMs: number;
  readonly hops: number;
  readonly cpu: CpuShares;
  /** What went wrong, one sentence each. */
  readonly incidents: readonly string[];
}

export async function driveSubject(options: DriveOptions): Promise<Drive> {
  const share = newRunClockShare();
  const clock = new RunClock(share);
  // On a whole second, so that seconds of the run are those in which a fixed window counts.
  const zeroAtMs = Math.ceil((clock.nowMs() + SETUP_MAX_MS) / 1_000) * 1_000;
  const startSts = options.real?.open.bind(options.real) ?? startMockThread;
  const mock = await startSts({
    config: mockConfigOf(options.scenario, { epochOfZeroMs: zeroAtMs, subject: options.subject }),
    clock: share,
    zeroAtMs,
    needs: {
      metadata: hasInstance(options.scenario),
      kms: appsWith(options.scenario, 'kms').length > 0,
      resource: options.scenario.apps.some(({ work }) => work.resource !== undefined),
    },
  });
  const pool = new Piscina({
    filename: new URL('./shard.js', import.meta.url).href,
    minThreads: options.workers,
    maxThreads: options.workers,
    concurrentTasksPerWorker: 1,
    atomics: 'disabled',
    ...(options.real === undefined ? {} : { env: driverEnvironment(process.env) }),
  });
  try {
    return await new Coordination(options, { clock, share, zeroAtMs, mock, pool }).run();
  } finally {
    await Promise.allSettled([pool.destroy(), mock.destroy()]);
  }
}

interface Threads {
  readonly clock: RunClock;
  readonly share: ReturnType<typeof newRunClockShare>;
  readonly zeroAtMs: number;
  readonly mock: MockHandle;
  readonly pool: Piscina;
}

class Coordination {
  private readonly options: DriveOptions;
  private readonly threads: Threads;
  private readonly ports: MessagePort[] = [];
  private readonly reports: (ShardReport | undefined)[];
  private readonly incidents: string[] = [];
  private readonly hopper: Hopper;
  private readonly cpu: CpuMeter;
  private readonly stopped = new AbortController();
  private ready = 0;
  private isLooking = false;

  constructor(options: DriveOptions, threads: Threads) {
    this.options = options;
    this.threads = threads;
    this.reports = Array.from({ length: options.workers });
    const at = (virtualMs: number, wake: () => void) =>
      void threads.clock.setTimer(virtualMs + threads.zeroAtMs, wake);
    this.cpu = new CpuMeter(options.shape.windows, at);
    this.hopper = new Hopper({
      shape: options.shape,
      shards: options.workers,
      nowMs: () => this.nowMs(),
      at,
      hop: (byMs) => this.hop(byMs),
    });
  }

  async run(): Promise<Drive> {
    const { options, threads } = this;
    const onStop = () => this.stop();
    options.stop.addEventListener('abort', onStop, { once: true });
    if (options.stop.aborted) this.stop();
    const sts = options.real === undefined ? 'the mock STS' : 'the gate to STS';
    void threads.mock.died.then((why) => this.fail(`${sts} died: ${why}`));
    const shards = Array.from({ length: options.workers }, (_, index) => this.startShard(index));
    const reporting = this.reportEachSecond();
    await this.untilDone(Promise.all(shards));
    reporting.cancel();
    options.stop.removeEventListener('abort', onStop);
    const coveredMs = this.coveredMs();
    const calls = await threads.mock.finish().catch(() => undefined);
    return {
      reports: this.reports.filter((report) => report !== undefined),
      calls,
      coveredMs,
      hops: this.hopper.hops,
      cpu: this.cpu.shares(),
      incidents: this.incidents,
    };
  }

  private async startShard(index: number): Promise<void> {
    const { port1, port2 } = new MessageChannel();
    this.ports.push(port1);
    port1.on('message', (message: FromShard) => this.heard(index, message));
    const { options, threads } = this;
    const task: ShardTask = {
      scenario: options.scenario,
      subject: options.subject,
      runId: options.runId,
      slice: { index, count: options.workers },
      shape: options.shape,
      continuous: !options.fastForward,
      clock: threads.share,
      zeroAtMs: threads.zeroAtMs,
      stsEndpoint: threads.mock.endpoint,
      stsCa: threads.mock.caPem,
      resourceEndpoint: threads.mock.resourceEndpoint,
      around: threads.mock.around,
      isReal: options.real !== undefined,
      port: port2,
    };
    try {
      this.reports[index] = (await threads.pool.run(task, {
        name: 'driveShard',
        transferList: [port2],
      })) as ShardReport;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.fail(`worker thread ${index + 1} of ${options.workers} died: ${why}`);
    }
    port1.close();
  }

  private heard(index: number, message: FromShard): void {
    if (message.kind === 'snapshot') {
      this.reports[index] = message.report;
    } else if (message.kind === 'settled') {
      this.hopper.settled(index, message.nextDueMs);
    } else {
      this.ready += 1;
      if (this.ready === this.options.workers) this.setZero();
    }
  }

  /** All are ready: the clock is moved to just before zero, and the run begins. */
  private setZero(): void {
    const leadMs = -this.nowMs() - LEAD_IN_MS;
    if (leadMs < 0) {
      this.fail(`the threads needed more than ${SETUP_MAX_MS / 1_000} s to start`);
      return;
    }
    void this.hop(leadMs).then(() => {
      if (this.options.fastForward && !this.stopped.signal.aborted) this.hopper.start();
    });
  }

  private async hop(byMs: number): Promise<void> {
    const toMs = this.nowMs() + byMs;
    await this.threads.mock.hop(toMs);
    // The way to the mock and back has taken some of it.
    this.threads.clock.advance(Math.max(0, toMs - this.nowMs()));
    this.tellShards({ kind: 'hop' });
  }

  private stop(): void {
    if (this.stopped.signal.aborted) return;
    this.hopper.stop();
    this.tellShards({ kind: 'stop' });
    this.stopped.abort();
  }

  private fail(incident: string): void {
    this.incidents.push(incident);
    this.stop();
  }

  private tellShards(message: ToShard): void {
    for (const port of this.ports) port.postMessage(message);
  }

  /** Waits for the shards; once stopped, no longer than they may take to answer. */
  private async untilDone(shards: Promise<unknown>): Promise<void> {
    const givenUp = new Promise<void>((resolve) => {
      this.stopped.signal.addEventListener('abort', () => {
        this.threads.clock.setTimer(this.threads.clock.nowMs() + STOP_MAX_MS, resolve);
      });
    });
    await Promise.race([shards, givenUp]);
  }

  private reportEachSecond(): { cancel: () => void } {
    let timer: Timer;
    const tick = () => {
      this.options.onProgress({
        nowMs: this.nowMs(),
        reports: this.reports.filter((report) => report !== undefined),
        counts: this.threads.mock.counts,
      });
      void this.look();
      timer = armTimeout(() => PROGRESS_MS, tick);
    };
    timer = armTimeout(() => PROGRESS_MS, tick);
    return { cancel: () => timer.cancel() };
  }

  /** One look at a time. A mock that died is told of by others. */
  private async look(): Promise<void> {
    const { onLook } = this.options;
    const coveredMs = this.coveredMs();
    if (onLook === undefined || this.isLooking || coveredMs === 0) return;
    this.isLooking = true;
    const reports = this.reports.filter((report) => report !== undefined);
    const calls = await this.threads.mock.calls().catch(() => undefined);
    this.isLooking = false;
    if (calls === undefined || this.stopped.signal.aborted) return;
    const cpu = { own: 0, machine: 0 };
    onLook({ reports, calls, coveredMs, hops: this.hopper.hops, cpu, incidents: [] });
  }

  private coveredMs(): number {
    return Math.max(0, Math.min(this.nowMs(), this.options.shape.endMs));
  }

  private nowMs(): number {
    return this.threads.clock.nowMs() - this.threads.zeroAtMs;
  }
}
