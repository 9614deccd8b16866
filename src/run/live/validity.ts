/**
 * Whether a subject's figures say anything about the subject: a generator that could not keep to
 * its plan measured itself.
 */

import type { CpuShares } from './cpu-meter.ts';

/** Share of the requests in windows that may start late or not at all. */
export const SHORTFALL_MAX = 0.01;

export interface ValidityEvidence {
  /** Requests due inside windows. */
  readonly offered: number;
  readonly late: number;
  readonly notStarted: number;
  readonly cpu: CpuShares;
  readonly cores: number;
  readonly workers: number;
  readonly gcLongestMs: number;
  readonly gcTotalMs: number;
  readonly windowsMs: number;
  /** Threads lost, signals: whatever else spoilt the run. */
  readonly incidents: readonly string[];
}

export interface ValidityFinding {
  readonly ok: boolean;
  readonly reasons: readonly string[];
  readonly shortfall: number;
}

export function assess(evidence: ValidityEvidence): ValidityFinding {
  const missed = evidence.late + evidence.notStarted;
  const shortfall = evidence.offered === 0 ? 0 : missed / evidence.offered;
  const reasons = [...evidence.incidents];
  if (shortfall > SHORTFALL_MAX) {
    const share = (100 * shortfall).toFixed(shortfall < 0.1 ? 1 : 0);
    reasons.push(
      `${share} % of the requests could not be started in time (tolerance ${100 * SHORTFALL_MAX} %): ${cause(evidence)}`,
    );
  }
  return { ok: reasons.length === 0, reasons, shortfall };
}

function cause(evidence: ValidityEvidence): string {
  const { cpu, cores, workers, gcTotalMs, gcLongestMs, windowsMs } = evidence;
  if (cpu.machine > 0.85) {
    const others = cpu.machine - cpu.own;
    const byOthers = others > 0.1 ? `, ${percent(others)} by other programs` : '';
    return `the machine's ${cores} cores were ${percent(cpu.machine)} busy${byOthers}`;
  }
  if (gcTotalMs > 0.1 * windowsMs * workers) {
    return `garbage collection took ${Math.round(gcTotalMs)} ms in all, ${Math.round(gcLongestMs)} ms at once`;
  }
  if (workers < cores) {
    const threads = workers === 1 ? '1 worker thread was' : `${workers} worker threads were`;
    return `${threads} too few while the machine was ${percent(1 - cpu.machine)} idle (--workers)`;
  }
  return `the worker threads were held up; the longest garbage collection took ${Math.round(gcLongestMs)} ms`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
