/** AssumeRole calls side by side: how many, for which role, how near the quota, what was refused. */
import { formatCount } from '../kernel/units.ts';
import type { ErrorCount, QuotaUse, SubjectResult } from '../measure/result.ts';
import type { Subjects } from './figures.ts';
import { countRow, figure, LISTED_MAX, latencyRow, NOTHING, row, section } from './figures.ts';
import { quotaPeak } from './headline.ts';
import { plain } from './paint.ts';
import type { TableCell, TableRow } from './table.ts';

/** From this share of a quota on, its use is shown as a warning. */
const NEAR_QUOTA = 0.8;

export function callRows(subjects: Subjects): TableRow[] {
  const roles = quotasOf(subjects).filter(({ scope }) => scope === 'role');
  const labels = quotaLabels(roles);
  const ofRoles = roles
    .slice(0, roles.length > 1 ? LISTED_MAX : 0)
    .map(({ key }, index) =>
      countRow(
        `for ${labels[index]!}`,
        subjects,
        ({ roles: all }) => all[key]?.totals.assumeRole.calls ?? 0,
      ),
    );
  return [
    section('AssumeRole calls', ofRoles.length === 0 ? 0 : roles.length),
    countRow('all', subjects, ({ totals }) => totals.assumeRole.calls),
    countRow('succeeded', subjects, ({ totals }) => totals.assumeRole.succeeded),
    countRow('throttled', subjects, ({ totals }) => totals.assumeRole.throttled, 'bad'),
    countRow('failed', subjects, ({ totals }) => totals.assumeRole.failed, 'bad'),
    ...ofRoles,
    latencyRow('time of a call, p99', subjects, ({ latency }) => latency.assumeRole, 'p99Ms'),
  ];
}

export function quotaRows(subjects: Subjects): TableRow[] {
  const quotas = quotasOf(subjects);
  if (quotas.length === 0) return [];
  const labels = quotaLabels(quotas);
  return [
    section('Most AssumeRole calls in a second: aligned / sliding', quotas.length),
    ...quotas.slice(0, LISTED_MAX).map((quota, index) =>
      row(
        `${labels[index]!}${quota.limit === null ? '' : `, of ${formatCount(quota.limit)}/s`}`,
        subjects.map((subject) => {
          const own = subject.quotas.find((each) => isSame(each, quota));
          return own === undefined ? NOTHING : quotaCell(subject, own);
        }),
      ),
    ),
  ];
}

export function errorRows(subjects: Subjects): TableRow[] {
  return [
    ...errorSection('Failed requests by error code', 'request', subjects),
    ...errorSection('Refused and failed AssumeRole calls by error code', 'assumeRole', subjects),
  ];
}

function errorSection(title: string, source: ErrorCount['source'], subjects: Subjects): TableRow[] {
  const countOf = ({ errors }: SubjectResult, code: string) =>
    errors.find((error) => error.source === source && error.code === code)?.count ?? 0;
  const mostOf = (code: string) => Math.max(...subjects.map((subject) => countOf(subject, code)));
  const codes = new Set(
    subjects.flatMap(({ errors }) =>
      errors.filter((error) => error.source === source).map(({ code }) => code),
    ),
  );
  if (codes.size === 0) return [];
  const mostFirst = [...codes].sort((a, b) => mostOf(b) - mostOf(a)).slice(0, LISTED_MAX);
  return [
    section(title, codes.size),
    ...mostFirst.map((code) =>
      countRow(plain(code), subjects, (subject) => countOf(subject, code)),
    ),
  ];
}

/** One of each quota that any subject used. */
function quotasOf(subjects: Subjects): QuotaUse[] {
  const quotas: QuotaUse[] = [];
  for (const quota of subjects.flatMap((subject) => subject.quotas)) {
    if (!quotas.some((known) => isSame(known, quota))) quotas.push(quota);
  }
  return quotas;
}

function isSame(a: QuotaUse, b: QuotaUse): boolean {
  return a.scope === b.scope && a.key === b.key;
}

function quotaCell(subject: SubjectResult, quota: QuotaUse): TableCell {
  const text = `${formatCount(quota.peakPerSecond)} / ${formatCount(quota.slidingPeakPerSecond)}`;
  const share = quota.limit === null ? 0 : quotaPeak(quota) / quota.limit;
  if (share > 1 || quota.throttled > 0) return figure(subject, text, 'bad');
  return figure(subject, text, share >= NEAR_QUOTA ? 'warn' : undefined);
}

/** `account`, `role checkout`; account ids only where that does not tell two apart. */
function quotaLabels(quotas: readonly QuotaUse[]): string[] {
  const names = quotas.map(({ scope, key }) =>
    scope === 'role'
      ? { short: `role ${key.split('/').at(-1)}`, id: key.split(':')[3] ?? '' }
      : { short: 'account', id: key },
  );
  return names.map(({ short, id }) => {
    const hasTwin = names.filter((other) => other.short === short).length > 1;
    return plain(hasTwin ? `${short} of ${id}` : short);
  });
}
