import { describe, expect, it } from 'vitest';
import { defaultLandingZone } from '../../../mock-sts/core/landing-zone.ts';
import { StsCore } from '../../../mock-sts/core/service.ts';
import { loadMockConfig, parseMockConfig } from '../../../mock-sts/server/config-file.ts';
import { renderPointing } from '../../../mock-sts/server/pointing.ts';
import { HarnessError } from '../../../src/kernel/errors.ts';
import { NOW_MS } from '../landing.ts';

const GOOD = `
seed: 3
region: cn-shanghai
latency: { median: 20ms, p99: 90ms }
quota: { perAccount: 200/s, perRole: off, limiter: { token-bucket: { burst: 50 } } }
users:
  - account: '1000000000000001'
    name: appX
    accessKeys:
      - { id: LTAI-appX, secret: not-a-secret }
      - { id: LTAI-old, secret: not-a-secret, active: false }
    mayAssume: ['acs:ram::*:role/role-appX-prd']
  - { account: '1000000000000001', name: appY }
roles:
  - arn: acs:ram::1000000000000101:role/role-appX-prd
    maxSessionDuration: 12h
    trust:
      Version: '1'
      Statement:
        - Effect: Allow
          Action: sts:AssumeRole
          Principal: { RAM: ['acs:ram::1000000000000001:user/appX'] }
          Condition: { StringEquals: { sts:ExternalId: partner-1 } }
wire: { timestampTolerance: 31m, throttleStatus: 429 }
`;

function problemsOf(text: string) {
  try {
    parseMockConfig(text, 'mock.yaml');
  } catch (error) {
    if (error instanceof HarnessError) return error;
    throw error;
  }
  throw new Error('the file was taken');
}

describe('the configuration file', () => {
  it('becomes the core’s configuration', () => {
    expect(parseMockConfig(GOOD, 'mock.yaml')).toMatchObject({
      seed: 3,
      region: 'cn-shanghai',
      latency: { medianMs: 20, p99Ms: 90 },
      quota: {
        perAccount: 200,
        perRole: undefined,
        limiter: { algorithm: 'token-bucket', burst: 50 },
      },
      users: [
        {
          accountId: '1000000000000001',
          name: 'appX',
          accessKeys: [
            { accessKeyId: 'LTAI-appX', accessKeySecret: 'not-a-secret', active: true },
            { accessKeyId: 'LTAI-old', active: false },
          ],
        },
        {
          name: 'appY',
          accessKeys: [{ accessKeyId: expect.stringMatching(/^LTAI5t\w{18}$/), active: true }],
          mayAssume: [],
        },
      ],
      roles: [{ maxSessionDurationSeconds: 43_200 }],
      wire: { timestampToleranceMs: 31 * 60_000, throttleStatus: 429, defaultFormat: 'JSON' },
    });
  });

  it('has defaults for all but users and roles', () => {
    const { users, roles } = defaultLandingZone();
    const text = JSON.stringify({
      users: users.map(({ accountId, name }) => ({ account: accountId, name })),
      roles: roles.map(({ arn, trust }) => ({ arn, trust })),
    });
    const config = parseMockConfig(text, 'mock.yaml');
    expect(config.quota).toEqual({
      perAccount: 100,
      perRole: undefined,
      limiter: { algorithm: 'fixed-window' },
    });
    expect(config.users[0]!.accessKeys).toEqual(users[0]!.accessKeys);
  });

  it('can switch the account’s quota off', () => {
    const text = GOOD.replace('perAccount: 200/s', 'perAccount: off');
    expect(parseMockConfig(text, 'mock.yaml').quota.perAccount).toBeUndefined();
  });

  it('reports every problem at once, with its place', () => {
    const bad = GOOD.replace('cn-shanghai', 'Shanghai')
      .replace('20ms', '200ms')
      .replace('200/s', '200')
      .replace('appX\n', 'app X\n')
      .replace('Effect: Allow', 'Effect: Permit')
      .replace('StringEquals', 'IpAddress')
      .replace('maxSessionDuration: 12h', 'maxSessionDuration: 13h')
      .replace('wire:', 'wires:');
    const { problems, code, exitCode } = problemsOf(bad);
    expect([code, exitCode]).toEqual(['MockConfig', 2]);
    expect(problems.map(({ path, line, found }) => `${line} ${path} ${found}`)).toEqual([
      '3 region "Shanghai"',
      '4 latency.p99 "90ms"',
      '5 quota.perAccount 200',
      '8 users[0].name "app X"',
      '16 roles[0].maxSessionDuration "13h"',
      '20 roles[0].trust.Statement[0].Effect "Permit"',
      '23 roles[0].trust.Statement[0].Condition.IpAddress.sts:ExternalId "partner-1"',
      '24 wires a key that is not known',
    ]);
    expect(problems[4]!.allowed).toBe('a duration from 1h to 12h in whole seconds');
  });

  it('refuses what must be there once only', () => {
    const twice = GOOD.replace('LTAI-old', 'LTAI-appX').replace('name: appY', 'name: appX');
    expect(problemsOf(twice).problems.map(({ path }) => path)).toEqual([
      'users[0].accessKeys[1].id',
      'users[1].name',
    ]);
  });

  it('puts no secret into a message', () => {
    const text = GOOD.replace('not-a-secret }', '"hush hush" }');
    const error = problemsOf(text);
    expect(error.problems[0]).toMatchObject({ found: 'a value that is not shown' });
    expect(error.message).not.toContain('hush');
  });

  const KEY_LINE = '{ id: LTAI-appX, secret: not-a-secret }';
  it.each([
    ['under a misspelt key', '{ id: LTAI-appX, secert: hush }'],
    ['that YAML takes for an alias', '{ id: LTAI-appX, secret: *hush }'],
    ['at the place of another value', '{ id: LTAI-appX, secret: s, active: hush }'],
    ['that is a list', '{ id: LTAI-appX, secret: [hush] }'],
    ['without anything around it', 'hush'],
  ])('nor one %s', (_where, text) => {
    const error = problemsOf(GOOD.replace(KEY_LINE, text));
    expect(error.exitCode).toBe(2);
    expect(error.message).not.toContain('hush');
  });

  it.each([
    ['', 'users'],
    ['users: []', 'users'],
    ['[1, 2]', ''],
    ['users: [', ''],
    ['a: 1\na: 2', ''],
  ])('refuses %j', (text, path) => {
    expect(problemsOf(text).problems[0]!.path).toBe(path);
  });

  it('names a file that cannot be read', async () => {
    await expect(loadMockConfig('/nowhere/mock.yaml')).rejects.toMatchObject({
      problems: [{ file: '/nowhere/mock.yaml', found: 'ENOENT' }],
    });
  });
});

