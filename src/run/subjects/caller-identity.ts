/**
 * Where a process has what it calls STS with, as its client is told, and the reference client's source
 * for it.
 */

import type { SourceSettings } from '../../client/cached-source.ts';
import type { CallerSource } from '../../client/caller-source.ts';
import { InstanceRoleSource } from '../../client/instance-role-source.ts';
import { KmsSecretSource } from '../../client/kms-secret-source.ts';
import { OidcTokenFile } from '../../client/oidc-token-file.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { AccessKey } from '../../kernel/sts/credentials.ts';

/** `metadataEndpoint`, `kmsEndpoint`: `http://host:port`, or `https://host`. */
export type CallerIdentity =
  | ({ readonly kind: 'access-key' } & AccessKey)
  | ({
      readonly kind: 'kms';
      readonly kmsEndpoint: string;
      /** `acs/ram/user/<name>` */
      readonly secretName: string;
      /** How long a key that was read is to be used. */
      readonly ttlMs: number;
    } & Machine)
  | ({ readonly kind: 'instance-role' } & Machine)
  | {
      readonly kind: 'oidc';
      readonly oidcProviderArn: string;
      /** Renewed while the run lasts. */
      readonly oidcTokenFile: string;
    };

/** Its instance role may read the secret, or assume the first role. */
export interface Machine {
  readonly metadataEndpoint: string;
  readonly metadataMode: 'normal' | 'hardened';
}

export interface Chance {
  readonly clock: Clock;
  /** A stream of its own for each purpose. */
  readonly randomOf: (purpose: string) => () => number;
}

/** `close` ends what the source holds. */
export interface OpenSource {
  readonly source: AccessKey | CallerSource;
  close(): Promise<void>;
}

export function openSource(identity: CallerIdentity, chance: Chance): OpenSource {
  switch (identity.kind) {
    case 'access-key':
      return { source: identity, close: async () => {} };
    case 'oidc': {
      const { oidcProviderArn, oidcTokenFile: tokenFile } = identity;
      return {
        source: new OidcTokenFile({ oidcProviderArn, tokenFile }),
        close: async () => {},
      };
    }
    case 'instance-role': {
      const source = instanceRoleSource(identity, chance);
      return { source, close: () => source.close() };
    }
    case 'kms': {
      const { kmsEndpoint: endpoint, secretName, ttlMs } = identity;
      const machine = instanceRoleSource(identity, chance);
      const settings = settingsFor('kms', chance);
      const source = new KmsSecretSource({
        endpoint,
        secretName,
        ttlMs,
        source: machine,
        ...settings,
      });
      return {
        source,
        close: async () => {
          await source.close();
          await machine.close();
        },
      };
    }
  }
}

/** Streams of chance that the simulator draws from, too. */
export function settingsFor(purpose: string, { clock, randomOf }: Chance): SourceSettings {
  return {
    clock,
    rng: { next: randomOf(purpose) },
    backoffRng: { next: randomOf(`${purpose}-backoff`) },
  };
}

function instanceRoleSource(
  { metadataEndpoint, metadataMode }: Machine,
  chance: Chance,
): InstanceRoleSource {
  return new InstanceRoleSource({
    endpoint: metadataEndpoint,
    mode: metadataMode,
    ...settingsFor('metadata', chance),
  });
}

/** The permanent key of a process that has one; an empty one otherwise. */
export function permanentKeyOf(identity: CallerIdentity): AccessKey {
  if (identity.kind !== 'access-key') return { accessKeyId: '', accessKeySecret: '' };
  const { accessKeyId, accessKeySecret } = identity;
  return { accessKeyId, accessKeySecret };
}
