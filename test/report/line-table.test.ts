import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { SubjectResult } from '../../src/measure/result.ts';
import { lineTable, namesOf } from '../../src/report/line-table.ts';
import { painter } from '../../src/report/paint.ts';
import { subjectOf, totalsOf } from '../measure/documents.ts';

const plainly = painter(false);

const jump: SubjectResult['fastForward'] = { mode: 'jump', hops: 0, reason: '' };

const java = subjectOf('preset:alicloud-java', {
  totals: totalsOf({
    requests: { offered: 2_000_000, completed: 1_999_988, failed: 12 },
    assumeRole: { calls: 12_345, throttled: 45, peakPerSecond: 380 },
    stalls: { requests: 54_321, longestSeconds: 1.25 },
    credentials: { servedExpired: 7 },
  }),
});
const quiet = subjectOf('preset:aws-go-v2');
const perRequest = subjectOf('preset:alicloud-php-fpm', {
  totals: totalsOf({
    assumeRole: { calls: 43_210_987, throttled: 43_000_000, peakPerSecond: 20_113 },
    stalls: { requests: 43_210_987, longestSeconds: 0.1 },
  }),
  fastForward: jump,
});

const linesOf = (...subjects: SubjectResult[]) => lineTable(subjects, 80, plainly);

test('each subject is one line of the figures that tell it apart', () => {
  expect(linesOf(java, quiet)).toEqual([
    '                        most in             requests  longest  requests  expired',
    '                calls  a second  throttled   stalled    stall    failed   served',
    'alicloud-java  12,345       380         45    54,321   1.25 s        12        7',
    'aws-go-v2           0         0          0         0        0         0        0',
  ]);
});

describe('a name', () => {
  test('of a preset goes without its prefix where all subjects are presets', () => {
    expect(namesOf([java, quiet])).toEqual(['alicloud-java', 'aws-go-v2']);
    expect(namesOf([java, subjectOf('reference')])).toEqual(['preset:alicloud-java', 'reference']);
  });

  test('is marked where its figures are lower bounds', () => {
    const ended = subjectOf('ended', { partial: true });
    const saturated = subjectOf('saturated', {
      validity: { ...quiet.validity, ok: false, shortfall: 0.5 },
    });
    expect(namesOf([subjectOf('whole'), ended, saturated])).toEqual([
      'whole',
      '≥ ended',
      '≥ saturated',
    ]);
  });

  test('is marked where its figures are of the windows alone and others’ are not', () => {
    const keys = subjectOf('static-keys', { fastForward: jump });
    const reference = subjectOf('reference');
    const both = subjectOf('uncached', { fastForward: jump, partial: true });
    expect(namesOf([reference, keys, both])).toEqual([
      'reference',
      'static-keys *',
      '≥ uncached *',
    ]);
    // Where that is so of all, it tells nobody apart.
    expect(namesOf([keys, both])).toEqual(['static-keys', '≥ uncached']);
  });

  test('that comes from outside cannot steer the terminal', () => {
    expect(namesOf([subjectOf('module:\u001b[2J')])).toEqual(['module:�[2J']);
  });
});

test('what the star means stands below, where there is one', () => {
  const star = '* of the windows alone: each request is a call, and there are too many.';
  expect(linesOf(java, perRequest).slice(-2)).toEqual(['', star]);
  expect(linesOf(perRequest, perRequest)).not.toContain(star);
  expect(linesOf(java, quiet)).not.toContain(star);
});

test('tens of millions are told apart by their first digits', () => {
  expect(linesOf(java, perRequest)[3]).toMatch(/^aliclo…-fpm \* +43.2M +20,113 +43M +43.2M /);
});

test('a long name keeps both ends and leaves the figures in their columns', () => {
  const long = subjectOf('module:./clients/a-client-with-a-long-name.ts');
  const lines = linesOf(java, long);
  expect(lines.map((line) => line.length)).toEqual([80, 80, 80, 80]);
  expect(lines[3]).toMatch(/^module…ame.ts +0 /);
  const wide = lineTable([java, long], 120, plainly);
  expect(wide[3]).toContain(long.name);
});

test('figures of millions keep to 80 columns, too', () => {
  const throttled = subjectOf('preset:alicloud-php-fpm', {
    totals: totalsOf({
      requests: { offered: 1_900_000, failed: 1_890_000 },
      assumeRole: { calls: 1_900_000, throttled: 1_890_000, peakPerSecond: 20_000 },
      stalls: { requests: 1_900_000, longestSeconds: 1_412 },
    }),
  });
  expect(Math.max(...linesOf(java, throttled).map((line) => line.length))).toBeLessThanOrEqual(80);
});

describe('colour', () => {
  const paint = painter(true);
  const bad = (text: string) => `\u001b[31m${text}\u001b[0m`;

  test('shows what was refused, what failed and what had expired', () => {
    const [, , line, other] = lineTable([java, quiet], 80, paint);
    for (const figure of ['45', '12', '7']) expect(line).toContain(`  ${bad(figure)}`);
    expect(line).not.toContain(bad('380'));
    expect(other).not.toContain('\u001b');
  });

  test('shows a peak above an enforced quota, and none that is not enforced', () => {
    const using = (limit: number | null) =>
      subjectOf('reference', {
        totals: totalsOf({ assumeRole: { calls: 90, peakPerSecond: 90 } }),
        quotas: [
          {
            scope: 'account',
            key: '100/cn-hangzhou',
            limit,
            limiter: limit === null ? null : { algorithm: 'fixed-window' },
            calls: 90,
            peakPerSecond: 90,
            slidingPeakPerSecond: 90,
            succeededPeakPerSecond: 90,
            succeededSlidingPeakPerSecond: 90,
            throttled: 0,
          },
        ],
      });
    const lines = [89, 90, null].map((limit) => lineTable([using(limit)], 80, paint)[2]!);
    expect(lines.map((line) => line.includes(bad('90')))).toEqual([true, false, false]);
  });

  test('adds nothing but escape sequences', () => {
    const colored = lineTable([java, quiet, perRequest], 80, paint);
    expect(colored.map((line) => stripVTControlCharacters(line))).toEqual(
      linesOf(java, quiet, perRequest),
    );
  });
});
