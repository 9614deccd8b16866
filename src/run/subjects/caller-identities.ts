/**
 * The identities of a thread's apps, as their clients are told: where the mock's metadata service and
 * KMS are, and token files that a cluster would keep up to date.
 */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ramSecretName } from '../../../mock-sts/core/ram-secrets.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { OidcIdentity } from '../../scenario/hops.ts';
import { accessKeyOf } from '../../scenario/identities.ts';
import { PodTokens } from '../../scenario/pod-tokens.ts';
import type { App, Scenario } from '../../scenario/scenario.ts';
import type { CallerIdentity, Machine } from './caller-identity.ts';

/** What stands around STS: origins; empty where the scenario needs none. */
export interface AroundEndpoints {
  readonly metadataEndpoint: string;
  readonly kmsEndpoint: string;
}

export interface IdentityTerms {
  readonly scenario: Scenario;
  /** Of the mock whose identity provider issues the tokens. */
  readonly seed: number;
  /** Epoch of virtual zero on the clock. */
  readonly zeroAtMs: number;
  readonly around: AroundEndpoints;
  /** Files are renewed by its timers. */
  readonly clock: Clock;
}

export class CallerIdentities {
  private readonly terms: IdentityTerms;
  private readonly byApp: ReadonlyMap<App, CallerIdentity>;
  private directory: string | undefined;
  private tokens: PodTokens | undefined;

  constructor(terms: IdentityTerms) {
    this.terms = terms;
    this.byApp = new Map(terms.scenario.apps.map((app) => [app, this.identityOf(app)]));
  }

  of(app: App): CallerIdentity {
    return this.byApp.get(app)!;
  }

  close(): void {
    if (this.directory !== undefined) rmSync(this.directory, { recursive: true, force: true });
  }

  private identityOf(app: App): CallerIdentity {
    const { scenario, around } = this.terms;
    const { identity } = app;
    const machine: Machine = {
      metadataEndpoint: around.metadataEndpoint,
      metadataMode: scenario.caller.instance.metadata,
    };
    switch (identity.kind) {
      case 'access-key':
        return { kind: 'access-key', ...accessKeyOf(scenario, app) };
      case 'instance-role':
        return { kind: 'instance-role', ...machine };
      case 'kms':
        return {
          kind: 'kms',
          kmsEndpoint: around.kmsEndpoint,
          secretName: ramSecretName(app.user),
          ttlMs: identity.ttlMs,
          ...machine,
        };
      case 'oidc':
        return this.podOf(app, identity);
    }
  }

  private podOf(app: App, identity: OidcIdentity): CallerIdentity {
    this.directory ??= mkdtempSync(join(tmpdir(), 'sts-harness-pods-'));
    const oidcTokenFile = join(this.directory, app.name);
    const oidcProviderArn = this.renew(oidcTokenFile, app, identity);
    return { kind: 'oidc', oidcProviderArn, oidcTokenFile };
  }

  /** As the cluster does it: whoever reads the file finds the old token or the new one. */
  private renew(file: string, app: App, identity: OidcIdentity): string {
    const { scenario, seed, zeroAtMs, clock } = this.terms;
    this.tokens ??= new PodTokens(scenario.caller, seed, zeroAtMs);
    const nowMs = Math.max(0, clock.nowMs() - zeroAtMs);
    const { oidcToken, oidcProviderArn } = this.tokens.at(nowMs, app, identity);
    writeFileSync(`${file}.new`, oidcToken, { mode: 0o600 });
    renameSync(`${file}.new`, file);
    const renewedAtMs = this.tokens.renewedAtMs(nowMs, identity) + zeroAtMs;
    clock.setTimer(renewedAtMs, () => this.renew(file, app, identity));
    return oidcProviderArn;
  }
}
