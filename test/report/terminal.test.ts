import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { SubjectResult } from '../../src/measure/result.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { groupOf, subjectOf, totalsOf } from '../measure/documents.ts';
import { PEAK_SUBJECTS, peakResult } from './peak.ts';

const resultPath = 'results/peak-6m-users-20261122-160100-a1b2/result.json';

function linesAt(width: number, subjects?: readonly SubjectResult[]): string[] {
  return renderTerminal(peakResult(subjects), { color: false, width, resultPath }).split('\n');
}

test('the summary at 100 columns reads as agreed', async () => {
  await expect(linesAt(100).join('\n')).toMatchFileSnapshot('./golden/peak-100.txt');
});

test('the summary at 80 columns reads as agreed', async () => {
  await expect(linesAt(80).join('\n')).toMatchFileSnapshot('./golden/peak-80.txt');
});

test('a failed run says first which threshold failed, and where', () => {
  const [reference, ...others] = PEAK_SUBJECTS;
  const expression = 'roles.*.assumeRole.peakPerSecond <= 10';
  const where = 'roles["acs:ram::1000000000000002:role/checkout"].totals.assumeRole.peakPerSecond';
  const failing = {
    ...peakResult([
      {
        ...reference,
        thresholds: [{ expression, level: 'error' as const, actual: 20, where, passed: false }],
      },
      ...others,
    ]),
    verdict: 'failed' as const,
    reasons: [`${expression}: it was 20 at ${where}.`],
  };
  const lines = renderTerminal(failing, { color: false, width: 100, resultPath }).split('\n');
  expect(lines.slice(0, 4)).toEqual([
    'FAILED  reference in peak-6m-users',
    '  · roles.*.assumeRole.peakPerSecond <= 10: it was 20 at',
    `    ${where}.`,
    '',
  ]);
  expect(lines).toContain('  FAILS  roles.*.assumeRole.peakPerSecond <= 10  20');
});

test('no line is wider than the terminal, however many subjects stand side by side', () => {
  const many = Array.from({ length: 9 }, (_, index) => ({
    ...PEAK_SUBJECTS[index % 4]!,
    name: `module:./clients/a-client-with-a-long-name-${index}.ts`,
  }));
  for (const width of [80, 100, 120]) {
    for (const subjects of [PEAK_SUBJECTS, many]) {
      const long = linesAt(width, subjects).filter((line) => line.length > width);
      expect(long).toEqual([]);
    }
  }
});

test('a subject that does not fit goes into a further table beside the one under test', () => {
  const six = [...PEAK_SUBJECTS, ...PEAK_SUBJECTS.slice(1, 3)];
  const headers = linesAt(100, six).filter((line) => line.trim().startsWith('reference  '));
  expect(headers.length).toBeGreaterThan(1);
});

test('four subjects fit beside each other in 80 columns', () => {
  const [reference, , , staticKeys] = PEAK_SUBJECTS;
  const header = linesAt(80).filter((line) => line.trimStart().startsWith('reference  alibaba'));
  expect(header).toHaveLength(1);
  expect(header[0]).toMatch(new RegExp(`^ +${reference.name} .* ${staticKeys.name}$`));
});

test('what there is to say of one column keeps to lines of its own', () => {
  const lines = linesAt(100, [subjectOf('reference', { partial: true })]);
  const title = lines.findIndex((line) => line.trim() === 'reference');
  expect(lines.slice(title + 1, title + 3).map((line) => line.trim())).toEqual([
    'under test',
    'ended',
  ]);
});

test('colour adds nothing but escape sequences', () => {
  const result = peakResult();
  const colored = renderTerminal(result, { color: true, width: 100, resultPath });
  const stripped = stripVTControlCharacters(colored);
  expect(colored).toContain('\u001b[32mPASSED\u001b[0m');
  expect(stripped).toBe(renderTerminal(result, { color: false, width: 100, resultPath }));
});

test('figures of a saturated subject are lower bounds, and the harness’s own figures are exact', () => {
  const lines = linesAt(100);
  const lineOf = (label: string) => lines.find((line) => line.startsWith(`  ${label} `))!;
  expect(lineOf('completed')).toMatch(/1,808,989 +≥ 3,011 +1,810,206$/);
  expect(lineOf('offered')).not.toContain('≥');
  expect(lineOf('pacing lag, p99')).not.toContain('≥');
});

test('names and codes from outside cannot steer the terminal', () => {
  const hostile = subjectOf('module:\u001b[2J', {
    totals: totalsOf({ requests: { offered: 1, failed: 1 } }),
    errors: [
      { source: 'request', code: 'Bad\u001b]0;title\u0007', count: 1, firstAt: 0, lastAt: 0 },
    ],
    notes: ['note\rwith a return'],
  });
  const text = linesAt(100, [hostile]).join('');
  expect(text).not.toMatch(/\p{Cc}/u);
  expect(text).toContain('Bad�]0;title�');
});

test('a run of nothing at all still reads', () => {
  const lines = linesAt(100, [subjectOf('reference')]);
  expect(lines).toContain('reference  no request was offered; it never called AssumeRole.');
});

