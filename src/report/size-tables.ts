/** The longer tables of a sizing: what smaller quotas do, and the forecast. */
import { formatCount, formatDuration } from '../kernel/units.ts';
import type { CurvePoint, SizeReport } from '../sizing/size-report.ts';
import { SITUATION_TITLES } from '../sizing/size-titles.ts';
import { gridLines } from './grid.ts';
import type { Paint } from './paint.ts';

/** Of the reading that is asked for; the document and curve.csv have the other one. */
export function curveLines({ curve, readings }: SizeReport, paint: Paint): string[] {
  const scope = readings[0]?.scope;
  const points = curve.filter((point) => point.scope === scope);
  if (points.length === 0) return [];
  const head = [
    '',
    'quota',
    'runs that fail',
    'throttled calls',
    'stalled requests',
    'longest stall',
  ];
  return [
    '',
    paint('bold', `Smaller quotas, per ${scope} (calls and requests: mean of a few runs)`),
    ...gridLines(
      head,
      points.map((point, i) => curveCells(point, points[i - 1])),
      paint,
    ),
  ];
}

function curveCells(point: CurvePoint, before: CurvePoint | undefined) {
  const { situation, quotaPerSecond, failures } = point;
  return [
    situation === before?.situation ? '' : SITUATION_TITLES[situation],
    formatCount(quotaPerSecond),
    `${failures.count} of ${failures.of}`,
    formatCount(point.throttledMean),
    formatCount(point.stalledRequestsMean),
    formatDuration(1_000 * point.longestStallSecondsMax),
  ];
}

export function forecastLines({ forecast }: SizeReport, paint: Paint): string[] {
  if (forecast.length === 0) return [];
  const quota = (value: number | null) => (value === null ? 'none' : formatCount(value));
  const factor = (value: number) => `${value.toFixed(2)}x`;
  return [
    '',
    paint('bold', 'Forecast by month'),
    ...gridLines(
      ['month', 'users', 'hosts', 'processes', 'per account', 'per role'],
      forecast.map(({ month, users, hosts, processes, perAccountPerSecond, perRolePerSecond }) => [
        month === 0 ? 'now' : String(month),
        factor(users),
        factor(hosts),
        formatCount(processes),
        quota(perAccountPerSecond),
        quota(perRolePerSecond),
      ]),
      paint,
    ),
  ];
}
