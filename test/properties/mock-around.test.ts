/**
 * Whatever comes to the places around STS, they answer: no exception, no 5xx, and nobody gets anything
 * without a right signature.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DataPlane } from '../../mock-sts/core/data-plane/data-plane.ts';
import { MetadataService } from '../../mock-sts/core/metadata.ts';
import { RamSecrets } from '../../mock-sts/core/ram-secrets.ts';
import { ServiceSessions } from '../../mock-sts/core/service-sessions.ts';
import { KEY, landing, NOW_MS } from '../mock-sts/landing.ts';

const config = landing();
const anything = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom('', '/', '?', '%', 'CAIS', KEY.accessKeyId, 'GetSecretValue', '2016-01-20'),
);
const header = fc.tuple(
  fc.constantFrom(
    ...['Host', 'Authorization', 'Date', 'x-oss-date', 'x-oss-security-token', 'Content-Type'],
    ...['x-acs-action', 'x-acs-version', 'x-acs-date', 'x-acs-signature-nonce'],
  ),
  fc.oneof(
    anything,
    fc.constantFrom(
      ...['ecs.cn-hangzhou.aliyuncs.com', 'b.oss-cn-hangzhou.aliyuncs.com'],
      ...[new Date(NOW_MS).toUTCString(), '2026-11-22T08:00:00Z', 'application/json'],
      ...[`OSS ${KEY.accessKeyId}:26NBxoKdsyly4EDv6inkoDft/yA=`, 'OSS a', 'ACS3-HMAC-SHA256 x'],
      `ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host,Signature=${'0'.repeat(64)}`,
    ),
  ),
);
const path = fc.oneof(
  anything.map((text) => `/${text}`),
  fc
    .array(
      fc.tuple(fc.constantFrom('Action', 'Version', 'AccessKeyId', 'Signature', 'acl'), anything),
    )
    .map((pairs) => `/?${new URLSearchParams(pairs)}`),
);

test('the data plane refuses whatever is not signed, and never fails', () => {
  const services = new DataPlane(config, new RamSecrets(config));
  fc.assert(
    fc.property(
      fc.constantFrom('GET', 'PUT', 'POST', 'HEAD', 'DELETE', 'OPTIONS'),
      path,
      fc.array(header, { maxLength: 8 }),
      fc.uint8Array({ maxLength: 60 }),
      (method, url, headers, body) => {
        const { status, code } = services.handle({
          ...{ method, url, headers: headers.flat(), body, nowMs: NOW_MS, secure: false },
        });
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
        expect(code).not.toBe('OK');
      },
    ),
    { numRuns: 20_000 },
  );
});

test('the metadata service answers whatever it is asked, and in hardened mode to nobody', () => {
  const service = new MetadataService(
    { ...config, instance: { role: '', hardened: true } },
    new ServiceSessions(config.seed),
  );
  fc.assert(
    fc.property(
      fc.constantFrom('GET', 'PUT', 'POST'),
      fc.oneof(path, anything, fc.constantFrom('/latest/meta-data/region-id', '/latest/api/token')),
      fc.option(anything, { nil: undefined }),
      (method, asked, value) => {
        const { status } = service.handle({
          ...{ method, path: asked, header: () => value, nowMs: NOW_MS },
        });
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
      },
    ),
    { numRuns: 5_000 },
  );
});