/** The same result as a simulation gives it: nothing came late. */
function virtually(subjects: readonly SubjectResult[]): string[] {
  const { run, ...result } = peakResult(
    subjects.map((subject) => ({
      ...subject,
      validity: { ok: true, reasons: [], late: { p50Ms: 0, p99Ms: 0, maxMs: 0 }, shortfall: 0 },
    })),
  );
  const environment = { ...run.environment, workers: 0, pace: 'virtual' as const };
  const virtual = { ...result, run: { ...run, engine: 'virtual' as const, environment } };
  return renderTerminal(virtual, { color: false, width: 100, resultPath }).split('\n');
}

test('of a simulation no pacing lag is shown, no worker threads and no fast-forward', () => {
  const [live, virtual] = [linesAt(100), virtually(PEAK_SUBJECTS)].map((lines) => lines.join('\n'));
  for (const text of ['pacing lag', '2 worker', 'fast-forwarded between windows']) {
    expect(live).toContain(text);
    expect(virtual).not.toContain(text);
  }
  expect(virtual).not.toMatch(/worker thread|Validity|fast-forward/);
  expect(virtual).toContain('virtual engine · 21 h of 24 h of virtual time in 112 s · seed 42');
});

const presets = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    ...PEAK_SUBJECTS[index % 4]!,
    name: `preset:sdk-${index}`,
    thresholds: [],
  }));

test('up to six subjects stand side by side, more of them below each other', () => {
  const six = linesAt(100, presets(6));
  expect(six.filter((line) => line.startsWith('preset:sdk-0  '))).toHaveLength(1);
  expect(six).toContain('Requests');
  const seven = linesAt(100, presets(7));
  expect(seven.filter((line) => /^sdk-\d |^≥ sdk-\d /.test(line))).toHaveLength(7);
  expect(seven.some((line) => line.includes('most in'))).toBe(true);
  expect(seven).not.toContain('Requests');
});

test('two dozen presets are two dozen lines within 80 columns', () => {
  const lines = linesAt(80, presets(24));
  const rows = lines.filter((line) => /^(≥ )?sdk-\d+/.test(line));
  expect(rows).toHaveLength(24);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});

/** Cold start and steady state of one subject. */
function phasesOf(start: number, steady: number): SubjectResult['phases'] {
  const phase = (calls: number, stalled: number) =>
    groupOf({
      assumeRole: { calls, peakPerSecond: calls / 2, throttled: calls / 4 },
      stalls: { requests: stalled, longestSeconds: stalled / 100 },
    });
  return {
    coldStart: { ...phase(start, 30), at: 0, seconds: 1_860 },
    steadyState: { ...phase(steady, 0), at: 7_260, seconds: 3_600 },
  };
}

test('cold start and steady state have sections of their own, which say when they are', () => {
  const lines = linesAt(100, [
    subjectOf('reference', { phases: phasesOf(80, 20) }),
    subjectOf('alibaba-sdk', { phases: phasesOf(800, 200) }),
  ]);
  const sectionOf = (title: string) => {
    const first = lines.findIndex((line) => line.startsWith(title));
    return lines.slice(first, first + 6).map((line) => line.trim().split(/ {2,}/));
  };
  expect(sectionOf('Cold start')).toEqual([
    ['Cold start: 0 to 31 min'],
    ['AssumeRole calls', '80', '800'],
    ['most in an aligned second', '40', '400'],
    ['throttled', '20', '200'],
    ['requests stalled', '30', '30'],
    ['longest', '300 ms', '300 ms'],
  ]);
  expect(sectionOf('Steady state').slice(0, 3)).toEqual([
    ['Steady state: 2.02 h to 3.02 h'],
    ['AssumeRole calls', '20', '200'],
    ['most in an aligned second', '10', '100'],
  ]);
});

test('a run that is too short for a steady state has no section of it', () => {
  const { coldStart } = phasesOf(80, 20);
  const text = linesAt(100, [subjectOf('reference', { phases: { coldStart: coldStart! } })]).join();
  expect(text).toContain('Cold start');
  expect(text).not.toContain('Steady state');
  expect(linesAt(100, [subjectOf('reference')]).join()).not.toContain('Cold start');
});

const spread = { mean: 1_234.5, low: 1_200, high: 1_269, min: 1_100, median: 1_230, p95: 1_300 };
const seeded = (name: string) =>
  subjectOf(name, {
    replications: {
      count: 30,
      seeds: Array.from({ length: 30 }, (_, index) => index),
      figures: { 'totals.assumeRole.calls': { ...spread, max: 1_310 } },
    },
  });

test('several seeds have a block for each subject, between the figures and the thresholds', () => {
  const [reference] = PEAK_SUBJECTS;
  const lines = linesAt(120, [
    { ...seeded('reference'), thresholds: reference.thresholds },
    seeded('alibaba-sdk'),
  ]);
  const placeOf = (start: string) => lines.findIndex((line) => line.startsWith(start));
  const places = [
    'Credentials handed over',
    'reference, 30 seeds',
    'alibaba-sdk, 30 seeds',
    'Thresholds',
  ].map(placeOf);
  expect(places[0]).toBeGreaterThan(0);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(lines[places[1]! + 1]).toMatch(/AssumeRole calls +1,235 +1,200 to 1,269 +1,100 /);
  expect(linesAt(120).join()).not.toContain('seeds');
});

test('what several seeds gave is no wider than the terminal', () => {
  for (const width of [80, 100]) {
    expect(linesAt(width, [seeded('reference')]).filter((line) => line.length > width)).toEqual([]);
  }
});
