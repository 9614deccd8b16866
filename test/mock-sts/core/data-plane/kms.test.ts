/** GetSecretValue of KMS: whose secret, which version, and why not. */
import { describe, expect, it } from 'vitest';
import type { MockStsConfig } from '../../../../mock-sts/core/config.ts';
import { DataPlane } from '../../../../mock-sts/core/data-plane/data-plane.ts';
import { RamSecrets } from '../../../../mock-sts/core/ram-secrets.ts';
import { StsCore } from '../../../../mock-sts/core/service.ts';
import { type Ask, askV1, credentialIn, KEY, landing, NOW_MS } from '../../landing.ts';

const SECRET = 'acs/ram/user/app';
const HOUR_MS = 3_600_000;

/** The user of the landing zone may read secrets; its role too, if that is asked for. */
function reading(changes: Partial<MockStsConfig> = {}): MockStsConfig {
  const base = landing(changes);
  const statement = {
    Effect: 'Allow',
    Action: 'kms:GetSecretValue',
    Resource: 'acs:kms:cn-hangzhou:*:secret/acs/ram/user/*',
  } as const;
  const document = { Version: '1', Statement: [statement] } as const;
  const policies = [{ name: 'read-secrets', document }];
  return { ...base, users: base.users.map((user) => ({ ...user, policies })) };
}

function kms(config: MockStsConfig) {
  const secrets = new RamSecrets(config);
  const services = new DataPlane(config, secrets);
  const ask = (parameters: Record<string, string>, more: Ask = {}) => {
    const common = { Action: 'GetSecretValue', Version: '2016-01-20', ...more.common };
    const answer = services.handle(askV1({ ...more, parameters, common }));
    return { ...answer, json: JSON.parse(String(answer.body)) };
  };
  return { ask, secrets };
}

describe('a RAM secret', () => {
  it('has the user’s AccessKey as JSON, and the documented keys', () => {
    const { status, headers, json } = kms(reading()).ask({ SecretName: SECRET });
    expect(status).toBe(200);
    expect(json).toEqual({
      SecretName: SECRET,
      VersionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      CreateTime: '1970-01-01T00:00:00Z',
      SecretData: expect.any(String),
      SecretDataType: 'text',
      SecretType: 'RAMCredentials',
      AutomaticRotation: 'Disabled',
      VersionStages: { VersionStage: ['ACSCurrent'] },
      RequestId: headers['x-acs-request-id'],
    });
    expect(JSON.parse(json.SecretData)).toEqual({
      AccessKeyId: KEY.accessKeyId,
      AccessKeySecret: KEY.accessKeySecret,
      GenerateTimestamp: '1970-01-01T00:00:00Z',
    });
  });

  it('tells what sort of secret it is to who asks, and takes an ARN for a name', () => {
    const { json } = kms(reading()).ask({
      SecretName: `acs:kms:cn-hangzhou:1000000000000001:secret/${SECRET}`,
      FetchExtendedConfig: 'true',
    });
    expect(JSON.parse(json.ExtendedConfig)).toEqual({
      SecretSubType: 'RamUserAccessKey',
      UserName: 'app',
    });
  });

  it('has a current and a previous version once it was rotated', () => {
    const atMs = NOW_MS + HOUR_MS;
    const rotations = [
      { secret: SECRET, atMs, overlapMs: HOUR_MS },
      { secret: SECRET, atMs: atMs + 7 * 24 * HOUR_MS, overlapMs: HOUR_MS },
    ];
    const { ask } = kms(reading({ rotations }));
    const previous = { SecretName: SECRET, VersionStage: 'ACSPrevious' };
    const before = ask({ SecretName: SECRET }).json;
    expect(before).toMatchObject({
      AutomaticRotation: 'Enabled',
      NextRotationDate: '2026-11-22T09:00:00Z',
    });
    expect(ask(previous).json.Code).toBe('Forbidden.ResourceNotFound');
    const after = ask({ SecretName: SECRET, VersionStage: 'ACSCurrent' }, { nowMs: atMs }).json;
    expect(after).toMatchObject({
      CreateTime: '2026-11-22T09:00:00Z',
      LastRotationDate: '2026-11-22T09:00:00Z',
      NextRotationDate: '2026-11-29T09:00:00Z',
      RotationInterval: '604800s',
    });
    expect(JSON.parse(after.SecretData).AccessKeyId).not.toBe(KEY.accessKeyId);
    const old = ask(previous, { nowMs: atMs }).json;
    expect(old.SecretData).toBe(before.SecretData);
    expect(old.VersionStages).toEqual({ VersionStage: ['ACSPrevious'] });
  });

  it('is read with the new key, and with the old one until it is gone', () => {
    const { ask, secrets } = kms(reading());
    secrets.rotate(SECRET, HOUR_MS, NOW_MS);
    const { json } = ask({ SecretName: SECRET });
    const data = JSON.parse(json.SecretData);
    const key = { accessKeyId: data.AccessKeyId, accessKeySecret: data.AccessKeySecret };
    const nowMs = NOW_MS + HOUR_MS;
    expect(ask({ SecretName: SECRET }, { key, nowMs }).status).toBe(200);
    expect(ask({ SecretName: SECRET }, { nowMs }).json.Code).toBe('InvalidAccessKeyId.NotFound');
  });
});

