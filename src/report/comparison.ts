/**
 * The subjects' figures side by side, the one under test first. Rows that say nothing of any subject
 * (no error, no request left over) are left out.
 */
import { formatCount, formatDuration } from '../kernel/units.ts';
import type { SubjectResult, Totals } from '../measure/result.ts';
import { PHASES, type PhaseName } from '../measure/run-shape.ts';
import { callRows, errorRows, quotaRows } from './call-rows.ts';
import type { Subjects } from './figures.ts';
import {
  countRow,
  durationRow,
  exactRow,
  figure,
  LISTED_MAX,
  latencyRow,
  NOTHING,
  row,
  section,
} from './figures.ts';
import { boundsText, percent } from './headline.ts';
import { plain } from './paint.ts';
import type { Table, TableCell, TableRow } from './table.ts';

/** A dip of this share and more is shown as a warning. */
const DEEP_DIP = 0.05;

export function comparisonOf(subjects: Subjects): Table {
  return {
    columns: subjects.map((subject, index) => {
      const bounds = boundsText(subject);
      const notes = [
        index === 0 ? 'under test' : '',
        isWindowsOnly(subject, subjects) ? 'windows only' : '',
        bounds ?? '',
      ].filter((note) => note !== '');
      return {
        title: plain(subject.name),
        note: { text: notes.join('\n'), tone: bounds === undefined ? 'dim' : 'warn' },
      };
    }),
    rows: [
      section('Requests'),
      ...exactRow('offered', subjects, ({ totals }) => totals.requests.offered),
      countRow('completed', subjects, ({ totals }) => totals.requests.completed),
      countRow('failed', subjects, ({ totals }) => totals.requests.failed, 'bad'),
      ...exactRow('unanswered at the end', subjects, ({ totals }) => totals.requests.inFlight),
      ...exactRow('never started', subjects, ({ totals }) => totals.requests.notStarted),
      ...throughputRows(subjects),
      ...stallRows(subjects),
      ...callRows(subjects),
      ...quotaRows(subjects),
      ...phaseRows(subjects),
      ...latencyRows(subjects),
      ...credentialRows(subjects),
      ...errorRows(subjects),
      ...validityRows(subjects),
    ],
  };
}

/** It skipped what lies between windows, and not all did. */
function isWindowsOnly({ fastForward }: SubjectResult, subjects: Subjects): boolean {
  return fastForward.mode === 'jump' && subjects.some((each) => each.fastForward.mode !== 'jump');
}

function throughputRows(subjects: Subjects): TableRow[] {
  const { windows } = subjects[0]!;
  const names = Object.keys(windows).sort((a, b) => windows[a]!.at - windows[b]!.at);
  if (names.length === 0) return [];
  return [
    section('Requests completed a second, by window', names.length),
    ...names.slice(0, LISTED_MAX).flatMap((name) => [
      row(
        plain(name),
        subjects.map((subject) => throughputCell(subject, name)),
      ),
      row(
        '  in its worst second',
        subjects.map((subject) => dipCell(subject, name)),
      ),
    ]),
  ];
}

function throughputCell(subject: SubjectResult, name: string): TableCell {
  const window = subject.windows[name];
  if (window === undefined || window.seconds === 0) return NOTHING;
  return figure(subject, formatCount(Math.round(window.totals.throughput.completedPerSecond)));
}

function dipCell(subject: SubjectResult, name: string): TableCell {
  const window = subject.windows[name];
  if (window === undefined || window.seconds === 0) return NOTHING;
  const { completedPerSecond, offeredPerSecond } = window.dip;
  const behind = offeredPerSecond === 0 ? 0 : 1 - completedPerSecond / offeredPerSecond;
  const points = Math.round(100 * behind);
  if (points <= 0) return { text: 'no dip' };
  const text = `${formatCount(Math.round(completedPerSecond))} −${points}%`;
  return behind >= DEEP_DIP ? { text, tone: 'warn' } : { text };
}

