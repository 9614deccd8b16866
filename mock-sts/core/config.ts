/**
 * What the mock STS consists of: accounts, users with their AccessKeys, roles, quotas, latency and
 * faults. All instants are epoch milliseconds of the clock that is passed to it.
 */
import type { Distribution } from '../../src/kernel/distribution.ts';
import type { PublicJwk } from './oidc/jwt.ts';
import type { NamedPolicy } from './policy/document.ts';

export interface MockStsConfig {
  /** Feeds latency, fault and identifier streams; the same seed and calls give the same answers. */
  readonly seed: number;
  /** Part of the account quota's key, and of the endpoint's name in answers. */
  readonly region: string;
  /** Those of the resource directory that have a name, or keys of their own. */
  readonly accounts?: readonly MockAccount[];
  readonly resourceDirectory?: MockResourceDirectory;
  readonly users: readonly MockUser[];
  readonly roles: readonly MockRole[];
  /** OIDC providers registered with accounts; the mock issues their tokens. */
  readonly identityProviders?: readonly MockIdentityProvider[];
  /** SAML providers registered with accounts; the mock issues their assertions. */
  readonly samlProviders?: readonly MockSamlProvider[];
  readonly quota: QuotaConfig;
  readonly latency: Distribution;
  /** How long services take for a call; those that nobody names answer at once. */
  readonly serviceTimes?: readonly MockServiceTime[];
  readonly faults: readonly MockFault[];
  /** The ECS instance that the metadata service speaks for; without it, that has no role. */
  readonly instance?: MockInstance;
  /** When KMS rotates users' AccessKeys by itself; never if absent. */
  readonly rotations?: readonly KeyRotation[];
  /** What the documentation leaves open, or says in two ways; `DEFAULT_WIRE` where absent. */
  readonly wire?: Partial<WireRules>;
}

export interface MockAccount {
  readonly id: string;
  readonly name: string;
  /** The account's own (root): they may do everything but AssumeRole. */
  readonly accessKeys?: readonly MockAccessKey[];
}

/** Its root folder, and the account that set it up. */
export interface MockResourceDirectory extends Omit<MockFolder, 'name'> {
  readonly managementAccount: string;
}

/** What is attached to a folder holds for all members and folders in it. */
export interface MockFolder {
  readonly name: string;
  readonly controlPolicies?: readonly NamedPolicy[] | undefined;
  readonly members?: readonly MockMember[] | undefined;
  readonly folders?: readonly MockFolder[] | undefined;
}

export interface MockMember {
  readonly account: string;
  readonly controlPolicies?: readonly NamedPolicy[] | undefined;
}

export interface MockUser {
  readonly accountId: string;
  readonly name: string;
  readonly accessKeys: readonly MockAccessKey[];
  /** Role ARNs (`*` and `?` match) that the user's policies allow `sts:AssumeRole` on. */
  readonly mayAssume: readonly string[];
  /** Permission policies; `mayAssume` is one more. */
  readonly policies?: readonly NamedPolicy[];
}

export interface MockAccessKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly active: boolean;
}

export interface MockRole {
  readonly arn: string;
  readonly maxSessionDurationSeconds: number;
  /** Trust policy document; `Principal.RAM` entries may end in `:root`, `:user/<name>`, `:role/<name>`, wildcards allowed. */
  readonly trust: TrustPolicy;
  /** Role ARNs that the role's own policies allow `sts:AssumeRole` on (role chaining); none if absent. */
  readonly mayAssume?: readonly string[];
  /** Permission policies: what a session may do; `mayAssume` is one more. */
  readonly policies?: readonly NamedPolicy[];
}

export interface TrustPolicy {
  readonly Version: '1';
  readonly Statement: readonly TrustStatement[];
}

export interface TrustStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Principal: {
    readonly RAM?: string | readonly string[];
    readonly Service?: string | readonly string[];
    readonly Federated?: string | readonly string[];
  };
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, string | readonly string[]>>>
  >;
}

/** `acs:ram::<account>:oidc-provider/<name>` */
export interface MockIdentityProvider {
  readonly account: string;
  readonly name: string;
  /** The claim `iss` of its tokens, to the letter. */
  readonly issuer: string;
  /** A token is for one of them, by its claim `aud`. */
  readonly clientIds: readonly string[];
  /** Public keys (RS256 or ES256) of a real issuer, whose tokens are then good beside the mock's own. */
  readonly keys?: readonly PublicJwk[];
  /** How STS fares when it fetches the issuer's keys; `ok` if absent. */
  readonly discovery?: 'ok' | 'unreachable' | 'fingerprint-mismatch';
}

/** `acs:ram::<account>:saml-provider/<name>` */
export interface MockSamlProvider {
  readonly account: string;
  readonly name: string;
  /** The provider's entity id, which its assertions have as their `Issuer`, to the letter. */
  readonly issuer: string;
  /** Certificates (PEM; RSA or EC P-256) of a real provider, whose assertions are then good, too. */
  readonly certificates?: readonly string[];
  /** Whether STS can read the metadata that was uploaded for it; `ok` if absent. */
  readonly metadata?: 'ok' | 'invalid';
}

