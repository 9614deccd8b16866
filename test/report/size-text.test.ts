import { describe, expect, test } from 'vitest';
import { renderCurveCsv, renderUsageCsv } from '../../src/report/size-csv.ts';
import { sizeText } from '../../src/report/size-text.ts';
import type { Need, Reading, SizeReport } from '../../src/sizing/size-report.ts';

const LOOK = { color: false, width: 100, folder: 'results/x' };
const HARM = {
  throttledMean: 12.5,
  stalledRequestsMean: 3,
  stalledSecondsMean: 1,
  longestStallSecondsMax: 0.25,
  failedRequestsMean: 0,
};
const SPREAD = { min: 1, median: 2, p95: 3, max: 4 };
const NEED: Need = {
  situation: 'coldStart',
  quotaPerSecond: 120,
  limiter: 'sliding-window',
  byLimiter: { 'fixed-window': 100, 'sliding-window': 120, 'token-bucket': 80 },
  unthrottledPerSecond: 120,
  spread: { 'fixed-window': SPREAD, 'sliding-window': SPREAD, 'token-bucket': SPREAD },
  failures: { count: 0, of: 60, chanceMax: 0.0487, method: 'rule of three' },
  fresh: { count: 1, of: 20, chanceMax: 0.2, method: 'Clopper-Pearson' },
  withoutQuota: HARM,
  isMonotone: true,
  closedForm: { formula: 'a formula', quotaPerSecond: 80, simulatedPerSecond: 100, residual: 0.25 },
  reason: null,
};
const READING: Reading = {
  scope: 'account',
  quotaPerSecond: 120,
  situation: 'coldStart',
  limiter: 'sliding-window',
  presentPerSecond: 100,
  suffices: false,
  situations: [NEED],
  keys: [{ key: '1/cn-shanghai', quotaPerSecond: 120 }],
};

function reportWith(changes: Partial<SizeReport>): SizeReport {
  return {
    schemaVersion: 1,
    kind: 'size',
    scenario: 'shop',
    scenarioHash: '',
    question: 'Does it hold?',
    subject: 'reference',
    seed: 7,
    command: 'sts-harness size shop',
    version: '0.0.0',
    processes: 1_200,
    roles: 2,
    callerAccount: '1/cn-shanghai',
    scale: { users: 1, hosts: 1 },
    replications: 60,
    confidence: 0.95,
    objective: { isDefault: true, expressions: [] },
    situations: [],
    readings: [READING],
    curve: [],
    usage: [],
    forecast: [],
    simulations: 1,
    assumptions: ['Nobody knows the limiter.'],
    ...changes,
  };
}

const textOf = (changes: Partial<SizeReport>) => sizeText(reportWith(changes), LOOK);

describe('the answer', () => {
  test('says what is needed, whether the present quota is enough, and what decides', () => {
    const [answer, present] = textOf({}).split('\n');
    expect(answer).toBe(
      'shop needs a quota of 120 AssumeRole calls a second for the calls of account 1 in cn-shanghai.',
    );
    expect(present).toBe(
      'The present 100 is too small. The cold start decides it, with a sliding window.',
    );
  });

  test('says that no quota is enough, and why', () => {
    const reason = 'It does not hold without any quota.';
    const need = { ...NEED, quotaPerSecond: null, fresh: null, reason };
    const reading = { ...READING, quotaPerSecond: null, suffices: null, situations: [need] };
    const lines = textOf({ readings: [reading] }).split('\n');
    expect(lines.slice(0, 2)).toEqual(['shop: no quota is enough (cold start).', reason]);
  });

  test('lets no control character of a name through', () => {
    expect(textOf({ scenario: 'sh\u001b[31mop' })).not.toContain('\u001b');
  });
});

test('a line a situation: all limiters, the formula and its residual, both statements', () => {
  const line = textOf({})
    .split('\n')
    .find((each) => each.startsWith('  cold start'))!;
  expect(line.trim().split(/ {2,}/)).toEqual([
    'cold start',
    '120',
    '100',
    '120',
    '80',
    '80 (+25 %)',
    '4.9 % of runs',
    '19 of 20 held',
  ]);
});

test('a second reading is shown in full where it differs, with what each key needs', () => {
  const keys = [
    { key: 'role/a', quotaPerSecond: 70 },
    { key: 'role/b', quotaPerSecond: 50 },
  ];
  const text = textOf({ readings: [READING, { ...READING, scope: 'role', keys }] });
  expect(text).toMatch(/role\/a +70\n +role\/b +50/);
  const same = textOf({ readings: [READING, { ...READING, scope: 'role', keys: [] }] });
  expect(same).toContain('the same: one role is called from one account');
});

test('curve, forecast and assumptions follow', () => {
  const point = {
    scope: 'account' as const,
    situation: 'coldStart' as const,
    limiter: 'sliding-window' as const,
    quotaPerSecond: 60,
    failures: { count: 60, of: 60, chanceMax: 1, method: 'Clopper-Pearson' as const },
    ...HARM,
  };
  const month = { month: 3, users: 1.26, hosts: 1, processes: 1_500 };
  const text = textOf({
    curve: [point, { ...point, scope: 'role', quotaPerSecond: 61 }],
    forecast: [{ ...month, perAccountPerSecond: 150, perRolePerSecond: null }],
  });
  expect(text).toMatch(/cold start +60 +60 of 60 +12\.5 +3 +250 ms/);
  expect(text).not.toMatch(/ 61 /);
  expect(text).toMatch(/3 +1\.26x +1\.00x +1,500 +150 +none/);
  expect(text).toContain('Assumed: Nobody knows the limiter.');
  expect(text.split('\n').every((line) => line.length <= 100)).toBe(true);
});

test('the tables as CSV, a line a point and a minute', () => {
  const usage = [
    {
      scope: 'role' as const,
      key: '=role',
      minutes: [{ at: 60, medianPerSecond: 2, maxPerSecond: 5 }],
    },
  ];
  expect(renderUsageCsv(reportWith({ usage }))).toBe(
    "scope,key,at,medianPerSecond,maxPerSecond\r\nrole,'=role,60,2,5\r\n",
  );
  expect(renderCurveCsv(reportWith({}))).toMatch(/^scope,situation,limiter,quotaPerSecond,/);
});
