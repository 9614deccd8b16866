/** Credentials that no client asks STS for: of a credentials URI, and of the instance's role. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { temporaryFolder } from '../temporary.ts';
import type { Command, Report } from './client-process.ts';
import { INSTANCE_ROLE_ARN, ROLE_ARN } from './cloud.ts';
import { itShows, type Row } from './seen.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

type Client = Pick<Row, 'client' | 'version' | 'kit'>;

export function describeUri(
  client: Client,
  /** With a configuration that names its kind, or by the client's default chain. */
  read: (
    env: Readonly<Record<string, string>>,
    kind: 'credentials_uri' | 'default',
  ) => Promise<Report>,
): void {
  const row: Row = {
    ...client,
    provider: '`credentials_uri`',
    pointing: '`ALIBABA_CLOUD_CREDENTIALS_URI=http://<host:port>/_mock/credentials/<role>`',
  };
  describe(`${row.client}: ${row.provider}`, () => {
    itShows(row, 'role', 'gets a credential that the mock issued', async () => {
      const { cloud } = row.kit;
      const uri = `${cloud.mock.httpUrl}/_mock/credentials/role-app-prd`;
      const env = { ALIBABA_CLOUD_CREDENTIALS_URI: uri };
      const { credentials, error } = await read(env, 'credentials_uri');
      expect(error).toBeUndefined();
      await cloud.expectSession(credentials[0]!, ROLE_ARN, /^credentials-uri$/);
    });
    itShows(row, 'in the default chain', 'is what the default chain comes to', async () => {
      const { cloud } = row.kit;
      const { credentials, error } = await read(
        {
          ALIBABA_CLOUD_CREDENTIALS_URI: `${cloud.mock.httpUrl}/_mock/credentials/role-app-prd`,
          // Else the chain would ask the instance first, which this is not.
          ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true',
        },
        'default',
      );
      expect(error).toBeUndefined();
      await cloud.expectSession(credentials[0]!, ROLE_ARN, /^credentials-uri$/);
    });
    itShows(row, 'told when there is no such role', 'tells why it got nothing', async () => {
      const uri = `${row.kit.cloud.mock.httpUrl}/_mock/credentials/nobody`;
      const { credentials, error } = await read(
        { ALIBABA_CLOUD_CREDENTIALS_URI: uri },
        'credentials_uri',
      );
      expect(credentials).toEqual([]);
      expect(error?.message).toContain('No such role or user.');
    });
  });
}

export function describeInstance(
  client: Client,
  read: (beside: (command: Command) => Command) => Promise<Report>,
): void {
  const skipped = namespaceRefusal();
  const row: Row = {
    ...client,
    provider: '`ecs_ram_role`',
    pointing:
      'its address is fixed: a network namespace that has it ([how](around-sts.md#bind-it-where-sdks-look))',
    ...(skipped === undefined ? {} : { skipped }),
  };
  // Namespaces of network and processes: nobody else sees the address, and what is started here ends here.
  const beside = ({ file, args, env }: Command): Command => {
    const script = [at('with-metadata.sh'), at('../../dist/src/cli/main.js')];
    const zone = at('landing-zone.yaml');
    return {
      file: 'unshare',
      args: ['-rnpf', '--kill-child', 'sh', ...script, zone, temporaryFolder(), file, ...args],
      env,
    };
  };
  describe(`${row.client}: ${row.provider}`, () => {
    itShows(row, 'role, hardened mode', 'gets the credential of the instance’s role', async () => {
      const { credentials, error } = await read(beside);
      expect(error).toBeUndefined();
      await row.kit.cloud.expectSession(credentials[0]!, INSTANCE_ROLE_ARN, /^vm-ram-i-/);
    });
  });
}

function namespaceRefusal(): string | undefined {
  try {
    execFileSync('unshare', ['-rnpf', '--kill-child', 'ip', 'link', 'set', 'lo', 'up'], {
      stdio: 'pipe',
    });
    return undefined;
  } catch {
    return 'no network namespaces here (unshare, ip)';
  }
}
