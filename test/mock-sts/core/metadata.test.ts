/** The instance metadata service: who is told what, in normal and in hardened mode. */
import { describe, expect, it } from 'vitest';
import type { MockStsConfig } from '../../../mock-sts/core/config.ts';
import { MetadataService } from '../../../mock-sts/core/metadata.ts';
import { StsCore } from '../../../mock-sts/core/service.ts';
import { ServiceSessions } from '../../../mock-sts/core/service-sessions.ts';
import { askV1, landing, NOW_MS } from '../landing.ts';

const INSTANCE_ROLE = 'acs:ram::1000000000000009:role/ecs-role';
const ROLE_AT = '/latest/meta-data/ram/security-credentials/';
const TOKEN = 'x-aliyun-ecs-metadata-token';
const TTL = 'x-aliyun-ecs-metadata-token-ttl-seconds';

function withInstance(hardened: boolean, service = 'ecs.aliyuncs.com'): MockStsConfig {
  const base = landing();
  const ecsRole = {
    arn: INSTANCE_ROLE,
    maxSessionDurationSeconds: 3_600,
    trust: {
      Version: '1' as const,
      Statement: [
        {
          Effect: 'Allow' as const,
          Action: 'sts:AssumeRole',
          Principal: { Service: [service] },
        },
      ],
    },
  };
  const instance = { role: INSTANCE_ROLE, hardened };
  return { ...base, roles: [...base.roles, ecsRole], instance };
}

function serviceOf(config: MockStsConfig) {
  const service = new MetadataService(config, new ServiceSessions(config.seed));
  return (
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    nowMs = NOW_MS,
  ) => service.handle({ method, path, header: (name) => headers[name], nowMs });
}

describe('in normal mode', () => {
  const ask = serviceOf(withInstance(false));

  it('names the role, and hands out its credential in the documented form', () => {
    expect(ask('GET', ROLE_AT)).toMatchObject({ status: 200, body: 'ecs-role' });
    const { status, contentType, body } = ask('GET', `${ROLE_AT}ecs-role`);
    expect([status, contentType]).toEqual([200, 'application/json']);
    expect(JSON.parse(body)).toEqual({
      AccessKeyId: expect.stringMatching(/^STS\./),
      AccessKeySecret: expect.any(String),
      SecurityToken: expect.stringMatching(/^CAIS/),
      Expiration: '2026-11-22T14:00:00Z',
      LastUpdated: '2026-11-22T08:00:00Z',
      Code: 'Success',
    });
  });

  it('gives the role’s identity at STS', () => {
    const issued = JSON.parse(ask('GET', `${ROLE_AT}ecs-role`).body);
    const key = {
      accessKeyId: issued.AccessKeyId,
      accessKeySecret: issued.AccessKeySecret,
      securityToken: issued.SecurityToken,
    };
    const core = new StsCore(withInstance(false));
    const common = { Action: 'GetCallerIdentity' };
    const { status, body } = core.handle(askV1({ key, common, parameters: {} }));
    expect(status, body).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      IdentityType: 'AssumedRoleUser',
      AccountId: '1000000000000009',
      Arn: expect.stringMatching(
        /^acs:ram::1000000000000009:assumed-role\/ecs-role\/vm-ram-i-bp1\w{17}$/,
      ),
    });
  });

  it.each([
    ['region-id', /^cn-hangzhou$/],
    ['zone-id', /^cn-hangzhou-a$/],
    ['instance-id', /^i-bp1[a-z0-9]{17}$/],
    ['owner-account-id', /^1000000000000009$/],
    ['instance/instance-type', /^ecs\./],
    ['', /^hostname\n(.*\n)*ram\/\n(.*\n)*zone-id$/],
  ])('tells %j', (item, found) => {
    const { status, body } = ask('GET', `/latest/meta-data/${item}`);
    expect(status).toBe(200);
    expect(body).toMatch(found);
  });

  it.each([
    ['GET', '/latest/meta-data/nothing', 404],
    ['GET', `${ROLE_AT}other-role`, 404],
    ['GET', '/', 404],
    ['POST', ROLE_AT, 405],
    ['GET', '/latest/api/token', 405],
  ])('refuses %s %s with %d', (method, path, status) => {
    expect(ask(method, path).status).toBe(status);
  });

  it('takes a good token, and refuses a bad one', () => {
    const { body: token } = ask('PUT', '/latest/api/token', { [TTL]: '60' });
    expect(ask('GET', ROLE_AT, { [TOKEN]: token }).status).toBe(200);
    expect(ask('GET', ROLE_AT, { [TOKEN]: `${token}A` }).status).toBe(401);
  });
});

describe('in hardened mode', () => {
  const ask = serviceOf(withInstance(true));

  it('answers nobody without a token', () => {
    expect(ask('GET', ROLE_AT)).toMatchObject({ status: 403, body: 'Forbidden' });
    expect(ask('GET', '/latest/meta-data/region-id').status).toBe(403);
  });

  it('takes a token until it ends', () => {
    const { status, body } = ask('PUT', '/latest/api/token', { [TTL]: '60' });
    expect(status).toBe(200);
    const headers = { [TOKEN]: body };
    expect(ask('GET', ROLE_AT, headers, NOW_MS + 59_999)).toMatchObject({ body: 'ecs-role' });
    expect(ask('GET', ROLE_AT, headers, NOW_MS + 60_000)).toMatchObject({
      status: 401,
      body: 'Unauthorized',
    });
  });

  it.each([['0'], ['21601'], ['-1'], ['1.5'], ['soon'], [undefined]])(
    'gives no token for %j seconds',
    (ttl) => {
      const headers: Record<string, string> = ttl === undefined ? {} : { [TTL]: ttl };
      expect(ask('PUT', '/latest/api/token', headers)).toMatchObject({
        status: 400,
        body: 'Missing or Invalid Parameters',
      });
    },
  );

  it.each([['1'], ['21600']])('gives a token for %s seconds', (ttl) => {
    expect(ask('PUT', '/latest/api/token', { [TTL]: ttl }).status).toBe(200);
  });

  it('answers nobody who was forwarded', () => {
    const forwarded = { 'x-forwarded-for': '10.0.0.1' };
    expect(ask('PUT', '/latest/api/token', { [TTL]: '60', ...forwarded }).status).toBe(403);
    const { body } = ask('PUT', '/latest/api/token', { [TTL]: '60' });
    expect(ask('GET', ROLE_AT, { [TOKEN]: body, ...forwarded }).status).toBe(403);
  });

  it('takes no token of another mock', () => {
    const other = serviceOf({ ...withInstance(true), seed: 8 });
    const { body } = other('PUT', '/latest/api/token', { [TTL]: '60' });
    expect(ask('GET', ROLE_AT, { [TOKEN]: body }).status).toBe(401);
  });
});

it.each([
  ['no instance', landing()],
  ['a role that trusts another service', withInstance(false, 'fc.aliyuncs.com')],
])('with %s there is no role', (_what, config) => {
  const ask = serviceOf(config);
  expect(ask('GET', ROLE_AT).status).toBe(404);
  expect(ask('GET', `${ROLE_AT}ecs-role`).status).toBe(404);
  expect(ask('GET', '/latest/meta-data/region-id').status).toBe(200);
});
