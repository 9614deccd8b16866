/** What every client with a cache of credentials is put through. */
import { describe, expect } from 'vitest';
import type { Credentials } from '../../src/kernel/sts/credentials.ts';
import type { Report } from './client-process.ts';
import { FORBIDDEN_ARN, HUB_ARN, type IssuedAs, MEMBER_ARN, ROLE_ARN } from './cloud.ts';
import { itShows, type Row } from './seen.ts';

export interface Ask extends IssuedAs {
  readonly reads: number;
}

export interface CachingClient {
  readonly row: Row;
  readonly read: (ask: Ask) => Promise<Report>;
  /** A session that is all lead for this client: it is asked for again at each read. */
  readonly nearExpiry: { readonly durationSeconds: number; readonly mockBehindMs: number };
  /** How an error of STS reaches the caller. */
  readonly errorOf: (code: string, message: string) => object;
}

export const DURATION_SECONDS = 1_800;

/** For clients that ask again 15 minutes before the end: a session of 15 minutes is never fresh. */
export const LEAD_900_SECONDS = { durationSeconds: 900, mockBehindMs: 0 } as const;
/** For clients that ask again 3 minutes before the end: 150 seconds are left of a new session. */
export const LEAD_180_SECONDS = { durationSeconds: 900, mockBehindMs: 750_000 } as const;

const REFUSALS = {
  NoPermission: 'You are not authorized to do this action. You should be authorized by RAM.',
  'Throttling.User': 'Request was denied due to user flow control.',
} as const;

export function describeCaching({ row, read, nearExpiry, errorOf }: CachingClient): void {
  const { kit } = row;
  const ask = (changes: Partial<Ask> = {}): Ask => ({
    roleArn: ROLE_ARN,
    roleSessionName: 'interop@cached',
    durationSeconds: DURATION_SECONDS,
    reads: 1,
    ...changes,
  });

  describe(`${row.client}: ${row.provider}`, () => {
    itShows(row, 'role, session, duration', 'gets a credential that the mock issued', async () => {
      const { credentials, error } = await read(ask());
      expect(error).toBeUndefined();
      await kit.cloud.expectIssued(credentials[0]!, ask());
    });

    itShows(row, 'cached', 'keeps it: three reads, one call', async () => {
      const { credentials, error } = await read(ask({ reads: 3 }));
      expect(error).toBeUndefined();
      expect(new Set(credentials.map(({ accessKeyId }) => accessKeyId)).size).toBe(1);
      expect(kit.cloud.assumeRoleCalls()).toHaveLength(1);
    });

    itShows(
      row,
      'refreshed near expiry',
      'asks again when the session is about to end',
      async () => {
        const { durationSeconds, mockBehindMs } = nearExpiry;
        kit.cloud.fallBehind(mockBehindMs);
        const { credentials, error } = await read(ask({ durationSeconds, reads: 3 }));
        expect(error).toBeUndefined();
        expect(new Set(credentials.map(({ accessKeyId }) => accessKeyId)).size).toBe(3);
        expect(kit.cloud.assumeRoleCalls()).toHaveLength(3);
      },
    );

    describeRefusals(row, errorOf, (roleArn) => read(ask({ roleArn })));
  });
}

export interface ChainingClient {
  readonly row: Row;
  /** With the key of the user, or with the credential that is its source. */
  readonly read: (ask: IssuedAs, source: Credentials | undefined) => Promise<Report>;
}

/** From one role to the next, as from an operations account into its members. */
export function describeChain({ row, read }: ChainingClient): void {
  const { kit } = row;
  const names = { roleSessionName: 'interop@chain', durationSeconds: DURATION_SECONDS };
  describe(`${row.client}: ${row.provider}`, () => {
    itShows(row, 'role chain', 'gets from one role to the next', async () => {
      const first = await read({ ...names, roleArn: HUB_ARN }, undefined);
      const { provider: _, ...source } = first.credentials[0]!;
      const member = { ...names, roleArn: MEMBER_ARN };
      const second = await read(member, source);
      expect(second.error).toBeUndefined();
      await kit.cloud.expectIssued(second.credentials[0]!, member);
      const [, call] = kit.cloud.assumeRoleCalls();
      expect(call).toMatchObject({ caller: 'role/role-hub', roleArn: MEMBER_ARN });
    });
  });
}

/** Errors of STS reach the caller, in the form that the SDK gives them. */
export function describeRefusals(
  row: Row,
  errorOf: CachingClient['errorOf'],
  read: (roleArn: string) => Promise<Report>,
): void {
  const { kit } = row;
  itShows(row, '`NoPermission`', 'tells why it got nothing: NoPermission', async () => {
    const { error, credentials } = await read(FORBIDDEN_ARN);
    expect(credentials).toEqual([]);
    expect(error).toMatchObject(errorOf('NoPermission', REFUSALS.NoPermission));
    expect(kit.cloud.mock.counters().byCode).toMatchObject({ NoPermission: 1 });
  });

  describeThrottling(row, errorOf, () => read(ROLE_ARN));
}

export function describeThrottling(
  row: Row,
  errorOf: CachingClient['errorOf'],
  read: () => Promise<Report>,
): void {
  const { kit } = row;
  itShows(row, '`Throttling.User`', 'tells why it got nothing: Throttling.User', async () => {
    kit.cloud.throttle();
    const { error, credentials } = await read();
    expect(credentials).toEqual([]);
    expect(error).toMatchObject(errorOf('Throttling.User', REFUSALS['Throttling.User']));
    expect(kit.cloud.mock.counters().throttled).toBe(1);
  });
}
