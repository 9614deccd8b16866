/**
 * CPU time that the whole process used inside windows, as a share of what the machine could give.
 */
import { sharedMonotonicMs } from '../../kernel/real-clock.ts';
import type { Window } from '../../scenario/scenario.ts';

export class CpuMeter {
  private readonly cpus: number;
  private usedMs = 0;
  private elapsedMs = 0;
  private openAt: { usage: NodeJS.CpuUsage; atMs: number } | undefined;

  /** `at` calls back at an instant of virtual time. */
  constructor(
    windows: readonly Window[],
    at: (virtualMs: number, wake: () => void) => void,
    cpus: number,
  ) {
    this.cpus = cpus;
    for (const window of windows) {
      at(window.atMs, () => {
        this.openAt = { usage: process.cpuUsage(), atMs: sharedMonotonicMs() };
      });
      at(window.atMs + window.forMs, () => this.close());
    }
  }

  /** 0 to 1. */
  share(): number {
    this.close();
    return this.elapsedMs === 0 ? 0 : this.usedMs / (this.elapsedMs * this.cpus);
  }

  private close(): void {
    if (this.openAt === undefined) return;
    const { user, system } = process.cpuUsage(this.openAt.usage);
    this.usedMs += (user + system) / 1_000;
    this.elapsedMs += sharedMonotonicMs() - this.openAt.atMs;
    this.openAt = undefined;
  }
}
