/** The two tables of a size document that are drawn elsewhere, as CSV (RFC 4180). */
import type { CurvePoint, SizeReport } from '../sizing/size-report.ts';
import { csvText } from './csv.ts';

const HARM = [
  'throttledMean',
  'stalledRequestsMean',
  'stalledSecondsMean',
  'longestStallSecondsMax',
  'failedRequestsMean',
] as const satisfies readonly (keyof CurvePoint)[];

/** Quota against throttles and stalls. */
export function renderCurveCsv({ curve }: SizeReport): string {
  const head = ['scope', 'situation', 'limiter', 'quotaPerSecond', 'failedRuns', 'runs', ...HARM];
  const rows = curve.map((point) => [
    point.scope,
    point.situation,
    point.limiter,
    String(point.quotaPerSecond),
    String(point.failures.count),
    String(point.failures.of),
    ...HARM.map((name) => String(point[name])),
  ]);
  return csvText([head, ...rows]);
}

/** The busiest second of each minute, for overlay on a graph of CloudMonitor. */
export function renderUsageCsv({ usage }: SizeReport): string {
  const head = ['scope', 'key', 'at', 'medianPerSecond', 'maxPerSecond'];
  const rows = usage.flatMap(({ scope, key, minutes }) =>
    minutes.map(({ at, medianPerSecond, maxPerSecond }) => [
      scope,
      key,
      String(at),
      String(medianPerSecond),
      String(maxPerSecond),
    ]),
  );
  return csvText([head, ...rows]);
}
