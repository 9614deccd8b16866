/**
 * SDKs of Google and Azure, for comparison: their caches, as if they called AssumeRole.
 */
import { asIssued } from './arrival-rule.ts';
import { ElectOneCache, type ElectTerms } from './elect-one.ts';
import { throwAlways } from './failure-rule.ts';
import { JoinedCache, type JoinTerms, THROWN_TO_ALL } from './joined.ts';
import { always, type LeaseTerms } from './lease.ts';
import { OwnCallCache, type OwnCallTerms } from './own-call.ts';
import { NO_LIMIT_STAND_IN_MS, type Preset } from './preset.ts';
import { everyUntilExpiry, exponential, listed, noRetry } from './retry-rule.ts';

const GOOGLE_PYTHON_LEAD_MS = 225_000;
const GOOGLE_PYTHON_LEASE: LeaseTerms = {
  staleLeadMs: always(GOOGLE_PYTHON_LEAD_MS),
  endFrom: 'receipt',
  wholeSeconds: false,
};
/** 1 s and 2 s, each give or take a tenth. */
const GOOGLE_PYTHON_RETRY = exponential({
  attemptsMax: 3,
  baseMs: 1_000,
  shareMin: 0.9,
  shareMax: 1.1,
});

const GOOGLE_PYTHON: OwnCallTerms = {
  lease: GOOGLE_PYTHON_LEASE,
  arrival: asIssued,
  failure: throwAlways,
  retry: GOOGLE_PYTHON_RETRY,
};

/** Served up to its end by local reckoning, which is later than the true one. */
const GOOGLE_PYTHON_NONBLOCKING: ElectTerms = {
  lease: {
    ...GOOGLE_PYTHON_LEASE,
    staleLeadMs: always(0),
    prefetchLeadMs: always(GOOGLE_PYTHON_LEAD_MS),
  },
  arrival: asIssued,
  retry: GOOGLE_PYTHON_RETRY,
  elected: 'worker',
  gateMs: 0,
  electedFails: 'own-calls',
  first: 'own',
};

/** Repeats POST too. Simplified: as often where no answer came, which really is twice. */
const GOOGLE_NODE: JoinTerms = {
  lease: { staleLeadMs: always(300_000), endFrom: 'receipt', wholeSeconds: false },
  arrival: asIssued,
  retry: listed([100, 500, 1_500]),
  prefetch: 'none',
  wakes: false,
  afterFailure: THROWN_TO_ALL,
};

/** A worker in the background that tries every 3 s until the old credential has ended. */
const AZURE_JS: JoinTerms = {
  lease: {
    staleLeadMs: always(1_000),
    prefetchLeadMs: always(120_000),
    endFrom: 'expiration',
    wholeSeconds: false,
  },
  arrival: asIssued,
  retry: everyUntilExpiry(3_000),
  prefetch: 'background',
  wakes: false,
  afterFailure: { ...THROWN_TO_ALL, answer: 'forget' },
};

/**
 * Simplified: MSAL, underneath, treats a token as absent in its last five minutes, and the pipeline
 * repeats failed calls; neither is modelled.
 */
const AZURE_PYTHON: ElectTerms = {
  lease: {
    staleLeadMs: always(0),
    prefetchLeadMs: always(300_000),
    endFrom: 'expiration',
    wholeSeconds: true,
  },
  arrival: asIssued,
  retry: noRetry,
  elected: 'caller',
  gateMs: 30_000,
  electedFails: 'serve-old',
  first: 'own',
};

export const OTHER_PRESETS: readonly Preset[] = [
  {
    name: 'google-auth-python',
    title: 'google-auth 2.48.0 for Python (blocking refresh)',
    source:
      'googleapis/google-auth-library-python 2ea24b03, google/auth/credentials.py, _helpers.py',
    callTimeoutMs: 120_000,
    atStart: 'nothing',
    claims: { singleFlight: false, neverServesExpired: true },
    caches: true,
    newCache: (chance, session) => new OwnCallCache(GOOGLE_PYTHON, session, chance),
  },
  {
    name: 'google-auth-python-nonblocking',
    title: 'google-auth 2.48.0 for Python (with_non_blocking_refresh)',
    source:
      'googleapis/google-auth-library-python 2ea24b03, google/auth/credentials.py, _refresh_worker.py',
    callTimeoutMs: 120_000,
    atStart: 'nothing',
    claims: { singleFlight: false, neverServesExpired: false },
    caches: true,
    newCache: (chance, session) => new ElectOneCache(GOOGLE_PYTHON_NONBLOCKING, session, chance),
  },
  {
    name: 'google-auth-node',
    title: 'google-auth-library for Node.js (BaseExternalAccountClient)',
    source:
      'googleapis/google-auth-library-nodejs a95b8272, src/auth/baseexternalclient.ts; googleapis/gaxios, src/retry.ts',
    callTimeoutMs: NO_LIMIT_STAND_IN_MS,
    atStart: 'nothing',
    claims: { singleFlight: true, neverServesExpired: true },
    caches: true,
    newCache: (chance, session) => new JoinedCache(GOOGLE_NODE, session, chance),
  },
  {
    name: 'azure-js',
    title: 'Azure SDK for JavaScript (core-rest-pipeline tokenCycler)',
    source: 'Azure/azure-sdk-for-js, sdk/core/core-rest-pipeline/src/util/tokenCycler.ts',
    callTimeoutMs: NO_LIMIT_STAND_IN_MS,
    atStart: 'nothing',
    claims: { singleFlight: true, neverServesExpired: true },
    caches: true,
    newCache: (chance, session) => new JoinedCache(AZURE_JS, session, chance),
  },
  {
    // A caller whose refresh outlasts the old token and fails is given that token.
    name: 'azure-python',
    title: 'Azure Identity for Python (GetTokenMixin)',
    source: 'Azure/azure-sdk-for-python, azure/identity/_internal/get_token_mixin.py',
    callTimeoutMs: 300_000,
    atStart: 'nothing',
    claims: { singleFlight: false, neverServesExpired: false },
    caches: true,
    newCache: (chance, session) => new ElectOneCache(AZURE_PYTHON, session, chance),
  },
];