function stallRows(subjects: Subjects): TableRow[] {
  return [
    section('Stalls: requests that had to wait for a credential'),
    countRow('requests', subjects, ({ totals }) => totals.stalls.requests),
    countRow('episodes', subjects, ({ totals }) => totals.stalls.episodes),
    durationRow('longest', subjects, ({ totals }) => 1_000 * totals.stalls.longestSeconds),
    durationRow('all together', subjects, ({ totals }) => 1_000 * totals.stalls.totalSeconds),
  ];
}

const PHASE_TITLES: Readonly<Record<PhaseName, string>> = {
  coldStart: 'Cold start',
  steadyState: 'Steady state',
};

/** The start of a fleet and what comes after it are two questions: each has its own figures. */
function phaseRows(subjects: Subjects): TableRow[] {
  return PHASES.flatMap((name) => {
    const phase = subjects[0]!.phases[name];
    if (phase === undefined) return [];
    const of = (read: (totals: Totals) => number) => (subject: SubjectResult) =>
      subject.phases[name] === undefined ? 0 : read(subject.phases[name].totals);
    const from = formatDuration(1_000 * phase.at);
    const to = formatDuration(1_000 * (phase.at + phase.seconds));
    return [
      section(`${PHASE_TITLES[name]}: ${from} to ${to}`),
      countRow(
        'AssumeRole calls',
        subjects,
        of(({ assumeRole }) => assumeRole.calls),
      ),
      countRow(
        '  most in an aligned second',
        subjects,
        of(({ assumeRole }) => assumeRole.peakPerSecond),
      ),
      countRow(
        '  throttled',
        subjects,
        of(({ assumeRole }) => assumeRole.throttled),
        'bad',
      ),
      countRow(
        'requests stalled',
        subjects,
        of(({ stalls }) => stalls.requests),
      ),
      durationRow(
        '  longest',
        subjects,
        of(({ stalls }) => 1_000 * stalls.longestSeconds),
      ),
    ];
  });
}

function latencyRows(subjects: Subjects): TableRow[] {
  const wait = ({ latency }: SubjectResult) => latency.credentialWait;
  const request = ({ latency }: SubjectResult) => latency.request;
  return [
    section('Time from the intended start of a request, in windows'),
    latencyRow('credential wait, p50', subjects, wait, 'p50Ms'),
    latencyRow('  p99', subjects, wait, 'p99Ms'),
    latencyRow('  p99.9', subjects, wait, 'p999Ms'),
    latencyRow('  longest', subjects, wait, 'maxMs'),
    latencyRow('whole request, p50', subjects, request, 'p50Ms'),
    latencyRow('  p99', subjects, request, 'p99Ms'),
  ];
}

function credentialRows(subjects: Subjects): TableRow[] {
  return [
    section('Credentials handed over'),
    countRow('expired', subjects, ({ totals }) => totals.credentials.servedExpired, 'bad'),
    row(
      'least time to expiry',
      subjects.map(({ totals }) => {
        const seconds = totals.credentials.minRemainingSeconds;
        return seconds === null ? NOTHING : { text: formatDuration(1_000 * seconds) };
      }),
    ),
  ];
}

/** The harness's own doing: never a lower bound of anything. In virtual time there is none. */
function validityRows(subjects: Subjects): TableRow[] {
  const isExact = ({ validity: { ok, late, shortfall } }: SubjectResult) =>
    ok && late.maxMs === 0 && shortfall === 0;
  if (subjects.every(isExact)) return [];
  const late = (label: string, which: keyof SubjectResult['validity']['late']) =>
    row(
      label,
      subjects.map(({ validity }) => ({ text: formatDuration(validity.late[which]) })),
    );
  return [
    section('Validity: the harness’s own lateness'),
    late('pacing lag, p99', 'p99Ms'),
    late('pacing lag, longest', 'maxMs'),
    row(
      'not started in time',
      subjects.map(({ validity }) => {
        const text = percent(validity.shortfall);
        return validity.ok ? { text } : { text, tone: 'warn' };
      }),
    ),
  ];
}
