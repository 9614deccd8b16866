/**
 * Alibaba's official `@alicloud/credentials`, unmodified: the `ram_role_arn` type as an application
 * configures it, `oidc_role_arn` in pods, over TLS. It reads nothing from KMS: it is given the key that
 * was there when the process started. It refreshes on demand, when less than 15 minutes remain (its
 * `STALE_TIME`), and has no single flight.
 * Source: @alicloud/credentials 2.4.7, `providers/session.ts`, `providers/ram_role_arn.ts`,
 * `providers/oidc_role_arn.ts`.
 */
import { createRequire } from 'node:module';
import type { AccessKey } from '../../kernel/sts/credentials.ts';
import { keyAtStart } from './key-at-start.ts';
import type { CredentialClient, Subject, SubjectContext } from './subject.ts';
import { checkSdk } from './suitability.ts';

const STALE_TIME_MS = 15 * 60_000;

// The package is CommonJS compiled from ES modules, whose default export loaders see differently.
const { default: Credential, Config } = createRequire(import.meta.url)(
  '@alicloud/credentials',
) as typeof import('@alicloud/credentials');

export const alibabaSdk: Subject = {
  name: 'alibaba-sdk',
  fastForward: { mode: 'hops', leadMs: STALE_TIME_MS },
  readsDate: true,
  checkApp: (app) => checkSdk('alibaba-sdk', app),
  createClient: (context) => {
    if (context.identity.kind === 'oidc') {
      const { oidcProviderArn, oidcTokenFile } = context.identity;
      const oidcTokenFilePath = oidcTokenFile;
      return clientOf({
        ...roleConfig(context),
        type: 'oidc_role_arn',
        oidcProviderArn,
        oidcTokenFilePath,
      });
    }
    const key = keyAtStart(context);
    const withKey = (accessKey: AccessKey) =>
      clientOf({ ...roleConfig(context), type: 'ram_role_arn', ...accessKey });
    return key instanceof Promise ? key.then(withKey) : withKey(key);
  },
};

function roleConfig(context: SubjectContext): Record<string, unknown> {
  return {
    roleArn: context.roleArn,
    roleSessionName: context.roleSessionName,
    roleSessionExpiration: context.durationSeconds,
    stsEndpoint: new URL(context.stsEndpoint).host,
    ...(context.externalId === undefined ? {} : { externalId: context.externalId }),
  };
}

function clientOf(config: Record<string, unknown>): CredentialClient {
  const credential = new Credential(new Config(config));
  return {
    getCredentials: async () => {
      const model = await credential.getCredential();
      return {
        accessKeyId: model.accessKeyId ?? '',
        accessKeySecret: model.accessKeySecret ?? '',
        securityToken: model.securityToken ?? '',
      };
    },
  };
}
