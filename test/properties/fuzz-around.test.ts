/**
 * KMS, RPC and OSS under requests that are nearly right, 25,000, edited after they were signed; metadata
 * service and credentials URI under 6,000. Each answers in its own form and with no 5xx, and a request
 * that was not changed gets what it asks for.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CredentialsUri } from '../../mock-sts/core/credentials-uri.ts';
import { DataPlane } from '../../mock-sts/core/data-plane/data-plane.ts';
import { ossStringToSign, signOss } from '../../mock-sts/core/data-plane/oss-signature.ts';
import { MetadataService } from '../../mock-sts/core/metadata.ts';
import { RamSecrets } from '../../mock-sts/core/ram-secrets.ts';
import { ServiceSessions } from '../../mock-sts/core/service-sessions.ts';
import type { WireRequest } from '../../mock-sts/core/wire/request.ts';
import { askV1, KEY, landing, NOW_MS } from '../mock-sts/landing.ts';
import { parsedXml } from './markup.ts';
import { edited, edits } from './mutations.ts';

const STATEMENT = { Effect: 'Allow', Action: '*', Resource: '*' } as const;
const POLICIES = [{ name: 'all', document: { Version: '1', Statement: [STATEMENT] } as const }];
const base = landing();
const config = { ...base, users: base.users.map((user) => ({ ...user, policies: POLICIES })) };
const services = new DataPlane(config, new RamSecrets(config));

function askOss(method: string, bucket: string, key: string): WireRequest {
  const headers = [
    'Host',
    'localhost',
    'Date',
    new Date(NOW_MS).toUTCString(),
    'x-oss-meta-a',
    'b',
  ];
  const target = { bucket, key, query: [['response-cache-control', 'no']] as const };
  const signature = signOss(KEY.accessKeySecret, ossStringToSign(method, headers, target));
  headers.push('Authorization', `OSS ${KEY.accessKeyId}:${signature}`);
  const url = `/${bucket}${key === '' ? '' : `/${encodeURIComponent(key)}`}?response-cache-control=no`;
  return { method, url, headers, body: Buffer.from('data'), nowMs: NOW_MS, secure: false };
}

const KMS = { Action: 'GetSecretValue', Version: '2016-01-20' };
const ECS = { Action: 'DescribeInstances', Version: '2014-05-26' };
/** KMS lets 450 calls a second pass, so each has an instant of its own. */
let calls = 0;
function later(): number {
  calls += 1;
  return NOW_MS + calls * 5;
}
const GOOD: readonly (() => WireRequest)[] = [
  () => askV1({ common: KMS, parameters: { SecretName: 'acs/ram/user/app' }, nowMs: later() }),
  () => askV1({ method: 'GET', common: ECS, parameters: { RegionId: 'cn-beijing' } }),
  () => askOss('GET', 'app-data', 'object'),
  () => askOss('PUT', 'bucket', 'k\u0000<&'),
  () => askOss('GET', 'bucket', ''),
];

it('the data plane answers in its own words', { timeout: 120_000 }, () => {
  const ways = fc.record({ url: edits, header: fc.nat(40), value: edits, body: edits });
  fc.assert(
    fc.property(fc.nat(GOOD.length - 1), ways, (i, { url, header, value, body }) => {
      const request = GOOD[i]!();
      const at = header % request.headers.length;
      const answer = services.handle({
        ...request,
        url: edited(request.url, url),
        headers: request.headers.map((text, j) => (j === at ? edited(text, value) : text)),
        body: Buffer.from(edited(Buffer.from(request.body).toString('latin1'), body), 'latin1'),
      });
      const isSame = url.length + value.length + body.length === 0;
      const text = String(answer.body);
      expect(answer.status, text).toBeLessThan(isSame ? 300 : 500);
      if (answer.contentType.startsWith('application/json')) JSON.parse(text);
      else if (answer.contentType === 'application/xml' && text !== '') {
        parsedXml(text);
      }
    }),
    { numRuns: 25_000 },
  );
});

it('the metadata service and the credentials URI do, too', { timeout: 60_000 }, () => {
  const role = 'acs:ram::1000000000000009:role/ecs-role';
  const trust = {
    Version: '1',
    Statement: [
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ecs.aliyuncs.com' } },
    ],
  } as const;
  const roles = [...base.roles, { arn: role, maxSessionDurationSeconds: 3_600, trust }];
  const withInstance = { ...base, roles, instance: { role, hardened: false } };
  const sessions = new ServiceSessions(7);
  const metadata = new MetadataService(withInstance, sessions);
  const uri = new CredentialsUri(withInstance, sessions);
  const path = '/latest/meta-data/ram/security-credentials/ecs-role';
  const ttl = (asked: string) => (asked.endsWith('-ttl-seconds') ? '60' : undefined);
  const token = (nowMs: number) =>
    metadata.handle({ method: 'PUT', path: '/latest/api/token', header: ttl, nowMs }).body;
  const ways = fc.record({ path: edits, token: edits, name: edits, laterMs: fc.nat(1e10) });
  fc.assert(
    fc.property(ways, ({ path: onPath, token: onToken, name, laterMs }) => {
      const nowMs = NOW_MS + laterMs;
      const shown = edited(Buffer.from(token(nowMs)).toString(), onToken);
      const header = (asked: string) =>
        asked === 'x-aliyun-ecs-metadata-token' ? shown : undefined;
      const asked = { method: 'GET', path: edited(path, onPath), header, nowMs };
      const { status, body } = metadata.handle(asked);
      expect(status).toBeLessThan(500);
      if (onPath.length + onToken.length === 0) {
        expect(Date.parse(JSON.parse(body).Expiration)).toBeGreaterThan(nowMs);
      }
      const document = uri.handle(edited('role-app-prd', name), nowMs);
      expect(document.status).toBe(name.length === 0 ? 200 : document.status);
      expect([200, 404]).toContain(document.status);
      JSON.parse(document.body);
    }),
    { numRuns: 3_000 },
  );
});
