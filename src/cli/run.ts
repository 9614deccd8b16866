/** `sts-harness run [scenario]`. */
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { HarnessError } from '../kernel/errors.ts';
import { writeResult } from '../measure/result-file.ts';
import { runLive } from '../run/live/live-run.ts';
import { loadScenario } from '../scenario/load.ts';
import { exitCodeOf } from '../verdict/exit-code.ts';
import { judge, parseThresholds } from '../verdict/thresholds.ts';
import { wholeNumber } from './flags.ts';
import { listenForInterrupts } from './interrupts.ts';
import { scenariosDirectory, version } from './package-files.ts';
import { progressPrinter } from './progress-printer.ts';
import { printSummary } from './summary-printer.ts';

export interface RunFlags {
  readonly subject?: string;
  readonly seed?: string;
  readonly workers?: string;
  readonly pace: 'fast' | 'real';
  readonly out: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}
