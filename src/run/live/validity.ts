/**
 * Whether a subject's figures say anything about the subject: a generator that could not keep to
 * its plan measured itself.
 */

/** Share of the requests in windows that may start late or not at all. */
export const SHORTFALL_MAX = 0.01;

export interface ValidityEvidence {
  /** Requests due inside windows. */
  readonly offered: number;
  readonly late: number;
  readonly notStarted: number;
  /** CPU time of the process over the windows, as a share of what the machine has. */
  readonly cpuShare: number;
  readonly cpus: number;
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
  const { cpuShare, cpus, workers, gcTotalMs, gcLongestMs, windowsMs } = evidence;
  if (gcTotalMs > 0.1 * windowsMs * workers) {
    return `garbage collection took ${Math.round(gcTotalMs)} ms in all, ${Math.round(gcLongestMs)} ms at once`;
  }
  if (cpuShare > 0.85) {
    return `the machine's ${cpus} cores were ${Math.round(100 * cpuShare)} % busy`;
  }
  if (workers < cpus) {
    return `${workers} worker thread${workers === 1 ? ' was' : 's were'} too few while the machine had ${Math.round(100 * (1 - cpuShare))} % to spare (--workers)`;
  }
  return `the worker threads were held up for up to ${Math.round(gcLongestMs)} ms by garbage collection, or by other programs on this machine`;
}
