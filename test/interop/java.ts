/** Alibaba Cloud's Java client. */
import { execFileSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect } from 'vitest';
import type { Credentials } from '../../src/kernel/sts/credentials.ts';
import { describeInstance, describeUri } from './around-checks.ts';
import { type Command, type Report, runClient } from './client-process.ts';
import type { IssuedAs } from './cloud.ts';
import { describeCaching, describeChain, LEAD_900_SECONDS } from './credential-checks.ts';
import { Kit } from './kit.ts';
import { describeOidc } from './oidc-checks.ts';

const STORE_PASSWORD = 'changeit';

export function describeJava(): void {
  describe('Java', () => {
    const kit = new Kit({
      language: 'Java',
      tools: [
        { name: 'java', args: ['--version'] },
        { name: 'javac', args: ['--version'] },
        { name: 'keytool', args: ['-help'] },
        { name: 'mvn', args: ['--version'] },
      ],
      version: /(\d+)/,
      steps: [
        ['mvn', '-B', '-q', 'dependency:copy-dependencies', '-DoutputDirectory=lib'],
        ['javac', '-cp', 'lib/*', '-d', 'classes', 'Credentials.java'],
      ],
    });
    beforeAll(() => {
      if (kit.skipped === undefined) trustAuthority(kit);
    });
    const client = { client: '`credentials-java`', version: '1.0.3', kit };
    const pointing =
      '`setSTSEndpoint("<host:port>")` of its HTTPS; `keytool -importcert`, `-Djavax.net.ssl.trustStore`';
    const errorOf = (code: string, message: string) => ({
      name: 'CredentialException',
      message: expect.stringMatching(new RegExp(`${code}.*${message}|${message}.*${code}`)),
    });
    describeCaching({
      row: {
        ...client,
        provider: '`ram_role_arn`',
        pointing,
      },
      read: (ask) => run(kit, configOf(kit, ask, kit.cloud.key), ask.reads),
      nearExpiry: LEAD_900_SECONDS,
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
      nearExpiry: LEAD_900_SECONDS,
      errorOf,
      read: ({ reads, ...ask }) => {
        const config = {
          type: 'oidc_role_arn',
          oidcProviderArn: ask.providerArn,
          oidcTokenFilePath: ask.tokenFile,
          roleArn: ask.roleArn,
          roleSessionName: ask.roleSessionName,
          roleSessionExpiration: ask.durationSeconds,
          STSEndpoint: kit.cloud.mock.httpsHost,
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

const storeOf = ({ cloud }: Kit) => `${cloud.mock.caFile}.p12`;

function trustAuthority(kit: Kit): void {
  const file = ['-file', kit.cloud.mock.caFile];
  const store = ['-keystore', storeOf(kit), '-storepass', STORE_PASSWORD];
  const args = ['-importcert', '-noprompt', '-alias', 'mock', ...file, ...store];
  execFileSync('keytool', args, { stdio: 'pipe' });
}

function configOf({ cloud }: Kit, ask: IssuedAs, source: Credentials): object {
  return {
    type: 'ram_role_arn',
    ...source,
    roleArn: ask.roleArn,
    roleSessionName: ask.roleSessionName,
    roleSessionExpiration: ask.durationSeconds,
    STSEndpoint: cloud.mock.httpsHost,
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
      file: 'java',
      args: [
        `-Djavax.net.ssl.trustStore=${storeOf(kit)}`,
        `-Djavax.net.ssl.trustStorePassword=${STORE_PASSWORD}`,
        '-cp',
        [join(folder, 'classes'), join(folder, 'lib', '*')].join(delimiter),
        'Credentials',
      ],
      env,
    }),
    job: { config, reads },
    secrets: [cloud.key.accessKeySecret],
  });
}
