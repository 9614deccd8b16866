import { expect, test } from 'vitest';
import { type PreflightView, renderPreflight } from '../../src/report/preflight-text.ts';

const VIEW: PreflightView = {
  endpoint: 'sts.cn-shanghai.aliyuncs.com',
  identity: {
    accountId: '1000000000000001',
    arn: 'acs:ram::1000000000000001:user/rehearsal',
    identityType: 'RAMUser',
    provider: 'default/env',
    ownCalls: 0,
  },
  scenario: {
    name: 'steady',
    accountId: '1000000000000001',
    region: 'cn-shanghai',
    subjects: ['reference', 'alibaba-sdk'],
    repetitions: 2,
    durationMs: 90_000,
  },
  prediction: { calls: 40, slidingPeakPerSecond: 4 },
  quotaPerAccount: 100,
  ceilingPerSecond: 5,
  budget: 50,
  sessionPrefix: 'sts-harness',
  refusals: [],
};

test('says who calls, how often, and how much of the quota', () => {
  expect(renderPreflight(VIEW)).toMatchInlineSnapshot(`
    "Against real STS:
      endpoint    sts.cn-shanghai.aliyuncs.com
      identity    RAMUser acs:ram::1000000000000001:user/rehearsal, account 1000000000000001
      credential  default/env
      scenario    steady with reference, alibaba-sdk, 2 times each, 6 min in all
      AssumeRole  40 calls predicted, budget 50
      peak        4 calls/s predicted, ceiling 5/s
      quota       4 of 100 calls/s at most: 4 % of what production shares
      sessions    their names begin with sts-harness-
    "
  `);
});

test('names what else is to be known', () => {
  const text = renderPreflight({
    ...VIEW,
    scenario: { ...VIEW.scenario, accountId: '1000000000000002' },
    prediction: { calls: 40, slidingPeakPerSecond: 30 },
    refusals: ['40 AssumeRole calls are predicted, more than the budget of 4.'],
  });
  expect(text).toContain('the quota of account 1000000000000001');
  expect(text).toContain('The peak is above the ceiling');
  expect(text).toContain('5 of 100 calls/s at most: 5 %');
  expect(text).toContain('Refused: 40 AssumeRole calls');
});

test('control characters of an ARN do not reach a terminal', () => {
  const arn = 'acs:ram::1:user/\u001b[2Jx';
  expect(renderPreflight({ ...VIEW, identity: { ...VIEW.identity, arn } })).not.toContain('\u001b');
});
