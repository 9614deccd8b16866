/**
 * A caller of a trail as an app that calls when it called: a client without a cache makes one call for
 * each request, and its requests come as its calls were recorded. Nothing is inferred.
 */
import { formatSecondSeries } from '../../kernel/second-series.ts';
import type { InferredCaller } from '../infer/inferred.ts';
import { type AppTerms, type AppText, headLines } from './app-text.ts';
import { seriesLines } from './background-text.ts';
import { boundedSession } from './client-terms.ts';

/** Undefined where its calls take more text than is left. */
export function recordedAppText(
  caller: InferredCaller,
  terms: AppTerms,
  lengthMax: number,
): (AppText & { readonly length: number }) | undefined {
  const series = formatSecondSeries(Array.from(terms.calls));
  if (series.length > lengthMax) return undefined;
  return {
    processes: 1,
    length: series.length,
    lines: [
      ...headLines(caller, terms, ['its calls as recorded, second by second; nothing is inferred']),
      `    sessionDuration: ${boundedSession(caller.lifetimeSeconds)}s`,
      '    hosts: 1',
      '    start: { mode: together, within: 0s }',
      '    client: uncached',
      '    load:',
      ...seriesLines(series, '      '),
    ],
  };
}
