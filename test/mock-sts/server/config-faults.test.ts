/** Faults that the configuration file names: read as in a scenario, in time from the mock's start. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { StsCore } from '../../../mock-sts/core/service.ts';
import { parseMockConfig } from '../../../mock-sts/server/config-file.ts';
import { HarnessError } from '../../../src/kernel/errors.ts';
import { APP, NOW_MS, ROLE_ARN } from '../landing.ts';

const BASE = `
users:
  - { account: '1000000000000001', name: app, mayAssume: ['acs:ram::*:role/*'] }
roles:
  - arn: ${ROLE_ARN}
    trust:
      Version: '1'
      Statement:
        - { Effect: Allow, Action: sts:AssumeRole, Principal: { RAM: ['acs:ram::1000000000000001:root'] } }
latency: { median: 0s, p99: 0s }
faults:
`;

const parse = (faults: string) => parseMockConfig(`${BASE}${faults}\n`, 'mock.yaml', NOW_MS);

function problemsOf(faults: string): string[] {
  try {
    parse(faults);
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    return error.problems.map(
      ({ path, found, allowed, line }) => `${line} ${path}: ${found}; ${allowed}`,
    );
  }
  throw new Error('the file was taken');
}

it('are in force in their time, and no other', () => {
  const config = parse(`
  - { kind: errors, share: 100%, code: Throttling.Api, at: 30s, for: 1m }
  - { kind: outage, at: 2m }
  - { kind: hang, target: kms }`);
  expect(config.faults).toEqual([
    {
      ...{ kind: 'errors', share: 1, code: 'Throttling.Api' },
      ...{ fromMs: NOW_MS + 30_000, toMs: NOW_MS + 90_000 },
    },
    { kind: 'outage', fromMs: NOW_MS + 120_000, toMs: Number.MAX_SAFE_INTEGER },
    { kind: 'hang', target: 'kms', fromMs: NOW_MS, toMs: Number.MAX_SAFE_INTEGER },
  ]);
  const core = new StsCore(config);
  const request = { roleArn: ROLE_ARN, roleSessionName: 'session', durationSeconds: 900 };
  const codes = [0, 30, 90, 120, 9_000].map(
    (seconds) => core.assumeRole(APP, request, NOW_MS + seconds * 1_000).record.code,
  );
  const expected = ['OK', 'Throttling.Api', 'OK', 'ServiceUnavailable', 'ServiceUnavailable'];
  expect(codes).toEqual(expected);
});

it('have their example in the docs', () => {
  const page = readFileSync(new URL('../../../docs/mock.md', import.meta.url), 'utf8');
  const [, example = ''] = /```yaml\nfaults:\n(.*?)```/s.exec(page) ?? [];
  expect(parse(example).faults.map(({ kind, target }) => [kind, target])).toEqual([
    ['errors', undefined],
    ['latency', 'kms'],
    ['outage', 'metadata'],
  ]);
});

describe('are refused with their place', () => {
  it.each([
    ['  - { kind: outrage }', '12 faults[0].kind: "outrage"; one of: outage, errors,'],
    ['  - { kind: hang, after: 1s }', '12 faults[0].after: "1s"; one of: kind, at, for, target'],
    ['  - { kind: hang, at: soon }', '12 faults[0].at: "soon"; a duration such as 10s'],
    ['  - { kind: slow-body }', 'undefined faults[0].over: nothing; a duration such as 10s'],
    ['  - { kind: hang }\n  - 7', '13 faults[1]: 7; an object with a kind'],
    [
      '  - { kind: background, rate: 1/s, target: sts }',
      '12 faults[0].target: "sts"; one of: kind, at, for, rate, bySecond, role',
    ],
    [
      '  - { kind: missing-expiration, target: kms }',
      '12 faults[0].target: "kms"; one of: sts, metadata, credentials-uri',
    ],
    ['  - { kind: access-key-disabled, user: nobody }', '12 faults[0].user: "nobody"; one of: app'],
    [
      "  - { kind: background, rate: 1/s, role: 'acs:ram::1000000000000009:role/none' }",
      `12 faults[0].role: "acs:ram::1000000000000009:role/none"; one of: ${ROLE_ARN}`,
    ],
  ])('%s', (faults, problem) => {
    const [only, ...further] = problemsOf(faults);
    expect(further).toEqual([]);
    expect(only!.slice(0, problem.length)).toBe(problem);
  });

  it('and no more of them than there can be', () => {
    const many = (count: number) => '  - { kind: outage }\n'.repeat(count);
    expect(parse(many(1_000)).faults).toHaveLength(1_000);
    expect(problemsOf(many(1_001))).toEqual([
      expect.stringContaining('faults: a list; a list of at most 1000 faults'),
    ]);
  });
});
