import { afterEach, describe, expect, it } from 'vitest';
import type { AssumeRoleOutcome } from '../../src/client/sts-transport.ts';
import { UndiciTransport } from '../../src/client/undici-transport.ts';
import { HarnessError } from '../../src/kernel/errors.ts';
import {
  ACS3_ALGORITHM,
  canonicalizeAcs3,
  EMPTY_SHA256,
  headersToSign,
  signAcs3,
} from '../../src/kernel/sts/signature-acs3.ts';
import { VirtualClock } from '../../src/kernel/virtual-clock.ts';
import {
  type Canned,
  type CannedSts,
  cannedSts,
  ISSUED,
  issued,
  refused,
  type SeenRequest,
} from './canned-sts.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 8);
const REQUEST = {
  roleArn: 'acs:ram::1234567890123456:role/app',
  roleSessionName: 'test',
  durationSeconds: 3_600,
  externalId: 'a=b',
};
const SOURCE = { accessKeyId: 'LTAIsource', accessKeySecret: 'source-secret' };

const open: { close(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function setUp(answer: (request: SeenRequest) => Canned) {
  const sts: CannedSts = await cannedSts(answer);
  const transport = new UndiciTransport({
    endpoint: sts.endpoint,
    clock: new VirtualClock(NOW_MS),
  });
  open.push(transport, sts);
  const call = (signal = new AbortController().signal, source: typeof SOURCE = SOURCE) =>
    transport.assumeRole(REQUEST, source, signal);
  return { sts, transport, call };
}

function failureOf(outcome: AssumeRoleOutcome) {
  if (outcome.kind === 'issued') throw new Error('a credential was issued');
  return outcome.failure;
}

function signatureOf(seen: SeenRequest, secret: string): string {
  const { hash, signedHeaders } = canonicalizeAcs3({
    method: seen.method,
    path: seen.url.pathname,
    query: seen.url.searchParams,
    headers: headersToSign(
      Object.entries(seen.headers).map(([name, value]) => [name, String(value)]),
    ),
    payloadHash: EMPTY_SHA256,
  });
  return `${ACS3_ALGORITHM} Credential=LTAIsource,SignedHeaders=${signedHeaders},Signature=${signAcs3(secret, hash)}`;
}

describe('a call', () => {
  it('is a signed POST with the inputs in the query, and gives the credential with STS’s clock', async () => {
    const { sts, call } = await setUp(() => issued());
    expect(await call()).toEqual({
      kind: 'issued',
      credential: {
        accessKeyId: ISSUED.Credentials.AccessKeyId,
        accessKeySecret: ISSUED.Credentials.AccessKeySecret,
        securityToken: ISSUED.Credentials.SecurityToken,
        expiresAtMs: NOW_MS + 3_600_000,
      },
      serverAtMs: NOW_MS,
    });
    const [seen] = sts.seen;
    expect(seen!.method).toBe('POST');
    expect(Object.fromEntries(seen!.url.searchParams)).toEqual({
      RoleArn: REQUEST.roleArn,
      RoleSessionName: 'test',
      DurationSeconds: '3600',
      ExternalId: 'a=b',
    });
    expect(seen!.headers).toMatchObject({
      'x-acs-action': 'AssumeRole',
      'x-acs-version': '2015-04-01',
      'x-acs-date': '2026-11-22T08:00:00Z',
      host: new URL(sts.endpoint).host,
    });
    expect(seen!.headers.authorization).toBe(signatureOf(seen!, 'source-secret'));
  });

  it('goes over kept connections, never over more than two, with a nonce of its own', async () => {
    const { sts, call } = await setUp(() => issued());
    for (let i = 0; i < 5; i += 1) await call();
    await Promise.all(Array.from({ length: 20 }, () => call()));
    expect(sts.connections()).toBeLessThanOrEqual(2);
    expect(new Set(sts.seen.map(({ headers }) => headers['x-acs-signature-nonce'])).size).toBe(25);
  });

  it('is signed again, once, by STS’s clock where STS refuses its timestamp', async () => {
    const date = 'Sun, 22 Nov 2026 10:00:00 GMT';
    const { sts, call } = await setUp((request) =>
      request.headers['x-acs-date'] === '2026-11-22T10:00:00Z'
        ? issued(date)
        : {
            ...(refused(400, 'InvalidTimeStamp.Expired') as object as {
              status: number;
              body: string;
            }),
            headers: { date },
          },
    );
    expect((await call()).kind).toBe('issued');
    expect(sts.seen).toHaveLength(2);
    expect((await call()).kind, 'the difference is remembered').toBe('issued');
    expect(sts.seen).toHaveLength(3);
  });

  it('is not repeated a second time', async () => {
    const { sts, call } = await setUp(() => refused(400, 'InvalidTimeStamp.Expired'));
    expect(failureOf(await call())).toMatchObject({ kind: 'transient' });
    expect(sts.seen).toHaveLength(2);
  });
});

describe('failures', () => {
  const canned = (status: number, body: string, headers = {}): Canned => ({
    status,
    body,
    headers,
  });
  it.each<[string, Canned, object]>([
    [
      'a throttle',
      refused(400, 'Throttling.User'),
      { kind: 'throttled', code: 'Throttling.User', status: 400, requestId: 'R-1' },
    ],
    ['429 of any kind', canned(429, ''), { kind: 'throttled', code: 'Throttling' }],
    ['302 without a body', canned(302, ''), { kind: 'throttled', code: 'Throttling', status: 302 }],
    ['302 with a body', canned(302, '<a>'), { kind: 'transient', code: 'BadResponse' }],
    ['another 4xx', refused(400, 'SomethingNew'), { kind: 'fatal', code: 'SomethingNew' }],
    ['no permission', refused(403, 'NoPermission'), { kind: 'fatal' }],
    ['an unknown key', refused(404, 'InvalidAccessKeyId.NotFound'), { kind: 'fatal' }],
    ['a used nonce', refused(400, 'SignatureNonceUsed'), { kind: 'transient' }],
    ['a server error', refused(500, 'InternalError'), { kind: 'transient', code: 'InternalError' }],
    [
      'HTML with 503',
      canned(503, '<html>'),
      { kind: 'transient', code: 'BadResponse', status: 503 },
    ],
    ['200 without JSON', canned(200, 'oops'), { kind: 'transient', code: 'BadResponse' }],
    ['200 without Credentials', canned(200, '{}'), { kind: 'transient', code: 'BadResponse' }],
    [
      'a huge body',
      canned(200, 'x'.repeat(300_000)),
      { code: 'BadResponse', message: 'the answer of STS is too long' },
    ],
    ['a broken connection', 'reset', { kind: 'transient', code: 'ConnectionReset' }],
  ])('%s', async (_, answer, expected) => {
    const { call } = await setUp(() => answer);
    expect(failureOf(await call())).toMatchObject(expected);
  });

  it.each([
    ['2500', 2_500],
    ['0', undefined],
    ['-5', undefined],
    ['soon', undefined],
    ['1.5', undefined],
  ])('take x-acs-retry-after %s for %s ms', async (header, expected) => {
    const { call } = await setUp(() => ({
      ...(refused(400, 'Throttling.User') as { status: number; body: string }),
      headers: { 'x-acs-retry-after': header },
    }));
    expect(failureOf(await call()).retryAfterMs).toBe(expected);
  });

  it('a credential without a readable expiry', async () => {
    const credentials = { ...ISSUED.Credentials, Expiration: 'tomorrow' };
    const { call } = await setUp(() => canned(200, JSON.stringify({ Credentials: credentials })));
    expect(failureOf(await call()).message).toContain('Expiration');
  });

  it('nobody listening', async () => {
    const { sts, call } = await setUp(() => issued());
    await sts.close();
    expect(failureOf(await call())).toMatchObject({ kind: 'transient', code: 'ConnectionRefused' });
  });

  it('an aborted call ends at once', async () => {
    const { call } = await setUp(() => undefined);
    const abort = new AbortController();
    const outcome = call(abort.signal);
    abort.abort();
    expect(failureOf(await outcome).code).toBe('Timeout');
  });
});

describe('endpoints', () => {
  it.each(['ftp://sts.example', 'https://sts.example/path', 'http://', 'a b'])(
    'refuses %s',
    (endpoint) => {
      expect(() => new UndiciTransport({ endpoint })).toThrow(HarnessError);
    },
  );
});
