/**
 * Makes the sources of a simulated fleet's clients: of the metadata service and KMS as the mock has
 * them, of pods' token files, and of the roles on the way. What stands around STS answers at once.
 */

import { Authorizer } from '../../../mock-sts/core/authorize.ts';
import type { MockStsConfig } from '../../../mock-sts/core/config.ts';
import { Kms } from '../../../mock-sts/core/data-plane/kms.ts';
import { FaultList } from '../../../mock-sts/core/fault-list.ts';
import type { CallerIdentity, RoleIdentity } from '../../../mock-sts/core/identity.ts';
import { MetadataService } from '../../../mock-sts/core/metadata.ts';
import { type RamSecrets, ramSecretName } from '../../../mock-sts/core/ram-secrets.ts';
import { ServiceSessions } from '../../../mock-sts/core/service-sessions.ts';
import { badResponse, classify } from '../../client/classify.ts';
import type { CacheChance } from '../../client/credential-cache.ts';
import { localExpiryMs } from '../../client/local-expiry.ts';
import { cachePolicy, DEFAULT_POLICY } from '../../client/policy.ts';
import { secretPolicy } from '../../client/secret-policy.ts';
import type { Rng } from '../../kernel/rng.ts';
import type { AssumeRoleRequest, SessionCredentials } from '../../kernel/sts/credentials.ts';
import { parseRoleArn } from '../../kernel/sts/wire.ts';
import type { Plan } from '../../scenario/plan.ts';
import { PodTokens } from '../../scenario/pod-tokens.ts';
import type { App } from '../../scenario/scenario.ts';
import {
  AnewSource,
  AtStartSource,
  CachedSource,
  type CallerSource,
  type Later,
  type Read,
  type ReadKey,
  TokenSource,
} from './caller-source.ts';
import type { Answer, Call } from './sts-line.ts';
import type { VirtualSubject } from './virtual-subject.ts';
import type { WayToSts } from './way-to-sts.ts';

/** One client, as its sources have to know it. */
export interface Holder {
  readonly app: number;
  readonly startMs: number;
  readonly subject: VirtualSubject;
  /** Of the roles on the way. */
  readonly via: readonly AssumeRoleRequest[];
  /** Streams of its own, by purpose. */
  readonly rngOf: (purpose: string) => Rng;
}

export interface SourceParts {
  readonly plan: Plan;
  readonly config: MockStsConfig;
  readonly secrets: RamSecrets;
  readonly later: Later;
  readonly way: WayToSts;
}

const NO_SECRETS = { accessKeyId: '', accessKeySecret: '' };

export class SourceMaker {
  private readonly parts: SourceParts;
  private readonly metadata: MetadataService;
  private readonly kms: Kms;
  private readonly tokens: PodTokens;

  constructor(parts: SourceParts) {
    const { config, secrets, plan } = parts;
    this.parts = parts;
    // Faults of places other than STS strike real clients alone.
    const sessions = new ServiceSessions(config.seed);
    this.metadata = new MetadataService(config, sessions, new FaultList([]));
    this.kms = new Kms({ config, secrets, authorizer: new Authorizer(config) });
    this.tokens = new PodTokens(plan.scenario.caller, plan.seed, 0);
  }

  /** Undefined where the client has a key of its own and calls for its role with it, or is a real one. */
  sourceFor(holder: Holder, identity: CallerIdentity): CallerSource | undefined {
    if (holder.subject.source === 'own') return undefined;
    const app = this.parts.plan.scenario.apps[holder.app]!;
    if (app.identity.kind === 'access-key' && holder.via.length === 0) return undefined;
    const first = this.identitySource(app, holder, identity);
    return holder.via.reduce(
      (source, request, index) => this.roleSource(holder, source, { request, index }),
      first,
    );
  }

  private identitySource(app: App, holder: Holder, identity: CallerIdentity): CallerSource {
    const kind = app.identity;
    switch (kind.kind) {
      case 'access-key': {
        const key = { accessKeyId: '', expiresAtMs: Number.POSITIVE_INFINITY };
        return { ask: (nowMs, done) => done(nowMs, { kind: 'key', identity, key }), refused() {} };
      }
      case 'instance-role':
        return this.instanceRole(holder);
      case 'oidc':
        return new TokenSource((nowMs) => this.tokens.at(nowMs, app, kind));
      case 'kms': {
        const read = this.readSecret(app, this.instanceRole(holder), identity, kind.ttlMs);
        const policy = cachePolicy(secretPolicy(kind.ttlMs));
        const { later } = this.parts;
        const kept = new CachedSource(policy, chanceOf(holder, 'kms'), { read, later });
        return holder.subject.source === 'at-start'
          ? new AtStartSource(kept, holder.startMs)
          : kept;
      }
    }
  }

