/** Alibaba Cloud's Go client. */
import { describe, expect } from 'vitest';
import type { Credentials } from '../../src/kernel/sts/credentials.ts';
import { describeInstance, describeUri } from './around-checks.ts';
import { type Command, type Report, runClient } from './client-process.ts';
import type { IssuedAs } from './cloud.ts';
import { describeCaching, describeChain, LEAD_180_SECONDS } from './credential-checks.ts';
import { Kit } from './kit.ts';
import { describeOidc } from './oidc-checks.ts';

export function describeGo(): void {
  describe('Go', () => {
    const kit = new Kit({
      language: 'Go',
      tools: [{ name: 'go', args: ['version'] }],
      version: /go(\d+\.\d+)/,
      steps: [['go', 'build', '-trimpath', '-o', 'client', '.']],
    });
    const client = { client: '`credentials-go`', version: '1.4.14', kit };
    const pointing = '`STSEndpoint: "<host:port>"` of its HTTPS; `SSL_CERT_FILE`';
    const errorOf = (code: string, message: string) => ({
      message: expect.stringMatching(
        new RegExp(
          `^(refresh|get) session token failed: .*(${code}.*${message}|${message}.*${code})`,
        ),
      ),
    });
    describeCaching({
      row: {
        ...client,
        provider: '`ram_role_arn`',
        pointing,
      },
      read: (ask) => run(kit, configOf(kit, ask, kit.cloud.key), ask.reads),
      nearExpiry: LEAD_180_SECONDS,
      errorOf,
    });
    describeChain({
      row: {
        ...client,
        provider: '`ram_role_arn` with the credential of another role',
        pointing: 'as `ram_role_arn`',
      },
      read: (ask, source) => run(kit, configOf(kit, ask, source ?? kit.cloud.key), 1),
    });
    describeOidc({
      row: { ...client, pointing },
      nearExpiry: LEAD_180_SECONDS,
      errorOf,
      read: ({ reads, ...ask }) => {
        const config = {
          type: 'oidc_role_arn',
          oidc_provider_arn: ask.providerArn,
          oidc_token: ask.tokenFile,
          role_arn: ask.roleArn,
          role_session_name: ask.roleSessionName,
          role_session_expiration: ask.durationSeconds,
          sts_endpoint: kit.cloud.mock.httpsHost,
        };
        return run(kit, config, reads);
      },
    });
    describeUri(client, (env, type) =>
      run(kit, type === 'default' ? undefined : { type }, 1, { env }),
    );
    describeInstance(client, (beside) => run(kit, { type: 'ecs_ram_role' }, 1, { beside }));
  });
}

function configOf({ cloud }: Kit, ask: IssuedAs, source: Credentials): object {
  return {
    type: 'ram_role_arn',
    access_key_id: source.accessKeyId,
    access_key_secret: source.accessKeySecret,
    ...(source.securityToken === undefined ? {} : { security_token: source.securityToken }),
    role_arn: ask.roleArn,
    role_session_name: ask.roleSessionName,
    role_session_expiration: ask.durationSeconds,
    sts_endpoint: cloud.mock.httpsHost,
  };
}

interface Around {
  readonly env?: Readonly<Record<string, string>>;
  readonly beside?: (command: Command) => Command;
}

function run(
  kit: Kit,
  config: object | undefined,
  reads: number,
  around: Around = {},
): Promise<Report> {
  const { cloud, folder } = kit;
  const { env = {}, beside = (command) => command } = around;
  return runClient({
    command: beside({
      file: `${folder}/client`,
      args: [],
      env: { SSL_CERT_FILE: cloud.mock.caFile, ...env },
    }),
    job: { config, reads },
    secrets: [cloud.key.accessKeySecret],
  });
}
