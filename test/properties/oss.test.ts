/** OSS in the mock: any request gets an answer, and only the right signature gets in. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DataPlane } from '../../mock-sts/core/data-plane/data-plane.ts';
import { RamSecrets } from '../../mock-sts/core/ram-secrets.ts';
import { KEY, landing, NOW_MS } from '../mock-sts/landing.ts';
import { OSS_FORMS, ossRequest } from '../mock-sts/oss-asks.ts';

const statement = { Effect: 'Allow', Action: 'oss:*', Resource: '*' } as const;
const policies = [
  { name: 'all', document: { Version: '1', Statement: [statement] } as const },
] as const;
const config = {
  ...landing(),
  users: landing().users.map((user) => ({ ...user, policies })),
};
const services = new DataPlane(config, new RamSecrets(config));

const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
const value = fc.string({
  unit: fc.constantFrom('a', '+', '%', '&', '=', ' ', "'", '*', 'é', '🙂'),
});
const query = fc.array(fc.tuple(fc.constantFrom('prefix', 'a', 'A', '+a', 'marker'), value), {
  maxLength: 4,
});
const encoded = (pairs: readonly (readonly [string, string])[]) =>
  pairs.map((pair) => pair.map(encodeURIComponent).join('=')).join('&');

it('what one signs, in any form, is accepted and kept', () => {
  fc.assert(
    fc.property(fc.constantFrom(...OSS_FORMS), key, query, value, (form, name, pairs, body) => {
      const ask = (method: string) =>
        services.handle(
          ossRequest({
            form,
            method,
            body,
            path: `/b/${encodeURIComponent(name)}?${encoded(pairs)}`,
          }),
        );
      expect(ask('PUT').code).toBe('OK');
      expect(Buffer.from(ask('GET').body).toString()).toBe(body);
      expect(ask('DELETE').status).toBe(204);
      expect(ask('GET').code).toBe('NoSuchKey');
    }),
  );
});

const piece = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.constantFrom(
    'OSS4-HMAC-SHA256',
    `${KEY.accessKeyId}/20261122/cn-hangzhou/oss/aliyun_v4_request`,
  ),
  fc.constantFrom(
    'UNSIGNED-PAYLOAD',
    '20261122T080000Z',
    '99999999T999999Z',
    '60',
    '-1',
    '1e9',
    'NaN',
  ),
  fc.constantFrom(
    'Credential=a',
    'Signature=',
    'AdditionalHeaders=host',
    'Credential=,Signature=,',
  ),
);
const parameter = fc.constantFrom(
  ...['x-oss-signature-version', 'x-oss-credential', 'x-oss-date', 'x-oss-expires'],
  ...['x-oss-signature', 'x-oss-additional-headers', 'x-oss-security-token'],
  ...['OSSAccessKeyId', 'Expires', 'Signature', 'max-keys', 'list-type', 'continuation-token'],
);
const header = fc.constantFrom(
  ...['Host', 'Date', 'x-oss-date', 'x-oss-content-sha256', 'x-oss-security-token', 'Content-MD5'],
);

it('any other request is refused in OSS’s own words', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'BREW'),
      fc.constantFrom('/', '/b', '/b/', '/b/k', '/%', '//'),
      fc.array(fc.tuple(parameter, piece), { maxLength: 8 }),
      fc.array(fc.tuple(header, piece), { maxLength: 6 }),
      fc.option(
        fc.array(piece, { maxLength: 4 }).map((parts) => `OSS4-HMAC-SHA256 ${parts.join(',')}`),
      ),
      (method, path, pairs, headers, authorization) => {
        const answer = services.handle({
          ...{ method, nowMs: NOW_MS, secure: false, body: new Uint8Array() },
          url: `${path}?x-oss-signature=&${pairs.map(([name, text]) => `${name}=${text}`).join('&')}`,
          headers: [
            ...headers.flat(),
            ...(authorization === null ? [] : ['Authorization', authorization]),
          ],
        });
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.status).toBeLessThan(500);
        expect(answer.headers['x-oss-ec']).toMatch(/^\d{4}-\d{8}$/);
      },
    ),
    { numRuns: 2_000 },
  );
});
