/**
 * A small landing zone for the tests of the mock, and requests signed the plain way, by the kernel.
 */
import type { MockStsConfig, TrustPolicy } from '../../mock-sts/core/config.ts';
import type { UserIdentity } from '../../mock-sts/core/identity.ts';
import type { WireRequest } from '../../mock-sts/core/wire/request.ts';
import type { AccessKey, Credentials } from '../../src/kernel/sts/credentials.ts';
import {
  ACS3_ALGORITHM,
  canonicalizeAcs3,
  sha256Hex,
  signAcs3,
} from '../../src/kernel/sts/signature-acs3.ts';
import { signV1, stringToSignV1 } from '../../src/kernel/sts/signature-v1.ts';
import { formatTimestamp, percentEncode, STS_VERSION } from '../../src/kernel/sts/wire.ts';

export const NOW_MS = Date.UTC(2026, 10, 22, 8, 0, 0);
export const CALLERS_ACCOUNT = '1000000000000001';
export const ROLE_ARN = 'acs:ram::1000000000000101:role/role-app-prd';
export const OTHER_ROLE_ARN = 'acs:ram::1000000000000102:role/role-other-prd';
export const APP: UserIdentity = { kind: 'user', accountId: CALLERS_ACCOUNT, name: 'app' };
export const KEY: AccessKey = {
  accessKeyId: 'LTAI5tTestKeyOfUserApp01',
  accessKeySecret: 'test-secret-of-user-app',
};
export const INACTIVE_KEY: AccessKey = {
  accessKeyId: 'LTAI5tTestKeyOfUserApp02',
  accessKeySecret: 'test-secret-of-nobody',
};

export function trusting(...principals: string[]): TrustPolicy {
  return {
    Version: '1',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: principals } }],
  };
}

/** One user, two roles that trust its account, no quota, no latency, no fault. */
export function landing(changes: Partial<MockStsConfig> = {}): MockStsConfig {
  return {
    seed: 7,
    region: 'cn-hangzhou',
    users: [
      {
        accountId: CALLERS_ACCOUNT,
        name: 'app',
        accessKeys: [
          { ...KEY, active: true },
          { ...INACTIVE_KEY, active: false },
        ],
        mayAssume: ['acs:ram::*:role/role-*'],
      },
    ],
    roles: [ROLE_ARN, OTHER_ROLE_ARN].map((arn) => ({
      arn,
      maxSessionDurationSeconds: 3_600,
      trust: trusting(`acs:ram::${CALLERS_ACCOUNT}:root`),
    })),
    quota: {
      perRole: undefined,
      perAccount: undefined,
      limiter: { algorithm: 'fixed-window' },
    },
    latency: { medianMs: 0, p99Ms: 0 },
    faults: [],
    ...changes,
  };
}

export interface Ask {
  readonly method?: 'GET' | 'POST';
  readonly key?: Credentials;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Laid over the common parameters of v1, after them; an empty text removes one. */
  readonly common?: Readonly<Record<string, string>>;
  readonly nowMs?: number;
  readonly secure?: boolean;
}

let nonces = 0;
function freshNonce(): string {
  nonces += 1;
  return `nonce-${nonces}`;
}

const ASSUME_ROLE = { RoleArn: ROLE_ARN, RoleSessionName: 'session@1' };

/** A v1 request as `@alicloud/credentials` sends it: common parameters in the query, the rest in a form. */
export function askV1(ask: Ask = {}): WireRequest {
  const { method = 'POST', parameters = ASSUME_ROLE, nowMs = NOW_MS } = ask;
  const key: Credentials = ask.key ?? KEY;
  const common = Object.entries({
    Action: 'AssumeRole',
    Version: STS_VERSION,
    Format: 'JSON',
    AccessKeyId: key.accessKeyId,
    ...(key.securityToken === undefined ? {} : { SecurityToken: key.securityToken }),
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: freshNonce(),
    Timestamp: formatTimestamp(nowMs),
    ...ask.common,
  }).filter(([, value]) => value !== '');
  const form = Object.entries(parameters);
  const signature = signV1(key.accessKeySecret, stringToSignV1(method, [...common, ...form]));
  const query = [...common, ['Signature', signature] as const];
  const inQuery = method === 'GET' ? [...query, ...form] : query;
  const body = method === 'GET' ? '' : encoded(form);
  return {
    method,
    url: `/?${encoded(inQuery)}`,
    headers: ['Host', '127.0.0.1:8080', ...formHeaders(body)],
    body: Buffer.from(body),
    nowMs,
    secure: ask.secure ?? false,
  };
}

function formHeaders(body: string): string[] {
  return body === '' ? [] : ['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8'];
}

/** A V3 request as `@alicloud/sts20150401` sends it: everything in the query, an empty body. */
export function askAcs3(
  ask: Ask & {
    readonly action?: string;
    readonly body?: string;
    /** Headers that are signed beside those of the scheme. */
    readonly signs?: readonly (readonly [string, string])[];
  } = {},
) {
  const { parameters = ASSUME_ROLE, nowMs = NOW_MS, body = '' } = ask;
  const key: Credentials = ask.key ?? KEY;
  const headers: [string, string][] = [
    ['host', '127.0.0.1:8080'],
    ['x-acs-action', ask.action ?? 'AssumeRole'],
    ['x-acs-version', STS_VERSION],
    ['x-acs-date', formatTimestamp(nowMs)],
    ['x-acs-signature-nonce', freshNonce()],
    ['x-acs-content-sha256', sha256Hex(body)],
    ...(key.securityToken === undefined
      ? []
      : [['x-acs-security-token', key.securityToken] as [string, string]]),
    ...(body === '' ? [] : [['content-type', 'application/json'] as [string, string]]),
  ];
  const query = Object.entries(parameters);
  const canonical = canonicalizeAcs3({
    method: 'POST',
    path: '/',
    query,
    headers: ask.signs === undefined ? headers : [...headers, ...ask.signs],
    payloadHash: sha256Hex(body),
  });
  const signature = signAcs3(key.accessKeySecret, canonical.hash);
  const authorization = `${ACS3_ALGORITHM} Credential=${key.accessKeyId},SignedHeaders=${canonical.signedHeaders},Signature=${signature}`;
  return {
    method: 'POST',
    url: query.length === 0 ? '/' : `/?${encoded(query)}`,
    headers: [
      ...headers.flat(),
      ...(ask.signs ?? [['accept', 'application/json']]).flat(),
      'Authorization',
      authorization,
    ],
    body: Buffer.from(body),
    nowMs,
    secure: ask.secure ?? false,
  } satisfies WireRequest;
}

/** The credential in a JSON answer to AssumeRole. */
export function credentialIn(body: string): Required<Credentials> {
  const { Credentials: issued } = JSON.parse(body);
  return {
    accessKeyId: issued.AccessKeyId,
    accessKeySecret: issued.AccessKeySecret,
    securityToken: issued.SecurityToken,
    expiresAtMs: Date.parse(issued.Expiration),
  };
}

function encoded(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join('&');
}
