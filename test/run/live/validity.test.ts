import { expect, test } from 'vitest';
import { assess, SHORTFALL_MAX, type ValidityEvidence } from '../../../src/run/live/validity.ts';

const FINE: ValidityEvidence = {
  offered: 100_000,
  late: 0,
  notStarted: 0,
  cpu: { own: 0.6, machine: 0.65 },
  cores: 2,
  workers: 1,
  gcLongestMs: 5,
  gcTotalMs: 50,
  windowsMs: 10_000,
  incidents: [],
};

test('a run that started everything in time is valid', () => {
  expect(assess(FINE)).toEqual({ ok: true, reasons: [], shortfall: 0 });
});

test('a shortfall up to the tolerance is told and forgiven', () => {
  const finding = assess({ ...FINE, late: 600, notStarted: 400 });
  expect(finding).toMatchObject({ ok: true, shortfall: SHORTFALL_MAX });
});

test.each([
  ['garbage collection', { gcTotalMs: 2_000, gcLongestMs: 300 }, 'garbage collection took 2000 ms'],
  [
    'saturated cores',
    { cpu: { own: 0.95, machine: 0.97 } },
    "the machine's 2 cores were 97 % busy",
  ],
  ['too few workers', {}, '1 worker thread was too few'],
  ['other programs', { cpu: { own: 0.4, machine: 0.9 } }, '90 % busy, 50 % by other programs'],
  ['nothing that could be told', { workers: 2 }, 'the worker threads were held up'],
])('a shortfall beyond the tolerance names its cause: %s', (_, evidence, reason) => {
  const finding = assess({ ...FINE, late: 5_000, ...evidence });
  expect(finding.ok).toBe(false);
  expect(finding.reasons.join()).toContain('5.0 % of the requests could not be started in time');
  expect(finding.reasons.join()).toContain(reason);
});

test('a lost thread makes the run invalid whatever else it measured', () => {
  expect(assess({ ...FINE, incidents: ['worker thread 1 of 2 died'] })).toMatchObject({
    ok: false,
    reasons: ['worker thread 1 of 2 died'],
  });
});

test('a run without a request has no shortfall', () => {
  expect(assess({ ...FINE, offered: 0 }).shortfall).toBe(0);
});
