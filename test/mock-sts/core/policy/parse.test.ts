import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../../../../mock-sts/core/policy/parse.ts';

const ALLOW = { Effect: 'Allow', Action: 'oss:Get*', Resource: 'acs:oss:*:*:bucket/*' };
const TRUST = {
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  Principal: { RAM: ['acs:ram::1000000000000001:root'] },
};

function problems(value: unknown, kind: 'permission' | 'trust' = 'permission'): string[] {
  const reading = parsePolicy(value, kind);
  return reading.kind === 'policy' ? [] : reading.problems.map(({ path }) => path.join('.'));
}

const of = (...Statement: unknown[]) => ({ Version: '1', Statement });

describe('the grammar of policies', () => {
  it('takes the documented forms', () => {
    expect(problems(of(ALLOW))).toEqual([]);
    expect(problems({ Version: '1', Statement: ALLOW })).toEqual([]);
    expect(problems(of({ ...ALLOW, Action: '*', Resource: '*' }))).toEqual([]);
    expect(problems(of({ ...ALLOW, Action: ['oss:ListBuckets', 'ecs:Describe*'] }))).toEqual([]);
    expect(problems(of({ Effect: 'Deny', NotAction: 'ram:*', NotResource: ['*'] }))).toEqual([]);
    expect(problems(of({ ...ALLOW, Condition: {} }))).toEqual([]);
    const Condition = {
      IpAddress: { 'acs:SourceIp': ['203.0.113.2', '10.0.0.0/8'] },
      Bool: { 'acs:SecureTransport': 'true' },
      DateLessThan: { 'acs:CurrentTime': '2019-08-12T17:00:00+08:00' },
    };
    expect(problems(of({ ...ALLOW, Condition }))).toEqual([]);
    expect(problems(of(TRUST), 'trust')).toEqual([]);
    expect(
      problems(
        of({
          ...TRUST,
          Principal: { Service: 'ecs.aliyuncs.com', Federated: ['acs:ram::1:oidc-provider/ack'] },
        }),
        'trust',
      ),
    ).toEqual([]);
  });

  it('turns one statement into a list of one', () => {
    expect(parsePolicy({ Version: '1', Statement: ALLOW }, 'permission')).toEqual({
      kind: 'policy',
      document: { Version: '1', Statement: [ALLOW] },
    });
  });

  it.each([
    ['no mapping', null, ['']],
    ['another version', { ...of(ALLOW), Version: '2' }, ['Version']],
    ['a version that is a number', { ...of(ALLOW), Version: 1 }, ['Version']],
    ['no statement', of(), ['Statement']],
    ['nothing where statements go', { Version: '1' }, ['Statement']],
    ['an unknown element', of({ ...ALLOW, Sid: 'x' }), ['Statement.0.Sid']],
    ['no effect', of({ ...ALLOW, Effect: 'allow' }), ['Statement.0.Effect']],
    ['both Action and NotAction', of({ ...ALLOW, NotAction: 'x:*' }), ['Statement.0.NotAction']],
    ['an action without service', of({ ...ALLOW, Action: 'GetObject' }), ['Statement.0.Action']],
    ['an empty list', of({ ...ALLOW, Action: [] }), ['Statement.0.Action']],
    ['a number in a list', of({ ...ALLOW, Action: ['a:b', 7] }), ['Statement.0.Action.1']],
    ['no resource', of({ Effect: 'Allow', Action: 'a:b' }), ['Statement.0.Resource']],
    [
      'a resource of another cloud',
      of({ ...ALLOW, Resource: 'arn:aws:s3:::b' }),
      ['Statement.0.Resource'],
    ],
    ['a principal', of({ ...ALLOW, Principal: { RAM: ['*'] } }), ['Statement.0.Principal']],
    [
      'operators and values that RAM does not have',
      of({
        ...ALLOW,
        Condition: {
          BoolIfExists: { 'acs:MFAPresent': 'true' },
          Bool: { 'acs:SecureTransport': true, 'acs:MFAPresent': 'yes' },
          IpAddress: { 'acs:SourceIp': ['10.0.0.0/33', '10.0.0.1'] },
          DateLessThan: { 'acs:CurrentTime': '2019-08-12T17:00:00' },
          NumericEquals: [],
        },
      }),
      [
        'Statement.0.Condition.BoolIfExists',
        'Statement.0.Condition.Bool.acs:SecureTransport',
        'Statement.0.Condition.Bool.acs:MFAPresent',
        'Statement.0.Condition.IpAddress.acs:SourceIp.0',
        'Statement.0.Condition.DateLessThan.acs:CurrentTime',
        'Statement.0.Condition.NumericEquals',
      ],
    ],
    [
      'several at once',
      { Version: '3', Statement: [{}, { ...ALLOW, Effect: 'No' }] },
      [
        'Version',
        'Statement.0.Effect',
        'Statement.0.Action',
        'Statement.0.Resource',
        'Statement.1.Effect',
      ],
    ],
  ])('reports %s', (_what, value, places) => {
    expect(problems(value)).toEqual(places);
  });

  it.each([
    ['no principal', { Effect: 'Allow', Action: 'sts:AssumeRole' }, ['Statement.0.Principal']],
    ['an empty principal', { ...TRUST, Principal: {} }, ['Statement.0.Principal']],
    ['a resource', { ...TRUST, Resource: '*' }, ['Statement.0.Resource']],
    ['an unknown kind', { ...TRUST, Principal: { AWS: '*' } }, ['Statement.0.Principal.AWS']],
    [
      'a name that is no ARN',
      { ...TRUST, Principal: { RAM: 'me' } },
      ['Statement.0.Principal.RAM'],
    ],
  ])('reports in a trust policy %s', (_what, statement, places) => {
    expect(problems(of(statement), 'trust')).toEqual(places);
  });
});
