/**
 * Alibaba's official `@alicloud/credentials`, unmodified: the `ram_role_arn` type as an application
 * configures it, over TLS. It refreshes on demand, when less than 15 minutes remain (its
 * `STALE_TIME`), and has no single flight.
 * Source: @alicloud/credentials 2.4.7, `providers/session.ts`, `providers/ram_role_arn.ts`.
 */
import { createRequire } from 'node:module';
import type { Subject, SubjectContext } from './subject.ts';

const STALE_TIME_MS = 15 * 60_000;

// The package is CommonJS compiled from ES modules, whose default export loaders see differently.
const { default: Credential, Config } = createRequire(import.meta.url)(
  '@alicloud/credentials',
) as typeof import('@alicloud/credentials');

export const alibabaSdk: Subject = {
  name: 'alibaba-sdk',
  fastForward: { mode: 'hops', leadMs: STALE_TIME_MS },
  readsDate: true,
  createClient: (context: SubjectContext) => {
    const credential = new Credential(
      new Config({
        type: 'ram_role_arn',
        accessKeyId: context.accessKeyId,
        accessKeySecret: context.accessKeySecret,
        roleArn: context.roleArn,
        roleSessionName: context.roleSessionName,
        roleSessionExpiration: context.durationSeconds,
        stsEndpoint: new URL(context.stsEndpoint).host,
        ...(context.externalId === undefined ? {} : { externalId: context.externalId }),
      }),
    );
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
  },
};
