/** What the configuration file says of the places around STS. */
import { describe, expect, it } from 'vitest';
import { parseMockConfig } from '../../../mock-sts/server/config-file.ts';
import { HarnessError } from '../../../src/kernel/errors.ts';

const BASE = `
users:
  - { account: '1000000000000001', name: app }
roles:
  - arn: acs:ram::1000000000000009:role/ecs-role
    trust:
      Version: '1'
      Statement:
        - { Effect: Allow, Action: sts:AssumeRole, Principal: { Service: [ecs.aliyuncs.com] } }
  - arn: acs:ram::1000000000000009:role/other
    trust:
      Version: '1'
      Statement:
        - { Effect: Allow, Action: sts:AssumeRole, Principal: { Service: [fc.aliyuncs.com] } }
`;

const parse = (more: string) => parseMockConfig(`${BASE}${more}\n`, 'mock.yaml');

function problemsOf(more: string): string[] {
  try {
    parse(more);
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    return error.problems.map(({ path, allowed }) => `${path}: ${allowed}`);
  }
  throw new Error('the file was taken');
}

describe('an instance', () => {
  it('has a role, and is not hardened unless it says so', () => {
    const role = 'acs:ram::1000000000000009:role/ecs-role';
    expect(parse(`instance: { role: '${role}' }`).instance).toEqual({ role, hardened: false });
    expect(parse('').instance).toBeUndefined();
  });

  it.each([
    ['is not there', 'acs:ram::1000000000000009:role/nobody'],
    ['trusts another service', 'acs:ram::1000000000000009:role/other'],
  ])('cannot have a role that %s', (_what, role) => {
    expect(problemsOf(`instance: { role: '${role}' }`)).toEqual([
      'instance.role: the ARN of a role of this file whose trust names Service ecs.aliyuncs.com',
    ]);
  });
});

describe('rotations', () => {
  it('name a secret, an instant, and an overlap of two days unless they say so', () => {
    const secret = 'acs/ram/user/app';
    const at = '2026-11-22T20:00:00Z';
    const more = `rotations: [{ secret: ${secret}, at: '${at}' }, { secret: ${secret}, at: '${at}', overlap: 30m }]`;
    const atMs = Date.parse(at);
    expect(parse(more).rotations).toEqual([
      { secret, atMs, overlapMs: 172_800_000 },
      { secret, atMs, overlapMs: 1_800_000 },
    ]);
  });

  it('are refused for users who are not there, and at no instant', () => {
    const allowed = 'the name of a RAM secret, acs/ram/user/<a user of this file>';
    expect(
      problemsOf(`rotations: [{ secret: acs/ram/user/nobody, at: '2026-11-22T20:00:00Z' }]`),
    ).toEqual([`rotations[0].secret: ${allowed}`]);
    expect(problemsOf(`rotations: [{ secret: acs/ram/user/app, at: soon }]`)).toEqual([
      'rotations[0].at: an instant such as 2026-11-22T20:00:00Z',
    ]);
  });
});
