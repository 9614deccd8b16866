/**
 * The published signature vectors, each with where it is published; and two of our own for the
 * shape of AssumeRole, made by `@alicloud/openapi-core` and by an independent implementation.
 */
import { describe, expect, it } from 'vitest';
import {
  type Acs3Request,
  canonicalizeAcs3,
  EMPTY_SHA256,
  headersToSign,
  sha256Hex,
  signAcs3,
} from '../../src/kernel/sts/signature-acs3.ts';
import { signV1, stringToSignV1 } from '../../src/kernel/sts/signature-v1.ts';

interface V1Vector {
  readonly name: string;
  readonly method: string;
  readonly secret: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly signature: string;
}

const TEST_KEY = {
  AccessKeyId: 'testid',
  SignatureMethod: 'HMAC-SHA1',
  SignatureVersion: '1.0',
};
const GO_KEY = {
  AccessKeyId: 'accessKeyId',
  SignatureMethod: 'HMAC-SHA1',
  SignatureVersion: '1.0',
  SignatureType: '',
  SignatureNonce: 'MOCK_UUID',
  Timestamp: 'mock date',
  Format: 'JSON',
  RegionId: 'regionId',
  Action: '',
  Version: '',
};

const V1_VECTORS: readonly V1Vector[] = [
  {
    name: 'a: AssumeRole, STS signature page',
    method: 'GET',
    secret: 'testsecret',
    parameters: {
      ...TEST_KEY,
      Action: 'AssumeRole',
      Format: 'JSON',
      Version: '2015-04-01',
      SignatureNonce: '571f8fb8-506e-11e5-8e12-b8e8563dc8d2',
      Timestamp: '2015-09-01T05:57:34Z',
      RoleArn: 'acs:ram::1234567890123:role/firstrole',
      RoleSessionName: 'client',
    },
    signature: 'gNI7b0AyKZHxDgjBGPDgJ1Ce3L4=',
  },
  {
    name: 'b: CreateUser, RAM signature page',
    method: 'GET',
    secret: 'testsecret',
    parameters: {
      ...TEST_KEY,
      Action: 'CreateUser',
      UserName: 'test',
      Format: 'JSON',
      Version: '2015-05-01',
      SignatureNonce: '6a6e0ca6-4557-11e5-86a2-b8e8563dc8d2',
      Timestamp: '2015-08-18T03:15:45Z',
    },
    signature: 'kRA2cnpJVacIhDMzXnoNZG9tDCI=',
  },
  {
    name: 'c: DescribeDedicatedHosts, signature method V2 page',
    method: 'GET',
    secret: 'testsecret',
    parameters: {
      ...TEST_KEY,
      Action: 'DescribeDedicatedHosts',
      RegionId: 'cn-beijing',
      Format: 'JSON',
      Version: '2014-05-26',
      SignatureNonce: 'edb2b34af0af9a6d14deaf7c1a5315eb',
      Timestamp: '2023-03-13T08:34:30Z',
    },
    signature: '9NaGiOspFP5UPcwX8Iwt2YJXXuk=',
  },
  {
    name: 'd: DescribeRegions, ECS signature page',
    method: 'GET',
    secret: 'testsecret',
    parameters: {
      ...TEST_KEY,
      Action: 'DescribeRegions',
      Format: 'XML',
      Version: '2014-05-26',
      SignatureNonce: '3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf',
      Timestamp: '2016-02-23T12:46:24Z',
    },
    signature: 'OLeaidS1JvxuMvnyHOwuJ+uX5qY=',
  },
  {
    name: 'd with the key spelt TimeStamp, ECS signature page',
    method: 'GET',
    secret: 'testsecret',
    parameters: {
      ...TEST_KEY,
      Action: 'DescribeRegions',
      Format: 'XML',
      Version: '2014-05-26',
      SignatureNonce: '3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf',
      TimeStamp: '2016-02-23T12:46:24Z',
    },
    signature: 'CT9X0VtwR86fNWSnsc6v8YGOjuE=',
  },
  {
    name: 'e: alibaba-cloud-sdk-go, rpc_signature_composer_test.go',
    method: 'GET',
    secret: 'accessKeySecret',
    parameters: GO_KEY,
    signature: '7loPmFjvDnzOVnQeQNj85S6nFGY=',
  },
  {
    name: 'e2: as e, with a security token',
    method: 'GET',
    secret: 'accessKeySecret',
    parameters: { ...GO_KEY, SecurityToken: 'accessKeyStsToken' },
    signature: '5Nxdcler+ihqWqv0Hr2On4PsBf4=',
  },
  {
    name: 'f: darabonba-openapi, util.spec.ts',
    method: '',
    secret: 'accessKeySecret',
    parameters: { test: 'ok' },
    signature: 'jHx/oHoHNrbVfhncHEvPdHXZwHU=',
  },
  {
    name: 'g: aliyun-openapi-python-sdk core tests',
    method: 'GET',
    secret: 'access_key_secret',
    parameters: {
      ...TEST_KEY,
      AccessKeyId: 'access_key_id',
      Format: 'None',
      RegionId: 'cn-hangzhou',
      Version: 'version',
      Action: 'action_name',
      SignatureType: '',
      Timestamp: '2018-12-02T11:03:01Z',
      SignatureNonce: 'd5e6e832-7f95-4f26-9e28-017f735721f8',
    },
    signature: 'AmdeJh1ZOW6PgwM3+ROhEnbKII4=',
  },
  {
    name: 'h: CreateKey without a nonce, KMS signature page',
    method: 'GET',
    secret: 'testsecret',
    parameters: {
      ...TEST_KEY,
      Action: 'CreateKey',
      Format: 'json',
      Version: '2016-01-20',
      Timestamp: '2016-03-28T03:13:08Z',
    },
    signature: '41wk2SSX1GJh7fwnc5eqOfiJPFg=',
  },
  {
    name: 'own: AssumeRole by POST with a policy full of reserved characters',
    method: 'POST',
    secret: 'testsecret',
    parameters: {
      ...TEST_KEY,
      Action: 'AssumeRole',
      Format: 'JSON',
      Version: '2015-04-01',
      SignatureNonce: '0123456789abcdef0123456789abcdef',
      Timestamp: '2026-11-22T08:00:00Z',
      RoleArn: 'acs:ram::1234567890123456:role/adminrole',
      RoleSessionName: 'alice@corp',
      DurationSeconds: '900',
      Policy: '{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:Get*","Resource":"*"}]}',
    },
    signature: 'N0ATY1+Lo2BnOk7u3E4ICcs7YVs=',
  },
];

