/** The size document for a terminal: the answer first, then what it rests on. */
import { formatCount, formatDuration } from '../kernel/units.ts';
import type { Need, Reading, SizeReport } from '../sizing/size-report.ts';
import { LIMITER_TITLES, SITUATION_TITLES } from '../sizing/size-titles.ts';
import { type GridCell, gridLines } from './grid.ts';
import { wrapped } from './lines.ts';
import { measureLines } from './measure-lines.ts';
import { type Paint, painter, plain, type Tone } from './paint.ts';
import { curveLines, forecastLines } from './size-tables.ts';

export interface SizeLook {
  readonly color: boolean;
  readonly width: number;
  /** Where document and CSV files are. */
  readonly folder: string;
}

const INDENT = '  ';
/** Of the keys by themselves; the document has all. */
const KEYS_MAX = 8;

export function sizeText(report: SizeReport, { color, width, folder }: SizeLook): string {
  const paint = painter(color);
  const fold = (text: string, indent = '') => wrapped(text, width - INDENT.length, indent);
  const lines = [
    ...report.readings.slice(0, 1).flatMap((reading) => answerLines(report, reading, paint, fold)),
    '',
    ...fold(plain(report.question)).map((line) => paint('dim', line)),
    ...fold(setupText(report)).map((line) => paint('dim', line)),
    ...report.readings.flatMap((reading, i) => readingLines(report, reading, i, { paint, fold })),
    ...curveLines(report, paint),
    ...forecastLines(report, paint),
    ...(report.measures === undefined ? [] : measureLines(report.measures, paint, width)),
    '',
    ...situationLines(report, fold).map((line) => paint('dim', line)),
    ...report.assumptions
      .flatMap((text) => fold(`Assumed: ${text}`, '  '))
      .map((line) => paint('dim', line)),
    '',
    `Document and tables: ${folder}/size.json, curve.csv, usage.csv`,
  ];
  return `${lines.join('\n')}\n`;
}

/** The progress line. */
export function sizeLine(state: { stage: string; done: number; planned: number }): string {
  return `${state.stage} · ${formatCount(state.done)} of about ${formatCount(state.planned)} simulations`;
}

type Fold = (text: string, indent?: string) => string[];

function answerLines(report: SizeReport, reading: Reading, paint: Paint, fold: Fold): string[] {
  const { quotaPerSecond, situation, limiter, presentPerSecond, suffices } = reading;
  const name = plain(report.scenario);
  if (situation === null || limiter === null) return fold(`${name}: there is nothing to size.`);
  if (quotaPerSecond === null) {
    const need = reading.situations.find((each) => each.situation === situation)!;
    return [
      ...fold(`${name}: no quota is enough (${SITUATION_TITLES[situation]}).`).map((line) =>
        paint('bad', line),
      ),
      ...fold(need.reason ?? ''),
    ];
  }
  const [account, region] = report.callerAccount.split('/');
  const whose =
    reading.scope === 'account'
      ? `for the calls of account ${plain(account!)} in ${plain(region!)}`
      : 'for each role';
  const present =
    presentPerSecond === null
      ? 'The scenario has no quota of that kind.'
      : `The present ${formatCount(presentPerSecond)} ${suffices ? 'is enough' : 'is too small'}.`;
  return [
    ...fold(
      `${name} needs a quota of ${formatCount(quotaPerSecond)} AssumeRole calls a second ${whose}.`,
    ).map((line) => paint('bold', line)),
    ...fold(
      `${present} The ${SITUATION_TITLES[situation]} decides it, with ${LIMITER_TITLES[limiter]}.`,
    ).map((line) => paint(suffices === false ? 'bad' : suffices ? 'good' : undefined, line)),
  ];
}

function setupText(report: SizeReport): string {
  const { subject, processes, roles, replications, seed, scale, objective } = report;
  const grown =
    scale.users === 1 && scale.hosts === 1
      ? ''
      : `, scaled: users ${scale.users}x, hosts ${scale.hosts}x`;
  const wanted = objective.isDefault
    ? 'no throttled call, and no stall after the start that comes of the quota'
    : objective.expressions.map(plain).join(', ');
  return `${formatCount(processes)} processes of ${plain(subject)}, ${counted(roles, 'role')}${grown}; ${counted(replications, 'run')} of each situation, seed ${seed}. Wanted: ${wanted}.`;
}

