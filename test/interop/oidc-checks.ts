/** A pod's way to a credential: the token of its service account, in a file, exchanged for a session. */
import { describe, expect } from 'vitest';
import type { Report } from './client-process.ts';
import { type IssuedAs, PODS_ROLE_ARN, PROVIDER_ARN } from './cloud.ts';
import { type CachingClient, DURATION_SECONDS, describeThrottling } from './credential-checks.ts';
import { itShows, type Row } from './seen.ts';

export interface OidcAsk extends IssuedAs {
  readonly reads: number;
  readonly providerArn: string;
  readonly tokenFile: string;
}

const EXPIRED = 'AuthenticationFail.OIDCToken.Expired';

export interface OidcClient extends Pick<CachingClient, 'nearExpiry' | 'errorOf'> {
  readonly row: Pick<Row, 'client' | 'version' | 'kit' | 'pointing'>;
  readonly read: (ask: OidcAsk) => Promise<Report>;
}

export function describeOidc({ row: client, read, nearExpiry, errorOf }: OidcClient): void {
  const row: Row = { ...client, provider: '`oidc_role_arn`' };
  const ask = async (order: object, reads: number): Promise<OidcAsk> => ({
    roleArn: PODS_ROLE_ARN,
    roleSessionName: 'interop@pod',
    durationSeconds: DURATION_SECONDS,
    reads,
    providerArn: PROVIDER_ARN,
    tokenFile: await row.kit.cloud.tokenFile(order),
  });

  describe(`${row.client}: ${row.provider}`, () => {
    itShows(row, 'role, session, duration', 'gets a credential that the mock issued', async () => {
      const asked = await ask({}, 1);
      const { credentials, error } = await read(asked);
      expect(error).toBeUndefined();
      await row.kit.cloud.expectIssued(credentials[0]!, asked);
    });

    itShows(row, 'cached', 'keeps it: three reads, one call', async () => {
      const { credentials, error } = await read(await ask({}, 3));
      expect(error).toBeUndefined();
      expect(new Set(credentials.map(({ accessKeyId }) => accessKeyId)).size).toBe(1);
      expect(row.kit.cloud.assumeRoleCalls()).toMatchObject([{ action: 'AssumeRoleWithOIDC' }]);
    });

    itShows(
      row,
      'refreshed near expiry',
      'asks again when the session is about to end',
      async () => {
        const { durationSeconds, mockBehindMs } = nearExpiry;
        row.kit.cloud.fallBehind(mockBehindMs);
        const { credentials, error } = await read({ ...(await ask({}, 3)), durationSeconds });
        expect(error).toBeUndefined();
        expect(new Set(credentials.map(({ accessKeyId }) => accessKeyId)).size).toBe(3);
        expect(row.kit.cloud.assumeRoleCalls()).toHaveLength(3);
      },
    );

    describeThrottling(row, errorOf, async () => read(await ask({}, 1)));

    itShows(row, 'told when its token has ended', 'tells why it got nothing', async () => {
      const { credentials, error } = await read(await ask({ bad: 'expired' }, 1));
      expect(credentials).toEqual([]);
      expect(error?.message).toContain(EXPIRED);
      expect(row.kit.cloud.mock.counters().byCode).toMatchObject({ [EXPIRED]: 1 });
    });
  });
}
