/**
 * SDKs of AWS, for comparison. Their STS is not ours: throttled, transient and fatal failures are
 * taken for what these SDKs call throttling, retryable and non-recoverable.
 */
import { asIssued, awsJavaStrict, smithyJava, unlessExpired } from './arrival-rule.ts';
import { throwIfBegunStale, throwOnceStale } from './failure-rule.ts';
import { JoinedCache, type JoinTerms, THROWN_TO_ALL } from './joined.ts';
import { always, type Lead, type Lease } from './lease.ts';
import type { LockTerms } from './lock-terms.ts';
import { LockedCache } from './locked.ts';
import { NO_LIMIT_STAND_IN_MS, type Preset } from './preset.ts';
import { exponential, noRetry } from './retry-rule.ts';

const MINUTE_MS = 60_000;

const JS_V3: JoinTerms = {
  lease: { staleLeadMs: always(300_000), endFrom: 'expiration', wholeSeconds: false },
  arrival: asIssued,
  retry: exponential({ attemptsMax: 3, baseMs: 100, throttledBaseMs: 500, capMs: 20_000 }),
  prefetch: 'none',
  wakes: false,
  afterFailure: THROWN_TO_ALL,
};

/**
 * The prefetch instant is drawn between 5 and 2 minutes before expiry. Retries are the STS client's
 * (legacy mode); simplified: after throttling, too, they have full jitter.
 */
const JAVA_V2: LockTerms = {
  lease: {
    staleLeadMs: always(MINUTE_MS),
    prefetchLeadMs: always(5 * MINUTE_MS),
    prefetchJitterMs: (prefetchAtMs, staleAtMs) => staleAtMs - MINUTE_MS - prefetchAtMs,
    endFrom: 'expiration',
    wholeSeconds: false,
  },
  arrival: awsJavaStrict,
  failure: throwOnceStale,
  retry: exponential({ attemptsMax: 4, baseMs: 100, throttledBaseMs: 500, capMs: 20_000 }),
  waitMsMax: 5_000,
  atWaitMax: 'refresh',
  recheck: 'due',
  prefetch: 'one-caller',
};

/**
 * Each request in the prefetch window starts a job of its own, which queues for the lock: the guard
 * that was to allow one at a time is lifted as soon as the job is handed to the pool.
 */
const JAVA_V2_ASYNC: LockTerms = {
  ...JAVA_V2,
  prefetch: { jobsMax: 101, wakeAtMs: javaWakeAtMs },
};

/**
 * Uniform from the prefetch instant to a minute before stale; within an hour, and not in the next
 * 60 s.
 */
function javaWakeAtMs(lease: Lease, nowMs: number, jitter: { next(): number }): number {
  const fromMs = Math.max(lease.dueAtMs, nowMs + MINUTE_MS);
  const latestMs = fromMs + 60 * MINUTE_MS;
  const toMs = lease.staleAtMs > latestMs ? latestMs : lease.staleAtMs - MINUTE_MS;
  return toMs < fromMs ? fromMs : fromMs + (toMs - fromMs) * jitter.next();
}

/** The advisory window of the 2026 designs, by lifetime. */
const advisoryLeadMs: Lead = (lifetimeMs) => {
  if (lifetimeMs <= 20 * MINUTE_MS) return 5 * MINUTE_MS;
  return lifetimeMs < 90 * MINUTE_MS ? 15 * MINUTE_MS : 60 * MINUTE_MS;
};

const TWO_WINDOWS = {
  staleLeadMs: always(MINUTE_MS),
  prefetchLeadMs: advisoryLeadMs,
  endFrom: 'expiration',
  wholeSeconds: false,
} as const;

/** Whole seconds: the fraction is cut off when the draw becomes a duration. */
const GO_V2: JoinTerms = {
  lease: TWO_WINDOWS,
  arrival: unlessExpired,
  retry: exponential({ attemptsMax: 3, baseMs: 2_000, capMs: 20_000 }),
  prefetch: 'one-caller',
  wakes: false,
  afterFailure: {
    answer: 'serve-for-ever',
    backoffMs: (backoff) => 300_000 + 1_000 * Math.floor(300 * backoff.next()),
    fatal: 'hold',
    fatalHoldMs: (backoff) => 1_000 + 1_000 * Math.floor(4 * backoff.next()),
  },
};