describe('the default landing zone', () => {
  it('lets each user assume its own role and no other', () => {
    const config = defaultLandingZone();
    const core = new StsCore(config);
    const passes = config.users.flatMap((user) =>
      config.roles.filter(({ arn }) => {
        const request = { roleArn: arn, roleSessionName: 's1', durationSeconds: 900 };
        const decision = core.assumeRole({ kind: 'user', ...user }, request, NOW_MS);
        return decision.record.outcome === 'succeeded';
      }),
    );
    const forUsers = config.roles.filter(({ trust }) => trust.Statement[0]!.Principal.RAM);
    expect(passes.map(({ arn }) => arn)).toEqual(forUsers.map(({ arn }) => arn));
    expect(config.roles).toHaveLength(forUsers.length + 2);
  });

  it('has other keys for another seed', () => {
    const keys = (seed: number) =>
      defaultLandingZone(seed).users.flatMap((user) => user.accessKeys);
    expect(keys(1)).toEqual(keys(1));
    expect(keys(1)).not.toEqual(keys(2));
  });
});

describe('what the mock prints', () => {
  const mock = {
    httpUrl: 'http://127.0.0.1:8080',
    httpsHost: '127.0.0.1:8443',
    caFile: '/tmp/ca.pem',
  };

  it('shows made-up secrets, and keeps those of a file', () => {
    const zone = defaultLandingZone();
    expect(renderPointing(mock, zone)).toContain(zone.users[0]!.accessKeys[0]!.accessKeySecret);
    const text = renderPointing(mock, parseMockConfig(GOOD, 'mock.yaml'));
    expect(text).toContain('LTAI-appX');
    expect(text).not.toContain('not-a-secret');
  });

  it('sets apart what we have not tried, and keeps to 100 columns', () => {
    const text = renderPointing(mock, defaultLandingZone());
    const [tried, untried] = text.split('not tried by us\n');
    expect(tried).toMatch(/Java.*Go.*Python/s);
    expect(tried).toContain("stsEndpoint: '127.0.0.1:8443'");
    expect(untried).toMatch(/CLI.*Terraform/s);
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  it('tells where tokens of the identity provider are minted, if there is one', () => {
    const text = renderPointing(mock, defaultLandingZone());
    expect(text).toContain('http://127.0.0.1:8080/_mock/oidc/token');
    expect(text).toContain('acs:ram::1000000000000101:oidc-provider/ack-pods');
    expect(renderPointing(mock, parseMockConfig(GOOD, 'mock.yaml'))).not.toContain('oidc');
  });

  it('leaves out what needs TLS when there is none', () => {
    const text = renderPointing({ ...mock, httpsHost: '', caFile: '' }, defaultLandingZone());
    expect(text).not.toContain('NODE_EXTRA_CA_CERTS');
    expect(text).toContain("protocol 'http' and endpoint '127.0.0.1:8080'");
  });
});
