/**
 * A subject: the credential client under test, as the harness sees it. A user's own module
 * implements `createClient(context)`; the built-in subjects are written against the same contract.
 */
import type { Clock } from '../../kernel/clock.ts';
import type {
  AssumeRoleRequest,
  CallerProof,
  Credentials,
  SessionCredentials,
} from '../../kernel/sts/credentials.ts';
import type { App } from '../../scenario/scenario.ts';
import type { CallerIdentity } from './caller-identity.ts';
import type { Claims } from './claims.ts';

/** One process's client. `getCredentials` is called once for each request that arrives. */
export interface CredentialClient {
  getCredentials(): Credentials | Promise<Credentials>;
  close?(): void | Promise<void>;
  /** Tells it that a service refused the credential with this key: for clients that can be told. */
  invalidate?(accessKeyId: string): void;
}

export type CreateClient = (
  context: SubjectContext,
) => CredentialClient | Promise<CredentialClient>;

export interface SubjectContext {
  /** `https://host:port` of STS; a client that wants host and port alone takes `URL.host`. */
  readonly stsEndpoint: string;
  /** Certificate authority to trust, PEM; undefined where the system's suffice. */
  readonly stsCa: string | undefined;
  readonly region: string;
  /** Where the process has what it calls STS with. */
  readonly identity: CallerIdentity;
  /**
   * The permanent AccessKey, where the identity is one; empty otherwise, but for the check of key
   * rotation: there it is the one of the start.
   */
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
  /** Roles to be assumed one after another on the way to `roleArn`: role chaining. */
  readonly via: readonly AssumeRoleRequest[];
  readonly roleArn: string;
  readonly roleSessionName: string;
  readonly durationSeconds: number;
  readonly externalId?: string;
  /** The run clock. Timers set on it are seen by fast-forward; `Date` reads it too. */
  readonly clock: Clock;
  /** Seeded; uniform on [0, 1). */
  readonly random: () => number;
  /** The same, from a stream of the process's own for one purpose. */
  readonly randomOf: (purpose: string) => () => number;
  /** Aborted when the run ends. */
  readonly signal: AbortSignal;
  /** Names of the process and of its host within the run: what sharing per host is keyed by. */
  readonly process: string;
  readonly host: string;
  /** Options of the scenario's `client`. */
  readonly options: Readonly<Record<string, unknown>>;
  /**
   * What the first call to STS is made with at this moment: a key, or a pod's token. Kept as the
   * reference client keeps it, for those who bring no source of their own.
   */
  callerProof(): Promise<CallerProof>;
  /** One AssumeRole call, after those for `via`; rejects with an error that has `code`. */
  assumeRole(request?: Partial<AssumeRoleRequest>): Promise<SessionCredentials>;
}

/**
 * How a live run may cross the time between windows.
 * `jump`: the client keeps nothing that ages, so nothing can be missed.
 * `hops`: it refreshes by timers of the run clock, or on demand by the first request within
 * `leadMs` of its credential's end; each such event is run at true speed.
 * `refused`: it may do something at a time nobody declared; the run then takes its real time.
 */
export type FastForward =
  | { readonly mode: 'jump' }
  | { readonly mode: 'hops'; readonly leadMs: number }
  | { readonly mode: 'refused'; readonly reason: string };

export interface Subject {
  readonly name: string;
  readonly fastForward: FastForward;
  /** It reads the ambient `Date`, which must then follow the run clock. */
  readonly readsDate: boolean;
  readonly createClient: CreateClient;
  /** What it promises of itself: held against the figures of every result. */
  readonly claims?: Claims;
  /** Most refreshes that a client had in the air at once, for subjects that can tell. */
  readonly refreshesInFlightMax?: (client: CredentialClient) => number;
  /** Throws HarnessError (exit 2) for options that it cannot be made with. */
  readonly checkOptions?: (options: SubjectContext['options']) => void;
  /** Throws HarnessError (exit 2) for an app whose identity it knows no way to. */
  readonly checkApp?: (app: App) => void;
}
