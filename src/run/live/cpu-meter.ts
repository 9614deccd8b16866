/**
 * How busy the machine was inside windows, and how much of that was this process: a generator that
 * shares its cores with other programs measures them too.
 */
import { cpus } from 'node:os';
import { sharedMonotonicMs } from '../../kernel/real-clock.ts';
import type { Window } from '../../scenario/scenario.ts';

/** Shares of what all cores could give, 0 to 1. */
export interface CpuShares {
  readonly own: number;
  readonly machine: number;
}

interface Reading {
  readonly ownMs: number;
  readonly busyMs: number;
  readonly atMs: number;
}

export class CpuMeter {
  private readonly cores = cpus().length;
  private ownMs = 0;
  private busyMs = 0;
  private elapsedMs = 0;
  private opened: Reading | undefined;

  /** `at` calls back at an instant of virtual time. */
  constructor(windows: readonly Window[], at: (virtualMs: number, wake: () => void) => void) {
    for (const window of windows) {
      at(window.atMs, () => {
        this.opened = read();
      });
      at(window.atMs + window.forMs, () => this.close());
    }
  }

  shares(): CpuShares {
    this.close();
    if (this.elapsedMs === 0) return { own: 0, machine: 0 };
    const availableMs = this.elapsedMs * this.cores;
    return {
      own: Math.min(1, this.ownMs / availableMs),
      machine: Math.min(1, this.busyMs / availableMs),
    };
  }

  private close(): void {
    if (this.opened === undefined) return;
    const now = read();
    this.ownMs += now.ownMs - this.opened.ownMs;
    this.busyMs += now.busyMs - this.opened.busyMs;
    this.elapsedMs += now.atMs - this.opened.atMs;
    this.opened = undefined;
  }
}

function read(): Reading {
  const { user, system } = process.cpuUsage();
  let busyMs = 0;
  for (const { times } of cpus()) busyMs += times.user + times.nice + times.sys + times.irq;
  return { ownMs: (user + system) / 1_000, busyMs, atMs: sharedMonotonicMs() };
}
