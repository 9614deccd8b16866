/**
 * Alibaba Cloud's credentials packages: one refresh for a role in each language, and what they do
 * with it. All take `Expiration` from the answer, none repeats a failed call, none refreshes in the
 * background or with jitter for this kind of credential.
 */
import { alibabaNode, alibabaStrict, asIssued } from './arrival-rule.ts';
import { serveOnWithAlibabaBackoff, throwAlways, throwOnceStale } from './failure-rule.ts';
import { FrozenLoopCache, type FrozenLoopTerms } from './frozen-loop.ts';
import { always, type LeaseTerms } from './lease.ts';
import type { LockTerms } from './lock-terms.ts';
import { LockedCache } from './locked.ts';
import { OwnCallCache, type OwnCallTerms } from './own-call.ts';
import { PerRequestCache } from './per-request.ts';
import type { Preset } from './preset.ts';
import { noRetry } from './retry-rule.ts';

/** 15 minutes: with a duration of 900 s a credential is stale on arrival. */
const LEASE: LeaseTerms = {
  staleLeadMs: always(900_000),
  endFrom: 'expiration',
  wholeSeconds: false,
};

/**
 * Callers that wait longer than 5 s for the lock refresh without it: with an STS slower than that
 * the lock holds nobody back. A failure is thrown though the credential has up to 15 minutes left.
 */
const LOCK: LockTerms = {
  lease: LEASE,
  arrival: alibabaStrict,
  failure: throwOnceStale,
  retry: noRetry,
  waitMsMax: 5_000,
  atWaitMax: 'refresh',
  recheck: 'due',
  prefetch: 'none',
};

const PYTHON_LEASE: LeaseTerms = { ...LEASE, wholeSeconds: true };

/**
 * The socket's idle timer is set from the connect timeout, so that 5 s without a byte end a call
 * although 10 s are allowed for reading. An answer that follows another one overwrites it; each
 * caller gets the credential of its own call.
 */
const NODE: OwnCallTerms = {
  lease: LEASE,
  arrival: alibabaNode,
  failure: serveOnWithAlibabaBackoff,
  retry: noRetry,
};

const FROZEN_LOOP: FrozenLoopTerms = {
  lease: PYTHON_LEASE,
  arrival: alibabaStrict,
  failure: throwOnceStale,
  waitMsMax: 5_000,
};

/** Stale from the very second in which 180 s are left; an error comes at once all the same. */
export const GO_TERMS: OwnCallTerms = {
  lease: { staleLeadMs: always(180_000), endFrom: 'expiration', wholeSeconds: true },
  arrival: asIssued,
  failure: throwAlways,
  retry: noRetry,
};

/** Connecting and reading share one limit: 5 + 10 s. */
export const GO_CALL_TIMEOUT_MS = 15_000;

export const ALIBABA_PRESETS: readonly Preset[] = [
  {
    name: 'alicloud-node',
    title: 'Alibaba Cloud Credentials for Node.js 2.4.7 (ram_role_arn)',
    source:
      '@alicloud/credentials 2.4.7, dist/src/providers/session.js, ram_role_arn.js; httpx lib/index.js',
    callTimeoutMs: 5_000,
    limitsSilence: true,
    atStart: 'nothing',
    claims: { singleFlight: false, neverServesExpired: false },
    caches: true,
    newCache: (chance, session) => new OwnCallCache(NODE, session, chance),
  },
  {
    name: 'alicloud-java',
    title: 'Alibaba Cloud Credentials for Java 1.0.6 (ram_role_arn)',
    source:
      'aliyun/credentials-java b9b5c10, provider/RefreshCachedSupplier.java, SessionCredentialsProvider.java',
    callTimeoutMs: 10_000,
    atStart: 'nothing',
    claims: { singleFlight: false, neverServesExpired: true },
    caches: true,
    newCache: (chance, session) => new LockedCache(LOCK, session, chance),
  },
  {
    name: 'alicloud-python',
    title: 'Alibaba Cloud Credentials for Python 1.0.12 (ram_role_arn, threads)',
    source: 'aliyun/credentials-python 0e6d313, provider/refreshable.py, ram_role_arn.py',
    callTimeoutMs: 10_000,
    atStart: 'nothing',
    claims: { singleFlight: false, neverServesExpired: true },
    caches: true,
    newCache: (chance, session) =>
      new LockedCache({ ...LOCK, lease: PYTHON_LEASE }, session, chance),
  },
  {
    // An answer may be processed long after it came: the credential in it can have expired by then.
    name: 'alicloud-python-async',
    title: 'Alibaba Cloud Credentials for Python 1.0.12 (ram_role_arn, asyncio)',
    source: 'aliyun/credentials-python 0e6d313, provider/refreshable.py, _refresh_cache_async',
    callTimeoutMs: 10_000,
    atStart: 'nothing',
    claims: { singleFlight: false, neverServesExpired: false },
    caches: true,
    newCache: (chance, session) => new FrozenLoopCache(FROZEN_LOOP, session, chance),
  },
  {
    name: 'alicloud-go',
    title: 'Alibaba Cloud Credentials for Go 1.4.12 (ram_role_arn)',
    source: 'aliyun/credentials-go 9ac55b4, credentials/providers/ram_role_arn.go',
    callTimeoutMs: GO_CALL_TIMEOUT_MS,
    atStart: 'nothing',
    claims: { singleFlight: false, neverServesExpired: true },
    caches: true,
    newCache: (chance, session) => new OwnCallCache(GO_TERMS, session, chance),
  },
  {
    // The cache is a static array, gone with the request. Guzzle sets no limit to a call; a minute
    // is what nginx waits for FastCGI. Not modelled: a worker that lives on, with a lead of 900 s.
    name: 'alicloud-php-fpm',
    title: 'Alibaba Cloud Credentials for PHP 1.2.3 (ram_role_arn, PHP-FPM)',
    source: 'aliyun/credentials-php f6d1986, src/Providers/SessionCredentialsProvider.php',
    callTimeoutMs: 60_000,
    atStart: 'nothing',
    claims: { singleFlight: false, neverServesExpired: true },
    caches: false,
    newCache: () => new PerRequestCache(),
  },
  {
    // Whoever waited 5 s takes the credential in hand, even an expired one, and fails without one.
    // Simplified: synchronous and asynchronous callers have a lock each, so that up to two calls
    // are in the air where an application mixes them; here all callers are of one kind.
    name: 'alicloud-csharp',
    title: 'Alibaba Cloud Credentials for C# 1.5.3 (ram_role_arn)',
    source: 'aliyun/credentials-csharp a8e4de9, Provider/RefreshCachedSupplier.cs',
    callTimeoutMs: 10_000,
    atStart: 'nothing',
    claims: { singleFlight: true, neverServesExpired: false },
    caches: true,
    newCache: (chance, session) =>
      new LockedCache({ ...LOCK, atWaitMax: 'serve-current' }, session, chance),
  },
];