describe('signature v1', () => {
  it.each(V1_VECTORS)('agrees with vector $name', ({ method, parameters, secret, signature }) => {
    expect(signV1(secret, stringToSignV1(method, Object.entries(parameters)))).toBe(signature);
  });

  it('makes the string to sign that the STS signature page shows', () => {
    const { parameters } = V1_VECTORS[0]!;
    expect(stringToSignV1('GET', Object.entries(parameters))).toBe(
      'GET&%2F&AccessKeyId%3Dtestid%26Action%3DAssumeRole%26Format%3DJSON%26RoleArn%3Dacs%253Aram%253A%253A1234567890123%253Arole%252Ffirstrole%26RoleSessionName%3Dclient%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3D571f8fb8-506e-11e5-8e12-b8e8563dc8d2%26SignatureVersion%3D1.0%26Timestamp%3D2015-09-01T05%253A57%253A34Z%26Version%3D2015-04-01',
    );
  });

  it('does not sign the signature itself', () => {
    const { parameters } = V1_VECTORS[0]!;
    const signed = { ...parameters, Signature: 'anything' };
    expect(stringToSignV1('GET', Object.entries(signed))).toBe(
      stringToSignV1('GET', Object.entries(parameters)),
    );
  });
});

interface Acs3Vector {
  readonly name: string;
  readonly request: Acs3Request;
  readonly secret: string;
  readonly hash: string;
  readonly signature: string;
}

const OPENAPI_TEST: Acs3Request = {
  method: 'GET',
  path: '/',
  query: [
    ['test', 'ok'],
    ['empty', ''],
  ],
  headers: [
    ['x-acs-test', 'http'],
    ['x-acs-TEST', 'https'],
  ],
  payloadHash: '55e12e91650d2fec56ec74e1d3e4ddbfce2ef3a65890c2a19ecf88a307e76a23',
};

