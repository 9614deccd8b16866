/**
 * Alibaba Cloud's other ways to a role's credential: older SDK cores, tools, and clients that leave
 * refreshing to the application.
 */
import { GO_CALL_TIMEOUT_MS, GO_TERMS } from './alibaba-presets.ts';
import { asIssued } from './arrival-rule.ts';
import { ElectOneCache, type ElectTerms } from './elect-one.ts';
import { throwAlways } from './failure-rule.ts';
import { always, type LeaseTerms, shareOfLifetime } from './lease.ts';
import { OwnCallCache, type OwnCallTerms } from './own-call.ts';
import { PerRequestCache } from './per-request.ts';
import { NO_LIMIT_STAND_IN_MS, type Preset } from './preset.ts';
import { noRetry } from './retry-rule.ts';

/**
 * A fixed interval from the creation of the client, whatever `Expiration` says: never stale, and
 * due whenever the gate is open. The application gives the first credential at creation.
 */
const ALI_OSS: ElectTerms = {
  lease: {
    staleLeadMs: always(Number.NEGATIVE_INFINITY),
    prefetchLeadMs: always(Number.POSITIVE_INFINITY),
    endFrom: 'expiration',
    wholeSeconds: false,
  },
  arrival: asIssued,
  retry: noRetry,
  elected: 'caller',
  gateMs: 300_000,
  electedFails: 'throw',
  first: 'given',
};

const ownCalls = (lease: LeaseTerms): OwnCallTerms => ({
  lease,
  arrival: asIssued,
  failure: throwAlways,
  retry: noRetry,
});

/** Durations from 900 to 3,600 s are all that it takes. */
const JAVA_CORE = ownCalls({
  staleLeadMs: shareOfLifetime(0.05),
  endFrom: 'receipt',
  wholeSeconds: false,
});

/** Always an hour, and refreshed when more than 80 % of it has passed: from second 2,881 on. */
const PYTHON_CORE_SECONDS = 3_600;
const PYTHON_CORE = ownCalls({
  staleLeadMs: always(719_000),
  endFrom: 'receipt',
  wholeSeconds: true,
});

export const ALIBABA_TOOL_PRESETS: readonly Preset[] = [
  {
    // Nothing is kept on disk for a role. Simplified: one call for an invocation.
    name: 'alicloud-cli',
    title: 'Alibaba Cloud CLI 3.4.11 (RamRoleArn profile)',
    source: 'aliyun/aliyun-cli eadd68d9, config/profile.go',
    callTimeoutMs: GO_CALL_TIMEOUT_MS,
    atStart: 'nothing',
    claims: { singleFlight: false, neverServesExpired: true },
    caches: false,
    newCache: () => new PerRequestCache(),
  },
  {
    name: 'alicloud-pop-core',
    title: '@alicloud/pop-core 1.8.0 (AssumeRole by the application)',
    source: '@alicloud/pop-core 1.8.0, lib/rpc.js',
    callTimeoutMs: 3_000,
    atStart: 'nothing',
    claims: { singleFlight: false, neverServesExpired: true },
    caches: false,
    newCache: () => new PerRequestCache(),
  },
  {
    // The call is the application's own `refreshSTSToken`: its limit is whatever that sets.
    name: 'ali-oss',
    title: 'ali-oss 6.23.0 (refreshSTSToken every 300 s)',
    source: 'ali-sdk/ali-oss fa263d22, lib/common/utils/setSTSToken.js, lib/client.js',
    callTimeoutMs: NO_LIMIT_STAND_IN_MS,
    atStart: 'warm-up',
    claims: { singleFlight: true, neverServesExpired: false },
    caches: true,
    newCache: (chance, session) => new ElectOneCache(ALI_OSS, session, chance),
  },
  {
    name: 'alicloud-java-core',
    title: 'aliyun-java-sdk-core (STSAssumeRoleSessionCredentialsProvider)',
    source:
      'aliyun/aliyun-openapi-java-sdk 92d73819, auth/STSAssumeRoleSessionCredentialsProvider.java, BasicSessionCredentials.java',
    callTimeoutMs: 10_000,
    atStart: 'nothing',
    claims: { singleFlight: false, neverServesExpired: true },
    caches: true,
    newCache: (chance, session) => new OwnCallCache(JAVA_CORE, session, chance),
  },
  {
    // As credentials-go, since requests are no longer signed through RamRoleArnSigner (July 2024).
    // That class, still there, has a lead of 5 % of the duration and looks twice a request.
    name: 'alicloud-go-sdk',
    title: 'alibaba-cloud-sdk-go 1.63 (RAMRoleARNCredentialsProvider)',
    source: 'aliyun/alibaba-cloud-sdk-go 8666508d, sdk/auth/credentials/credentials.go',
    callTimeoutMs: GO_CALL_TIMEOUT_MS,
    atStart: 'nothing',
    claims: { singleFlight: false, neverServesExpired: true },
    caches: true,
    newCache: (chance, session) => new OwnCallCache(GO_TERMS, session, chance),
  },
  {
    name: 'alicloud-python-core',
    title: 'aliyun-python-sdk-core (RamRoleArnSigner)',
    source:
      'aliyun/aliyun-openapi-python-sdk 4f81ad8b, aliyunsdkcore/auth/signers/ram_role_arn_signer.py',
    callTimeoutMs: 10_000,
    durationSeconds: PYTHON_CORE_SECONDS,
    atStart: 'nothing',
    claims: { singleFlight: false, neverServesExpired: true },
    caches: true,
    newCache: (chance) =>
      new OwnCallCache(PYTHON_CORE, { durationSeconds: PYTHON_CORE_SECONDS }, chance),
  },
  {
    // Simplified: where an API's client falls back to the keys of the first call after a failure,
    // the failure is thrown here.
    name: 'alicloud-terraform',
    title: 'Terraform provider alicloud 1.289 (assume_role)',
    source: 'aliyun/terraform-provider-alicloud 81c43b672, alicloud/connectivity/config.go',
    callTimeoutMs: GO_CALL_TIMEOUT_MS,
    atStart: 'call',
    claims: { singleFlight: false, neverServesExpired: true },
    caches: true,
    newCache: (chance, session) => new OwnCallCache(GO_TERMS, session, chance),
  },
];
