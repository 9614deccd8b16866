/**
 * Requests that were asked one by one: who waits for a credential, and what became of those who were
 * handed one or refused. Told to the recorder.
 */
import type { Effect } from '../../client/credential-cache.ts';
import type { SessionCredentials } from '../../kernel/sts/credentials.ts';
import type { Recorder } from '../../measure/recorder.ts';
import type { SimulatedClient, SimulatedProcess } from './fleet.ts';
import type { ResourceLine } from './resource-line.ts';
import { Waiters } from './waiters.ts';

/** Asks, and nobody waits for the answer. */
export const NOBODY = -1;

export class RequestDesk {
  private readonly waiters = new Waiters();
  private readonly processes: readonly SimulatedProcess[];
  private readonly recorder: Recorder;
  private readonly resources: ResourceLine;

  constructor(
    processes: readonly SimulatedProcess[],
    on: { readonly recorder: Recorder; readonly resources: ResourceLine },
  ) {
    this.processes = processes;
    this.recorder = on.recorder;
    this.resources = on.resources;
  }

  /** Waiting now. */
  get waiting(): number {
    return this.waiters.count;
  }

  /** Answered later than they asked, so far. */
  get stalled(): number {
    return this.waiters.stalled;
  }

  /** A request that waits until its cache names it in an effect; gives its number. */
  add(process: SimulatedProcess, client: SimulatedClient, nowMs: number): number {
    const waiter = this.waiters.add(process.planned.index, nowMs);
    process.waiting += 1;
    client.waiting += 1;
    return waiter;
  }

  answer(
    client: SimulatedClient,
    effect: Exclude<Effect, { kind: 'refresh' }>,
    nowMs: number,
  ): void {
    const { waiter } = effect;
    if (waiter === NOBODY) return;
    const process = this.processes[this.waiters.process(waiter)]!;
    const askedMs = this.waiters.asked(waiter);
    this.waiters.release(waiter);
    process.waiting -= 1;
    client.waiting -= 1;
    if (effect.kind === 'serve') {
      this.handOver(process, { askedMs, nowMs }, effect.credential);
      return;
    }
    const { app, index } = process.planned;
    if (askedMs < nowMs) this.waiters.stalled += 1;
    this.recorder.failed(app, index, askedMs, askedMs, nowMs, effect.failure.code);
  }

  handOver(
    process: SimulatedProcess,
    { askedMs, nowMs }: { readonly askedMs: number; readonly nowMs: number },
    credential: SessionCredentials,
  ): void {
    const { recorder } = this;
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

  /** At the end: those who wait still. */
  leave(): void {
    this.waiters.forEach((process, askedMs) => {
      this.recorder.inFlight(this.processes[process]!.planned.app, 1, askedMs);
    });
  }
}