/** By default an expired credential is not served; `allowExpiredCredentials` is an option. */
const SMITHY_JAVA: JoinTerms = {
  lease: TWO_WINDOWS,
  arrival: smithyJava,
  retry: noRetry,
  prefetch: 'background',
  wakes: true,
  afterFailure: {
    answer: 'serve-until-expiry',
    backoffMs: (backoff) => 300_000 + 300_000 * backoff.next(),
    fatal: 'insist',
    fatalHoldMs: () => 0,
  },
};

/**
 * A caller in the advisory window looks at nothing but the lock; in the mandatory one it waits for
 * it for ever. There is no backoff: after a failure the next caller tries at once.
 */
const BOTOCORE: LockTerms = {
  lease: {
    staleLeadMs: always(10 * MINUTE_MS),
    prefetchLeadMs: always(15 * MINUTE_MS),
    endFrom: 'expiration',
    wholeSeconds: false,
  },
  arrival: unlessExpired,
  failure: throwIfBegunStale,
  retry: exponential({ attemptsMax: 5, baseMs: 1_000 }),
  waitMsMax: Number.POSITIVE_INFINITY,
  atWaitMax: 'refresh',
  recheck: 'stale',
  prefetch: 'one-caller',
};

export const AWS_PRESETS: readonly Preset[] = [
  {
    name: 'aws-js-v3',
    title: 'AWS SDK for JavaScript v3 (fromTemporaryCredentials)',
    source:
      'smithy-lang/smithy-typescript 6815d3e96, core/.../memoizeIdentityProvider.ts, retry/util-retry/constants.ts',
    callTimeoutMs: NO_LIMIT_STAND_IN_MS,
    atStart: 'nothing',
    claims: { singleFlight: true, neverServesExpired: true },
    caches: true,
    newCache: (chance, session) => new JoinedCache(JS_V3, session, chance),
  },
  {
    name: 'aws-java-v2',
    title: 'AWS SDK for Java v2, before 2026 (StsAssumeRoleCredentialsProvider)',
    source:
      'aws/aws-sdk-java-v2, utils/.../cache/CachedSupplier.java 03b0e592, sts/auth/StsCredentialsProvider.java 0d77cea',
    callTimeoutMs: 30_000,
    atStart: 'nothing',
    claims: { singleFlight: false, neverServesExpired: true },
    caches: true,
    newCache: (chance, session) => new LockedCache(JAVA_V2, session, chance),
  },
  {
    name: 'aws-java-v2-async',
    title: 'AWS SDK for Java v2, before 2026 (asyncCredentialUpdateEnabled)',
    source:
      'aws/aws-sdk-java-v2, utils/.../cache/NonBlocking.java 1e46266, CachedSupplier.java 03b0e592',
    callTimeoutMs: 30_000,
    atStart: 'nothing',
    claims: { singleFlight: false, neverServesExpired: true },
    caches: true,
    newCache: (chance, session) => new LockedCache(JAVA_V2_ASYNC, session, chance),
  },
  {
    name: 'aws-go-v2',
    title: 'AWS SDK for Go v2, 2026 (CredentialsCache over stscreds)',
    source: 'aws/aws-sdk-go-v2 26f0876, aws/credential_cache.go; aws/retry/jitter_backoff.go',
    callTimeoutMs: NO_LIMIT_STAND_IN_MS,
    atStart: 'nothing',
    claims: { singleFlight: true, neverServesExpired: false },
    caches: true,
    newCache: (chance, session) => new JoinedCache(GO_V2, session, chance),
  },
  {
    name: 'botocore',
    title: 'botocore 1.43.67 (DeferredRefreshableCredentials, AssumeRole)',
    source: 'boto/botocore 0e6e2404b, botocore/credentials.py, data/_retry.json',
    callTimeoutMs: 60_000,
    atStart: 'nothing',
    claims: { singleFlight: true, neverServesExpired: true },
    caches: true,
    newCache: (chance, session) => new LockedCache(BOTOCORE, session, chance),
  },
  {
    name: 'smithy-java',
    title: 'smithy-java, 2026 (CachingIdentityResolver)',
    source: 'smithy-lang/smithy-java, auth-api/.../identity/CachingIdentityResolver.java',
    callTimeoutMs: NO_LIMIT_STAND_IN_MS,
    atStart: 'nothing',
    claims: { singleFlight: true, neverServesExpired: true },
    caches: true,
    newCache: (chance, session) => new JoinedCache(SMITHY_JAVA, session, chance),
  },
];