const ACS3_VECTORS: readonly Acs3Vector[] = [
  {
    name: 'A: RunInstances, signature method V3 page',
    request: {
      method: 'POST',
      path: '/',
      query: [
        ['ImageId', 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd'],
        ['RegionId', 'cn-shanghai'],
      ],
      headers: [
        ['host', 'ecs.cn-shanghai.aliyuncs.com'],
        ['x-acs-action', 'RunInstances'],
        ['x-acs-version', '2014-05-26'],
        ['x-acs-date', '2023-10-26T10:22:32Z'],
        ['x-acs-signature-nonce', '3156853299f313e23d1673dc12e1703d'],
        ['x-acs-content-sha256', EMPTY_SHA256],
      ],
      payloadHash: EMPTY_SHA256,
    },
    secret: 'YourAccessKeySecret',
    hash: '7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259',
    signature: '06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
  },
  {
    name: 'B: one header name twice, darabonba-openapi test_utils.py',
    request: OPENAPI_TEST,
    secret: 'secret',
    hash: '6c416f315497f25326e3f67e06370dbfce4d082b99aecdfc2411eeecd152f68f',
    signature: 'd16b30a7699ae9e43875b13195b2f81bcc3ed10c14a9b5eb780e51619aa50be1',
  },
  {
    name: 'C: as B without a method, darabonba-openapi client_test.go',
    request: { ...OPENAPI_TEST, method: '' },
    secret: 'secret',
    hash: 'de5b11a1e2e756c1d859871395fe0b6d47f2564e88a5477eb586c03c6fc105ff',
    signature: '4ab59fffe3c5738ff8a2729f90cc04fe18b02a4b15b2102cbaf92f9ff3df2ea3',
  },
  {
    name: 'D: as B with method "undefined" and no path, darabonba-openapi util.spec.ts',
    request: { ...OPENAPI_TEST, method: 'undefined', path: '' },
    secret: 'secret',
    hash: '9f8b15c99e5c5c2786c2cc1f0d00f1d62cef28df7a11787fcdfea9e2aaefff28',
    signature: '0f2d549523cf082c83bb8135b5863614f7fe16ca7c2c7fc537e74d67374eeeac',
  },
  {
    name: 'E: as D without query and headers, darabonba-openapi util.spec.ts',
    request: { ...OPENAPI_TEST, method: 'undefined', path: '', query: [], headers: [] },
    secret: 'secret',
    hash: 'ed22229b8e15c6319cdaa4ab5bcc0e23340a1d93d6e862f955450c74a95b7501',
    signature: '608b887e491f3e88e85276b188a4d24e29230a559464685ccbf2dcc458e1fde8',
  },
  {
    name: 'own: AssumeRole with a temporary credential',
    request: {
      method: 'POST',
      path: '/',
      query: [
        ['RoleArn', 'acs:ram::1234567890123456:role/adminrole'],
        ['RoleSessionName', 'alice@corp'],
        ['DurationSeconds', '900'],
        [
          'Policy',
          '{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:Get*","Resource":"*"}]}',
        ],
      ],
      headers: [
        ['host', '127.0.0.1:8443'],
        ['x-acs-action', 'AssumeRole'],
        ['x-acs-version', '2015-04-01'],
        ['x-acs-date', '2026-11-22T08:00:00Z'],
        ['x-acs-signature-nonce', '0123456789abcdef0123456789abcdef'],
        ['x-acs-content-sha256', EMPTY_SHA256],
        ['x-acs-security-token', 'CAIStoken+/='],
        ['x-acs-accesskey-id', 'STS.testid'],
      ],
      payloadHash: EMPTY_SHA256,
    },
    secret: 'testsecret',
    hash: '6756e9527a675ba71360a8da64709563cf936a25be12b57d50495eb9f2a9cb17',
    signature: 'e97a1924a62c5a4cde51832ccea0d8f791ebd431d32358a999653c1b8879e2ff',
  },
];

describe('signature V3', () => {
  it.each(ACS3_VECTORS)('agrees with vector $name', ({ request, secret, hash, signature }) => {
    const canonical = canonicalizeAcs3(request);
    expect(canonical.hash).toBe(hash);
    expect(signAcs3(secret, canonical.hash)).toBe(signature);
  });

  it('knows the hash of an empty body', () => {
    expect(sha256Hex('')).toBe(EMPTY_SHA256);
  });

  it('leaves headers that are not part of the scheme unsigned', () => {
    const { request } = ACS3_VECTORS[0]!;
    const more = [...request.headers, ['user-agent', 'x'] as const];
    expect(headersToSign(more)).toEqual([...request.headers]);
  });

  it('signs whatever headers it is given: some clients sign more than they have to', () => {
    const { request } = ACS3_VECTORS[0]!;
    const more = { ...request, headers: [...request.headers, ['accept', '*/*'] as const] };
    expect(canonicalizeAcs3(more).signedHeaders).toMatch(/^accept;/);
    expect(canonicalizeAcs3(more).hash).not.toBe(canonicalizeAcs3(request).hash);
  });
});