describe('it is refused', () => {
  it.each<
    [
      what: string,
      config: MockStsConfig,
      parameters: Record<string, string>,
      ask: Ask,
      status: number,
      code: string,
    ]
  >([
    ['without a name', reading(), {}, {}, 400, 'MissingSecretName'],
    [
      'for a secret that is not there',
      reading(),
      { SecretName: 'acs/ram/user/x' },
      {},
      404,
      'Forbidden.ResourceNotFound',
    ],
    [
      'for an ARN of another account',
      reading(),
      { SecretName: `acs:kms:cn-hangzhou:9:secret/${SECRET}` },
      {},
      404,
      'Forbidden.ResourceNotFound',
    ],
    [
      'for a stage that RAM secrets do not have',
      reading(),
      { SecretName: SECRET, VersionStage: 'Mine' },
      {},
      400,
      'InvalidParameter',
    ],
    ['to who may not', landing(), { SecretName: SECRET }, {}, 403, 'Forbidden.NoPermission'],
    [
      'for another secret than the policy says',
      reading(),
      { SecretName: 'db-password' },
      {},
      403,
      'Forbidden.NoPermission',
    ],
    [
      'with a wrong secret',
      reading(),
      { SecretName: SECRET },
      { key: { ...KEY, accessKeySecret: 'wrong' } },
      400,
      'SignatureDoesNotMatch',
    ],
    [
      'for another action',
      reading(),
      {},
      { common: { Action: 'Decrypt' } },
      404,
      'InvalidAction.NotFound',
    ],
    [
      'for a version that no product has',
      reading(),
      {},
      { common: { Version: '1999-01-01' } },
      404,
      'InvalidProduct.NotFound',
    ],
    ['without a version', reading(), {}, { common: { Version: '' } }, 400, 'MissingVersion'],
    ['without an action', reading(), {}, { common: { Action: '' } }, 400, 'MissingAction'],
  ])('%s', (_what, config, parameters, ask, status, code) => {
    const answer = kms(config).ask(parameters, ask);
    expect([answer.status, answer.code, answer.json.Code]).toEqual([status, code, code]);
  });

  it('to a role session whose role may not, and with an expired token', () => {
    const config = reading();
    const issued = credentialIn(new StsCore(config).handle(askV1()).body);
    const { ask } = kms(config);
    expect(ask({ SecretName: SECRET }, { key: issued }).json).toMatchObject({
      HttpStatus: 403,
      Code: 'Forbidden.NoPermission',
      HostId: 'kms.cn-hangzhou.aliyuncs.com',
    });
    const over = ask({ SecretName: SECRET }, { key: issued, nowMs: issued.expiresAtMs });
    expect(over.json.Code).toBe('InvalidSecurityToken.Expired');
  });

  it('beyond 450 calls of an account in a second, in KMS’s own words', () => {
    const { ask } = kms(reading());
    const codes = Array.from({ length: 451 }, () => ask({ SecretName: SECRET }));
    expect(codes.filter(({ code }) => code === 'OK')).toHaveLength(450);
    expect(codes.at(-1)).toMatchObject({
      status: 429,
      json: { HttpStatus: 429, Code: 'Rejected.Throttling', Message: 'QPS Limit Exceeded' },
    });
    expect(ask({ SecretName: SECRET }, { nowMs: NOW_MS + 1_000 }).status).toBe(200);
  });
});
