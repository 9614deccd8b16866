/** Any RPC product: signature, token and policy of a request, whatever it asks for. */
import { describe, expect, it } from 'vitest';
import type { MockStsConfig } from '../../../../mock-sts/core/config.ts';
import { DataPlane } from '../../../../mock-sts/core/data-plane/data-plane.ts';
import { productOf } from '../../../../mock-sts/core/data-plane/products.ts';
import { RamSecrets } from '../../../../mock-sts/core/ram-secrets.ts';
import { StsCore } from '../../../../mock-sts/core/service.ts';
import { type Ask, askV1, credentialIn, KEY, landing, NOW_MS, ROLE_ARN } from '../../landing.ts';

function config(): MockStsConfig {
  const base = landing();
  const statement = {
    Effect: 'Allow',
    Action: 'ecs:Describe*',
    Resource: 'acs:ecs:cn-hangzhou:*:*',
  } as const;
  const policies = [{ name: 'ecs', document: { Version: '1', Statement: [statement] } as const }];
  return { ...base, roles: base.roles.map((role) => ({ ...role, policies })) };
}

const services = new DataPlane(config(), new RamSecrets(config()));

function session(parameters: Record<string, string> = {}) {
  const asked = { RoleArn: ROLE_ARN, RoleSessionName: 'session', ...parameters };
  return credentialIn(new StsCore(config()).handle(askV1({ parameters: asked })).body);
}

function ask(more: Ask = {}) {
  const common = { Action: 'DescribeInstances', Version: '2014-05-26', ...more.common };
  const answer = services.handle(
    askV1({ key: session(), parameters: { RegionId: 'cn-hangzhou' }, ...more, common }),
  );
  return { ...answer, json: JSON.parse(String(answer.body)) };
}

const POLICY = JSON.stringify({
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: 'oss:*', Resource: '*' }],
});

it('a role session may do what its role’s policy says', () => {
  const { status, code, json, headers } = ask();
  expect([status, code]).toEqual([200, 'OK']);
  expect(json).toEqual({ RequestId: headers['x-acs-request-id'] });
});

describe('it is refused', () => {
  const issued = session();
  it.each<[what: string, more: Ask, status: number, code: string]>([
    ['another action', { common: { Action: 'DeleteInstance' } }, 403, 'Forbidden.RAM'],
    ['another region', { parameters: { RegionId: 'cn-beijing' } }, 403, 'Forbidden.RAM'],
    ['another product', { common: { Version: '2016-04-28' } }, 403, 'Forbidden.RAM'],
    [
      'what its session policy leaves out',
      { key: session({ Policy: POLICY }) },
      403,
      'Forbidden.RAM',
    ],
    ['everything to a user without policy', { key: KEY }, 403, 'Forbidden.RAM'],
    [
      'to go on when its token has expired',
      { key: issued, nowMs: issued.expiresAtMs },
      400,
      'InvalidSecurityToken.Expired',
    ],
    [
      'what is signed with another secret',
      { key: { ...issued, accessKeySecret: 'x' } },
      400,
      'SignatureDoesNotMatch',
    ],
    [
      'a version of no product that is known',
      { common: { Version: '2001-01-01' } },
      404,
      'InvalidProduct.NotFound',
    ],
  ])('%s', (_what, more, status, code) => {
    const answer = ask(more);
    expect([answer.status, answer.code, answer.json.Code]).toEqual([status, code, code]);
  });

  it('a second time', () => {
    const request = askV1({
      key: session(),
      parameters: {},
      common: { Action: 'DescribeInstances', Version: '2014-05-26' },
    });
    expect(services.handle(request).code).toBe('OK');
    expect(services.handle({ ...request, nowMs: NOW_MS + 1 }).code).toBe('SignatureNonceUsed');
  });
});

it.each([
  ['ecs.cn-hangzhou.aliyuncs.com', '', 'ecs'],
  ['ecs-cn-hangzhou.aliyuncs.com:8081', '2016-04-28', 'ecs'],
  ['rds.aliyuncs.com', '', 'rds'],
  ['127.0.0.1:8081', '2016-04-28', 'vpc'],
  ['localhost', '2014-08-15', 'rds'],
  ['localhost', '2000-01-01', undefined],
])('a request to %s of version %j is for %s', (host, version, product) => {
  expect(productOf(host, version)).toBe(product);
});