export interface MockInstance {
  /** ARN of a role that trusts the service `ecs.aliyuncs.com`. */
  readonly role: string;
  /** The metadata service answers requests with an access token only. */
  readonly hardened: boolean;
}

export interface KeyRotation {
  /** A RAM secret's name, `acs/ram/user/<name>`. */
  readonly secret: string;
  readonly atMs: number;
  /** So long the old key works beside the new one. */
  readonly overlapMs: number;
}

export interface MockServiceTime {
  /** ARN of the role or user that calls. */
  readonly principal: string;
  /** `oss:GetObject` */
  readonly action: string;
  readonly time: Distribution;
}

/** Calls per second; undefined is not enforced. GetCallerIdentity has an account count of its own. */
export interface QuotaConfig {
  readonly perRole: number | undefined;
  readonly perAccount: number | undefined;
  readonly limiter: LimiterConfig;
  /** Calls before this instant count against nothing; all count if absent. */
  readonly fromMs?: number | undefined;
}

/** Alibaba documents no algorithm (as of 2026-11), so each is an assumption. */
export type LimiterConfig =
  | { readonly algorithm: 'fixed-window' }
  | { readonly algorithm: 'sliding-window' }
  | { readonly algorithm: 'token-bucket'; readonly burst: number };

/** In force from `fromMs` (inclusive) to `toMs` (exclusive), at `target`. */
export type MockFault = { readonly fromMs: number; readonly toMs: number } & AtTarget & FaultEffect;

/** Where faults strike; `resource` is the data plane but KMS. */
export const FAULT_TARGETS = ['sts', 'metadata', 'kms', 'credentials-uri', 'resource'] as const;
export type FaultTarget = (typeof FAULT_TARGETS)[number];

/**
 * STS where it is absent; but a revocation and a disabled AccessKey are then known wherever a key is
 * judged, at KMS and in the data plane too.
 */
export interface AtTarget {
  readonly target?: FaultTarget;
}

/** What a fault does while it is in force; `fault-kinds.ts` says it in words. */
export type FaultEffect = StrikeEffect | StateEffect;

/** Strikes single calls: those of its share, or all. */
export type StrikeEffect = { readonly share?: number } & (
  | { readonly kind: 'outage' }
  | { readonly kind: 'latency'; readonly addMs: number }
  | { readonly kind: 'latency'; readonly added: Distribution }
  /** `status` where it is another than the code's own. */
  | {
      readonly kind: 'errors';
      readonly share: number;
      readonly code: string;
      readonly status?: number;
    }
  | { readonly kind: 'succeed-then-fail'; readonly calls: number; readonly code: string }
  | { readonly kind: 'slow-body'; readonly overMs: number }
  | { readonly kind: 'expired-credential'; readonly agoMs: number }
  | {
      readonly kind:
        | 'redirect-empty'
        | 'connection-reset'
        | 'hang'
        | 'truncated-json'
        | 'malformed-json'
        | 'missing-expiration';
    }
);

/** Others' calls: evenly spaced, or as they were recorded, so many in each second from `fromMs` on. */
export type BackgroundEffect = {
  readonly kind: 'background';
  readonly roleArn: string | undefined;
} & ({ readonly ratePerSecond: number } | { readonly callsBySecond: readonly number[] });

/** A state of the service, which all calls find it in. */
export type StateEffect =
  | BackgroundEffect
  /** The server's clock is ahead by so much; behind where it is negative. */
  | { readonly kind: 'clock-skew'; readonly offsetMs: number }
  /** Credentials issued before `fromMs` are refused. */
  | { readonly kind: 'early-revocation' }
  /** All keys of users of that name. */
  | { readonly kind: 'access-key-disabled'; readonly user: string };

/** How strict the endpoint is, where Alibaba's pages differ or are silent. */
export interface WireRules {
  /** A request's timestamp may be off by this much (pages say 15 and 31 minutes). */
  readonly timestampToleranceMs: number;
  /** Answer to a v1 request that names no `Format` (pages say JSON and XML). */
  readonly defaultFormat: 'JSON' | 'XML';
  /** HTTP status of a throttled call (400 on most pages, 429 on some). */
  readonly throttleStatus: number;
  /** Whether a throttled call is told when to come back (`x-acs-retry-after`; no page says so). */
  readonly sendRetryAfter: boolean;
  /** Refuse plain HTTP, as production does. */
  readonly requireTls: boolean;
}

export const DEFAULT_WIRE: WireRules = {
  timestampToleranceMs: 15 * 60_000,
  defaultFormat: 'JSON',
  throttleStatus: 400,
  sendRetryAfter: false,
  requireTls: false,
};
