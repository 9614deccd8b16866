/**
 * OSS's signature V4 by signatures that others have published: the unit tests of Alibaba Cloud's own
 * SDK (aliyun/alibabacloud-oss-python-sdk-v2, `tests/unit/signer/test_v4.py`) and its documentation.
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  oss4CanonicalRequest,
  oss4StringToSign,
  signOss4,
} from '../../../../mock-sts/core/data-plane/oss-signature-v4.ts';

const QUERY = [
  ['param1', 'value1'],
  ['+param1', 'value3'],
  ['|param1', 'value4'],
  ['+param2', ''],
  ['|param2', ''],
  ['param2', ''],
] as const;
const HEADERS = ['x-oss-head1', 'value', 'abc', 'value', 'ZAbc', 'value', 'XYZ', 'value'];

interface Vector {
  readonly timestamp: string;
  readonly headers: readonly string[];
  readonly query?: readonly (readonly [string, string])[];
  readonly additional?: readonly string[];
}

function signed({ timestamp, headers, query = [], additional = [] }: Vector): string {
  const target = { bucket: 'bucket', key: '1234+-/123/1.txt', query: [...QUERY, ...query] };
  const scope = { date: timestamp.slice(0, 8), region: 'cn-hangzhou', product: 'oss' };
  const canonical = oss4CanonicalRequest({
    ...{ method: 'PUT', target, additional },
    headers: [...HEADERS, ...headers],
  });
  return signOss4('sk', scope, oss4StringToSign(timestamp, scope, canonical));
}

const inHeader = (timestamp: string) => [
  ...['content-type', 'text/plain', 'x-oss-content-sha256', 'UNSIGNED-PAYLOAD'],
  ...['x-oss-date', timestamp],
];
const inUrl = (timestamp: string) =>
  [
    ['x-oss-signature-version', 'OSS4-HMAC-SHA256'],
    ['x-oss-date', timestamp],
    ['x-oss-expires', '599'],
    ['x-oss-credential', `ak/${timestamp.slice(0, 8)}/cn-hangzhou/oss/aliyun_v4_request`],
  ] as const;

describe('it signs as Alibaba Cloud’s SDK', () => {
  it.each<[what: string, vector: Vector, signature: string]>([
    [
      'in the header',
      { timestamp: '20231216T162057Z', headers: inHeader('20231216T162057Z') },
      'e21d18daa82167720f9b1047ae7e7f1ce7cb77a31e8203a7d5f4624fa0284afe',
    ],
    [
      'in the header, with a token',
      {
        timestamp: '20231217T034736Z',
        headers: [...inHeader('20231217T034736Z'), 'x-oss-security-token', 'token'],
      },
      'b94a3f999cf85bcdc00d332fbd3734ba03e48382c36fa4d5af5df817395bd9ea',
    ],
    [
      'in the header, with further headers',
      {
        timestamp: '20231216T172512Z',
        headers: inHeader('20231216T172512Z'),
        additional: ['abc', 'zabc'],
      },
      '4a4183c187c07c8947db7620deb0a6b38d9fbdd34187b6dbaccb316fa251212f',
    ],
    [
      'in the URL',
      {
        timestamp: '20231217T025437Z',
        headers: ['content-type', 'application/octet-stream'],
        query: inUrl('20231217T025437Z'),
      },
      'a39966c61718be0d5b14e668088b3fa07601033f6518ac7b523100014269c0fe',
    ],
    [
      'in the URL, with a token',
      {
        timestamp: '20231217T035628Z',
        headers: ['content-type', 'application/octet-stream'],
        query: [...inUrl('20231217T035628Z'), ['x-oss-security-token', 'token']],
      },
      '3817ac9d206cd6dfc90f1c09c00be45005602e55898f26f5ddb06d7892e1f8b5',
    ],
  ])('%s', (_what, vector, signature) => {
    expect(signed(vector)).toBe(signature);
  });
});

it('hashes the canonical request of the documentation', () => {
  const canonical = oss4CanonicalRequest({
    method: 'PUT',
    target: { bucket: 'examplebucket', key: 'exampleobject', query: [] },
    headers: [
      ...['Content-Disposition', 'attachment', 'Content-Length', '3'],
      ...['Content-MD5', 'ICy5YqxZB1uWSwcVLSNLcA==', 'Content-Type', 'text/plain'],
      ...['x-oss-content-sha256', 'UNSIGNED-PAYLOAD', 'x-oss-date', '20250411T064124Z'],
    ],
    additional: ['content-disposition', 'content-length'],
  });
  expect(createHash('sha256').update(canonical).digest('hex')).toBe(
    'c46d96390bdbc2d739ac9363293ae9d710b14e48081fcb22cd8ad54b63136eca',
  );
});
