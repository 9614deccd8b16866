/**
 * The one table of what a report can be written as: `--report`, `sts-harness report` and
 * docs/ci.md go by it. Each is made from outcomes alone, or from a result document alone.
 */
import type { Result } from '../measure/result.ts';
import type { OutcomeReport } from '../verdict/outcome.ts';
import { outcomesOfResult } from '../verdict/result-outcomes.ts';
import { renderBencher, renderBenchmarkAction } from './benchmarks.ts';
import { renderAnnotations } from './github.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { renderTerminal } from './terminal.ts';
import { renderTimelineCsv } from './timeline-csv.ts';

export const OUTCOME_FORMATS = ['junit', 'markdown', 'github'] as const;
/** Of outcomes, whoever they come from: a run, a comparison, the checks of a client. */
export type OutcomeFormat = (typeof OUTCOME_FORMATS)[number];

export const RESULT_FORMATS = [
  ...OUTCOME_FORMATS,
  'text',
  'csv',
  'benchmark-action',
  'bencher',
] as const;
/** Of one run's result. */
export type ResultFormat = (typeof RESULT_FORMATS)[number];

export function renderOutcomes(format: OutcomeFormat, report: OutcomeReport): string {
  switch (format) {
    case 'junit':
      return renderJunit(report);
    case 'markdown':
      return renderMarkdown(report);
    case 'github':
      return renderAnnotations(report);
  }
}

/** `path`: where the result document is. */
export function renderResult(format: ResultFormat, result: Result, path: string): string {
  switch (format) {
    case 'text':
      return renderTerminal(result, { color: false, width: 100, resultPath: path });
    case 'csv':
      return renderTimelineCsv(result);
    case 'benchmark-action':
      return renderBenchmarkAction(result);
    case 'bencher':
      return renderBencher(result);
    default:
      return renderOutcomes(format, outcomesOfResult(result));
  }
}
