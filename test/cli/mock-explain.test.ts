/** What `sts-harness mock --explain` prints, and what it does not take. */
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { defaultLandingZone } from '../../mock-sts/core/landing-zone.ts';
import { loadMockConfig } from '../../mock-sts/server/config-file.ts';
import { type ExplainFlags, explainMock } from '../../src/cli/mock-explain.ts';
import { HarnessError } from '../../src/kernel/errors.ts';

const zone = await loadMockConfig(
  fileURLToPath(new URL('../../mock-sts/landing-zone.yaml', import.meta.url)),
);
const PARTNER = { caller: 'user/appY', role: 'role-appY-prd', sourceIp: '10.1.2.3' };

afterEach(() => vi.restoreAllMocks());

function printed(flags: ExplainFlags, config = zone): string {
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += chunk;
    return true;
  });
  expect(explainMock(config, { time: '2026-11-22T08:00:00Z', ...flags })).toBe(0);
  vi.restoreAllMocks();
  return text;
}

function problemsOf(flags: ExplainFlags): string[] {
  try {
    explainMock(zone, flags);
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    expect(error.exitCode).toBe(2);
    return error.problems.map(({ file, found }) => `${file} ${found}`);
  }
  throw new Error('the flags were taken');
}

describe('an explanation', () => {
  it('goes through every policy that has a say', () => {
    expect(printed({ ...PARTNER, externalId: 'partner-8' })).toBe(
      `REFUSED: no Allow applies in the trust policy of the role (ImplicitDeny, AssumeRolePolicy)
  caller    acs:ram::1000000000000001:user/appY
  action    sts:AssumeRole
  resource  acs:ram::1000000000000102:role/role-appY-prd

permission policies of the caller (AccountLevelIdentityBasedPolicy): Allow
  mayAssume, statement 1: Allow applies
    yes  Action    sts:AssumeRole                                matches sts:AssumeRole
    yes  Resource  acs:ram::1000000000000102:role/role-appY-prd  matches acs:ram::1000000000000102:role/role-appY-prd

trust policy of the role (AssumeRolePolicy): ImplicitDeny
  trust, statement 1: Allow does not apply
    yes  Principal.RAM                acs:ram::1000000000000001:user/appY, acs:ram::1000000000000001:root  matches acs:ram::1000000000000001:user/appY
    yes  Action                       sts:AssumeRole                                                       matches sts:AssumeRole
    no   StringEquals sts:ExternalId  partner-8                                                            does not hold for partner-7
    yes  IpAddress acs:SourceIp       10.1.2.3                                                             holds for 10.0.0.0/8, 127.0.0.0/8
`,
    );
  });

  it('says what would have been right: with the external id it is allowed', () => {
    expect(printed({ ...PARTNER, externalId: 'partner-7' })).toMatch(/^ALLOWED\n/);
    const { sourceIp: _, ...nowhere } = PARTNER;
    const text = printed({ ...nowhere, externalId: 'partner-7' });
    expect(text).toMatch(/no {3}IpAddress acs:SourceIp +\(not in the request\) +does not hold for/);
  });

  it('depends on the instant', () => {
    const ask = { caller: 'user/8ca', role: 'role-8ca-sys' };
    expect(printed(ask)).toMatch(/^ALLOWED/);
    expect(printed({ ...ask, time: '2025-12-31T15:59:59Z' })).toMatch(/^REFUSED/);
  });

  it('tells what a role session may do, its session policy included', () => {
    const ask = { caller: 'role/role-appX-prd', action: 'oss:DeleteObject' };
    expect(printed({ ...ask, resource: 'acs:oss:*:*:appx-data/k' })).toMatch(/^ALLOWED/);
    expect(printed({ ...ask, resource: 'acs:oss:*:*:appx-data/backup/k' })).toMatch(
      /^REFUSED: a Deny applies in the permission policies of the caller \(ExplicitDeny/,
    );
    const sessionPolicy =
      '{"Version":"1","Statement":{"Effect":"Allow","Action":"oss:Get*","Resource":"*"}}';
    const narrowed = printed({ ...ask, resource: 'acs:oss:*:*:appx-data/k', sessionPolicy });
    expect(narrowed).toMatch(/^REFUSED: no Allow applies in the session policy of the caller/);
    expect(narrowed).toMatch(/no +Action +oss:DeleteObject +does not match oss:Get\*/);
  });

  it.each([
    [{ caller: 'acs:ram::1000000000000101:root', role: 'role-appX-prd' }, 'may not assume roles'],
    [{ caller: 'user/appX', role: 'acs:ram::1000000000000101:role/gone' }, 'no Allow applies'],
    [{ caller: 'ecs.aliyuncs.com', role: 'role-appX-prd' }, 'no Allow applies in the trust'],
    [{ caller: 'ecs.aliyuncs.com', action: 'a:B', resource: '*' }, 'nobody'],
  ] as const)('refuses %j: %s', (flags, reason) => {
    expect(printed(flags).split('\n')[0]).toContain(reason);
  });

  it('knows of a role that does not exist where the caller might assume it', () => {
    const config = defaultLandingZone();
    const users = config.users.map((user) => ({ ...user, mayAssume: ['*'] }));
    const flags = { caller: 'user/appX', role: 'acs:ram::1000000000000101:role/gone' };
    expect(printed(flags, { ...config, users })).toContain('EntityNotExist.Role');
  });

  it('takes further keys, one of several values too', () => {
    const { roles } = zone;
    const trust = {
      Version: '1',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Federated: 'acs:ram::1000000000000101:oidc-provider/ack' },
          Condition: { StringEquals: { 'oidc:aud': 'sts.aliyuncs.com' } },
        },
      ],
    } as const;
    const config = { ...zone, roles: [{ ...roles[0]!, trust }] };
    const ask = { caller: 'acs:ram::1000000000000101:oidc-provider/ack', role: 'role-appX-prd' };
    const context = ['oidc:aud=other', 'oidc:aud=sts.aliyuncs.com'];
    expect(printed({ ...ask, context }, config)).toMatch(/^ALLOWED/);
    expect(printed(ask, config)).toMatch(/^REFUSED/);
  });
});

describe('flags', () => {
  it('are complained of all at once', () => {
    expect(
      problemsOf({
        caller: 'user/nobody',
        role: 'role-nobody',
        time: 'yesterday',
        sourceIp: '10.0.0.0/8',
        sessionPolicy: '{}',
        context: ['=x'],
      }),
    ).toEqual([
      '--caller "user/nobody"',
      '--role "role-nobody"',
      '--time "yesterday"',
      '--source-ip "10.0.0.0/8"',
      '--session-policy "{}"',
      '--context "=x"',
    ]);
  });

  it.each([
    {},
    { caller: 'user/appX' },
    { caller: 'user/appX', action: 'oss:GetObject' },
    { caller: 'user/appX', role: 'role-appX-prd', action: 'oss:GetObject', resource: '*' },
  ])('%j is not enough, or too much', (flags) => {
    expect(problemsOf(flags)).toContainEqual(expect.stringMatching(/^--(role|caller)/));
  });
});
