/** What every run ends with, live or virtual: the document, the summary, the reports, the exit code. */
import { refuseContradictions } from '../library/replay.ts';
import type { Result } from '../measure/result.ts';
import { resultText, writeResult } from '../measure/result-file.ts';
import { type ResultFormat, renderResult } from '../report/formats.ts';
import { exitCodeOf } from '../verdict/exit-code.ts';
import { outcomesOfResult } from '../verdict/result-outcomes.ts';
import type { Interrupts } from './interrupts.ts';
import { type ReportFile, tellGithub, writeReports } from './reports.ts';
import { summaryFor } from './summary.ts';

export interface Conclusion {
  readonly out: string;
  readonly json: boolean;
  readonly reports: readonly ReportFile<ResultFormat>[];
  readonly interrupts: Interrupts;
}

/** Gives the exit code. */
export async function conclude(result: Result, conclusion: Conclusion): Promise<number> {
  const file = await writeResult(result, conclusion.out);
  process.stdout.write(conclusion.json ? resultText(result) : summaryFor(result, file));
  await writeReports(conclusion.reports, (format) => renderResult(format, result, file));
  await tellGithub(outcomesOfResult(result));
  refuseContradictions(result, file);
  return exitCodeOf(result, conclusion.interrupts.signal());
}