  private instanceRole(holder: Holder): CallerSource {
    const read: ReadKey = (nowMs, done) => done(nowMs, this.readMetadata(nowMs));
    const { later } = this.parts;
    return new CachedSource(DEFAULT_POLICY, chanceOf(holder, 'metadata'), { read, later });
  }

  private readMetadata(nowMs: number): Read {
    const found = this.metadata.roleCredential(nowMs);
    if (found === undefined) {
      return { kind: 'failed', failure: badResponse('the metadata service has no role', 404) };
    }
    const { identity, credential } = found;
    const { accessKeyId, expiresAtMs } = credential;
    const asked = { sentAtMs: nowMs, durationSeconds: Number.POSITIVE_INFINITY };
    const kept = inHand(
      accessKeyId,
      localExpiryMs({ ...asked, expiresAtMs, serverAtMs: date(nowMs) }),
    );
    return { kind: 'read', identity, key: { accessKeyId, expiresAtMs }, credential: kept };
  }

  private readSecret(
    app: App,
    machine: CallerSource,
    identity: CallerIdentity,
    ttlMs: number,
  ): ReadKey {
    const asked = { name: ramSecretName(app.user) };
    return (startMs, done) =>
      machine.ask(startMs, (nowMs, proof) => {
        if (proof.kind === 'failed') return done(nowMs, proof);
        if (proof.kind === 'token') throw new Error('a machine signs with a key');
        const read = this.kms.read(proof.identity, asked, { nowMs });
        if (read.kind === 'refused') {
          const failure = classify({ ...read.error, isEmpty: false }, NO_SECRETS, 'KMS');
          return done(nowMs, { kind: 'failed', failure });
        }
        const { accessKeyId } = read.version.accessKey;
        const key = { accessKeyId, expiresAtMs: Number.POSITIVE_INFINITY };
        done(nowMs, {
          kind: 'read',
          identity,
          key,
          credential: inHand(accessKeyId, nowMs + ttlMs),
        });
      });
  }

  private roleSource(
    holder: Holder,
    source: CallerSource,
    { request, index }: { readonly request: AssumeRoleRequest; readonly index: number },
  ): CallerSource {
    const { way, later } = this.parts;
    const { subject, app, rngOf } = holder;
    const purpose = `via-${index + 1}`;
    const call: Call = {
      request,
      chance: { latency: rngOf(`${purpose}-latency`), faults: rngOf(`${purpose}-faults`) },
      callTimeoutMs: subject.callTimeoutMs,
      limitsSilence: subject.limitsSilence ?? false,
    };
    const repeats = subject.source !== 'at-start';
    const identity = sessionOf(request);
    const read: ReadKey = (nowMs, done) =>
      way.begin({ app, call, source, repeats }, nowMs, (atMs, answer, sentAtMs) =>
        done(atMs, readOf(answer, { identity, request, sentAtMs, answeredAtMs: atMs })),
      );
    return subject.source === 'renewed'
      ? new CachedSource(DEFAULT_POLICY, chanceOf(holder, purpose), { read, later })
      : new AnewSource(read);
  }
}

function readOf(
  { credential, failure, clockOffsetMs }: Answer,
  of: {
    readonly identity: CallerIdentity;
    readonly request: AssumeRoleRequest;
    readonly sentAtMs: number;
    readonly answeredAtMs: number;
  },
): Read {
  if (credential === undefined) return { kind: 'failed', failure: failure! };
  const { accessKeyId, expiresAtMs } = credential;
  const { durationSeconds } = of.request;
  const localMs = localExpiryMs({
    sentAtMs: of.sentAtMs,
    durationSeconds,
    expiresAtMs,
    serverAtMs: date(of.answeredAtMs + clockOffsetMs),
  });
  const key = { accessKeyId, expiresAtMs };
  return { kind: 'read', identity: of.identity, key, credential: inHand(accessKeyId, localMs) };
}

/** One object a session: STS remembers what it decided about a caller. */
function sessionOf({ roleArn, roleSessionName }: AssumeRoleRequest): RoleIdentity {
  return { kind: 'role', ...parseRoleArn(roleArn)!, roleSessionName, sourceIdentity: undefined };
}

function chanceOf({ rngOf }: Holder, purpose: string): CacheChance {
  return { jitter: rngOf(purpose), backoff: rngOf(`${purpose}-backoff`) };
}

/** The `Date` of an answer has no fractions. */
function date(nowMs: number): number {
  return Math.floor(nowMs / 1_000) * 1_000;
}

function inHand(accessKeyId: string, expiresAtMs: number): SessionCredentials {
  return { accessKeyId, accessKeySecret: '', securityToken: '', expiresAtMs };
}
