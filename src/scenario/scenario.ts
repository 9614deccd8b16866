/**
 * A scenario after validation: every default filled in, every quantity a number with its unit in its
 * name, frozen. `schema.ts` says what the file may hold; nobody else reads the file.
 */
import type { AtTarget, FaultEffect, LimiterConfig } from '../../mock-sts/core/config.ts';
import type { ResourceAction } from '../../mock-sts/core/data-plane/resource-actions.ts';
import type { Distribution } from '../kernel/distribution.ts';

export interface Scenario {
  readonly name: string;
  /** The question it answers: the file's first comment. */
  readonly question: string;
  /** The file as the user named it; thresholds' problems refer to it. */
  readonly file: string;
  /**
   * SHA-256 of the canonical JSON of what the figures come from: everything below but `thresholds`
   * and `compare`. Results of two scenarios with one hash can be held against each other.
   */
  readonly hash: string;
  readonly seed: number;
  readonly durationMs: number;
  readonly caller: CallerAccount;
  readonly apps: readonly App[];
  readonly sts: StsModel;
  readonly faults: readonly Fault[];
  /** When KMS rotates users' AccessKeys. */
  readonly rotations: readonly Rotation[];
  /** Ordered, disjoint; one window over the whole duration where the file names none. */
  readonly windows: readonly Window[];
  /** Each on the subject under test. */
  readonly thresholds: readonly ThresholdRule[];
  /** Subjects that stand beside the one under test, by name. */
  readonly compare: readonly string[];
}

/** A threshold as written; `src/verdict` reads its expression. */
export interface ThresholdRule {
  readonly expression: string;
  /** `warn` is shown and fails nothing. */
  readonly level: 'error' | 'warn';
  /** Ends the run when it fails from this instant of virtual time on; undefined: judged at the end. */
  readonly abortAfterMs: number | undefined;
  /** In the scenario's file; undefined where a program made the rule. */
  readonly line: number | undefined;
}

/** The account whose users call STS (cloudops): its region and id are the account quota's key. */
export interface CallerAccount {
  readonly accountId: string;
  readonly region: string;
  /** Of the machines in it, where an app has its identity from one. */
  readonly instance: Instance;
}

export interface Instance {
  /** Of the caller's account. */
  readonly roleName: string;
  /** `hardened`: the metadata service answers requests with an access token only. */
  readonly metadata: 'normal' | 'hardened';
}

export interface App {
  readonly name: string;
  /** RAM user of the caller's account, where the identity is one. */
  readonly user: string;
  readonly identity: Identity;
  /** Assumed one after another on the way to `role`, each for an hour: role chaining. */
  readonly via: readonly Role[];
  readonly role: Role;
  /** Requested DurationSeconds, in milliseconds. */
  readonly sessionDurationMs: number;
  readonly hosts: number;
  readonly processesPerHost: number;
  readonly start: Start;
  readonly client: ClientChoice;
  readonly load: Load;
  readonly work: Work;
}

/**
 * Where a process has what it calls STS with.
 * `access-key`: the permanent AccessKey of the app's user.
 * `kms`: the same key, kept in KMS, which the machine's instance role may read.
 * `instance-role`: the credential of the machine's instance role, from the metadata service.
 * `oidc`: a pod's token, which AssumeRoleWithOIDC exchanges; no key at all.
 */
export type Identity =
  | { readonly kind: 'access-key' }
  | { readonly kind: 'kms'; readonly ttlMs: number }
  | { readonly kind: 'instance-role' }
  | {
      readonly kind: 'oidc';
      /** Name of the identity provider, registered with the account of the first role. */
      readonly provider: string;
      /** `<namespace>:<service account>` */
      readonly serviceAccount: string;
      readonly tokenLifetimeMs: number;
    };

export type IdentityKind = Identity['kind'];

export interface Role {
  readonly arn: string;
  readonly maxSessionDurationMs: number;
  readonly externalId: string | undefined;
}

/**
 * How the app's processes come up; `atMs` and `overMs` from virtual zero.
 * `together`: each process at a random instant within `withinMs` after `atMs`.
 * `rolling`: hosts one after another, evenly over `overMs`; a host's processes start together.
 * `bursts`: `hosts` new hosts at each burst's instant, each at a random instant within its
 * `withinMs`, its processes together; they add up to the app's hosts.
 */
export type Start =
  | { readonly mode: 'together'; readonly atMs: number; readonly withinMs: number }
  | { readonly mode: 'rolling'; readonly atMs: number; readonly overMs: number }
  | {
      readonly mode: 'bursts';
      readonly bursts: readonly {
        readonly atMs: number;
        readonly hosts: number;
        readonly withinMs: number;
      }[];
    };

/** Subjects that a scenario can name; a user's own is `module:<path>`, a model `preset:<name>`. */
export const SUBJECTS = ['reference', 'alibaba-sdk', 'uncached', 'static-keys'] as const;

export interface ClientChoice {
  /** One of `SUBJECTS`, `module:<path>`, or for virtual time `preset:<name>` or `hosted:<name>`. */
  readonly subject: string;
  /** The subject's own options, checked by the subject. */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface Load {
  readonly arrivals: 'poisson' | 'even';
  /**
   * Arrival rate of the whole app, piecewise linear: ordered knots, constant before the first and
   * after the last; two knots at one instant make a step.
   */
  readonly curve: readonly RateKnot[];
  /** How the curve was derived, where the file gave a population. */
  readonly population: Population | undefined;
}

export interface RateKnot {
  readonly atMs: number;
  readonly ratePerSecond: number;
}

/** Open-model load derived from people; `population.ts` documents the formula. */
export interface Population {
  readonly users: number;
  /** Share of users who come on a given day. */
  readonly dailyActiveShare: number;
  readonly requestsPerUserAndDay: number;
  /** Share of the day's requests in its busiest hour. */
  readonly peakHourShare: number;
  /** Hour of day (0 to 24) in which the busiest hour is centred. */
  readonly peakHour: number;
  /** Hour of day (0 to 24) at virtual zero. */
  readonly startHour: number;
  /** Instants from virtual zero; edges of seconds. */
  readonly flashSale:
    | { readonly atMs: number; readonly forMs: number; readonly factor: number }
    | undefined;
}

/** What a request does after it has its credential. */
export interface Work {
  /** It calls a service of the cloud for it, signed with the credential; undefined: work of its own. */
  readonly resource: ResourceAction | undefined;
  /** How long the work takes, or the service for the call. */
  readonly service: Distribution;
  /** Requests that a process serves at once; the others queue, first come first served. */
  readonly concurrency: number;
}

export interface StsModel {
  readonly latency: Distribution;
  /** Calls per second; undefined is not enforced. */
  readonly quotaPerRole: number | undefined;
  readonly quotaPerAccount: number | undefined;
  readonly limiter: Limiter;
  /** No file says so: calls before this instant count against nothing. All count if absent. */
  readonly quotaFromMs?: number;
}

/** Which of them Alibaba Cloud uses is not documented: an assumption, and reports say so. */
export type Limiter = LimiterConfig;

/** Something that goes wrong from `atMs` for `forMs`, in virtual time. */
export type Fault = { readonly atMs: number; readonly forMs: number } & AtTarget & FaultEffect;

/** KMS makes a new AccessKey for a user; the old one works until the overlap ends. */
export interface Rotation {
  readonly user: string;
  readonly atMs: number;
  readonly overlapMs: number;
}

/** A stretch of virtual time replayed at true speed by the live run, and reported by name. */
export interface Window {
  readonly name: string;
  readonly atMs: number;
  readonly forMs: number;
}