function counted(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
}

function readingLines(
  report: SizeReport,
  reading: Reading,
  index: number,
  { paint, fold }: { readonly paint: Paint; readonly fold: Fold },
): string[] {
  const title =
    reading.scope === 'account'
      ? 'Quota per account (caller’s account, region and API: what Alibaba Cloud documents)'
      : 'Quota per role (the other reading, for plans that count so)';
  const first = report.readings[0]!;
  if (index > 0 && isSame(first, reading)) {
    return ['', paint('bold', title), '  the same: one role is called from one account'];
  }
  const head = [
    '',
    'quota',
    'fixed',
    'sliding',
    'bucket',
    'formula (residual)',
    'fails at most',
    'tried again',
  ];
  return [
    '',
    paint('bold', title),
    ...gridLines(head, reading.situations.map(needCells), paint),
    ...reading.situations
      .flatMap(noteLines)
      .flatMap((note) => fold(note, INDENT).map((line) => `${INDENT}${line}`)),
    ...keyLines(reading),
  ];
}

function isSame(first: Reading, second: Reading): boolean {
  const figures = (reading: Reading) =>
    JSON.stringify(reading.situations.map(({ byLimiter, spread }) => [byLimiter, spread]));
  return first.keys.length <= 1 && second.keys.length <= 1 && figures(first) === figures(second);
}

function needCells(need: Need): GridCell[] {
  const { byLimiter, closedForm, failures, fresh } = need;
  const quota = (value: number | null): GridCell => ({
    text: value === null ? 'none' : formatCount(value),
  });
  const residual = closedForm === null ? '' : ` (${percent(closedForm.residual, true)})`;
  const again: Tone | undefined =
    fresh !== null && fresh.count / fresh.of > failures.chanceMax ? 'warn' : undefined;
  return [
    { text: SITUATION_TITLES[need.situation] },
    { ...quota(need.quotaPerSecond), tone: need.quotaPerSecond === null ? 'bad' : 'bold' },
    quota(byLimiter['fixed-window']),
    quota(byLimiter['sliding-window']),
    quota(byLimiter['token-bucket']),
    {
      text:
        closedForm === null
          ? '–'
          : `${formatCount(Math.round(closedForm.quotaPerSecond))}${residual}`,
    },
    { text: need.quotaPerSecond === null ? '–' : `${percent(failures.chanceMax)} of runs` },
    { text: fresh === null ? '–' : `${fresh.of - fresh.count} of ${fresh.of} held`, tone: again },
  ];
}

function noteLines({ situation, reason, isMonotone }: Need): string[] {
  const notes = [
    ...(reason === null ? [] : [reason]),
    ...(isMonotone
      ? []
      : ['A larger quota than the smallest that held was seen to fail: look at the curve.']),
  ];
  return notes.map((note) => `${SITUATION_TITLES[situation]}: ${note}`);
}

/** What each needs by itself, where there are several. */
function keyLines({ scope, keys }: Reading): string[] {
  if (keys.length < 2) return [];
  const what = scope === 'account' ? 'account' : 'role';
  const shown = keys
    .slice(0, KEYS_MAX)
    .map(({ key, quotaPerSecond }) => [
      plain(key),
      quotaPerSecond === null ? 'none' : formatCount(quotaPerSecond),
    ]);
  const more = keys.length - shown.length;
  return [
    ...gridLines([`each ${what} by itself, so that none of its calls is throttled`, ''], shown),
    ...(more > 0 ? [`  and ${formatCount(more)} more`] : []),
  ];
}

function situationLines({ situations }: SizeReport, fold: Fold): string[] {
  return situations.flatMap(({ name, derivation, fromSeconds, toSeconds, applies }) => {
    const span = applies
      ? ` Judged from ${formatDuration(1_000 * fromSeconds)} to ${formatDuration(1_000 * toSeconds)}.`
      : '';
    return fold(`${SITUATION_TITLES[name]}: ${derivation}${span}`, '  ');
  });
}

function percent(share: number, isSigned = false): string {
  const value = Math.round(1_000 * share) / 10;
  return `${isSigned && value > 0 ? '+' : ''}${value === 0 ? 0 : value} %`;
}
