/**
 * A preset: one SDK at one version as a cache that can be simulated, and what a simulator has to
 * know around it. The figures of a preset are in `alibaba-presets.ts` and its neighbours.
 */
import type { CacheChance, CredentialCache } from '../client/credential-cache.ts';
import type { SessionFacts } from './lease-holder.ts';

export interface Preset {
  /** `alicloud-java`: what `--subject preset:<name>` takes. Unversioned, stable. */
  readonly name: string;
  /** For tables and notes: "Alibaba Cloud Credentials for Java 1.0.6 (ram_role_arn)". */
  readonly title: string;
  /** Which version is modelled and where it was read (repository, commit or version, file). */
  readonly source: string;
  /** What one AssumeRole call may take. */
  readonly callTimeoutMs: number;
  /** The time limit is on silence: an answer that comes drop by drop may take longer. */
  readonly limitsSilence?: boolean;
  /** DurationSeconds the SDK insists on, whatever the application asks for. */
  readonly durationSeconds?: number;
  /**
   * What the process does when it starts, before any request: nothing; a request that nobody waits
   * for (`warm-up`); or a call whose credential is not cached.
   */
  readonly atStart: 'nothing' | 'warm-up' | 'call';
  /**
   * Checked on every result. They presuppose credentials that live as long as was asked for, 900 s
   * or more.
   */
  readonly claims: { readonly singleFlight: boolean; readonly neverServesExpired: boolean };
  /** False where every request makes a call: nothing can be skipped. */
  readonly caches: boolean;
  newCache(chance: CacheChance, session: SessionFacts): CredentialCache;
}

/** Where an SDK sets no limit to a call: what a load balancer or the network ends it after. */
export const NO_LIMIT_STAND_IN_MS = 60_000;
