/** What every client is put through that calls STS each time it is told to. */
import { describe, expect } from 'vitest';
import type { Report } from './client-process.ts';
import { type IssuedAs, ROLE_ARN } from './cloud.ts';
import { type CachingClient, DURATION_SECONDS, describeRefusals } from './credential-checks.ts';
import { itShows, type Row } from './seen.ts';

export interface StsClient {
  readonly row: Row;
  readonly assume: (request: IssuedAs) => Promise<Report>;
  readonly errorOf: CachingClient['errorOf'];
}

export function describeStsClient({ row, assume, errorOf }: StsClient): void {
  const request = (roleArn: string) => ({
    roleArn,
    roleSessionName: 'interop@sts',
    durationSeconds: DURATION_SECONDS,
  });
  describe(`${row.client}: ${row.provider}`, () => {
    itShows(row, 'role, session, duration', 'assumes a role and is that role', async () => {
      const report = await assume(request(ROLE_ARN));
      expect(report.error).toBeUndefined();
      await row.kit.cloud.expectIssued(report.credentials[0]!, request(ROLE_ARN));
      const session = ROLE_ARN.replace(':role/', ':assumed-role/');
      expect(report.identityArn).toBe(`${session}/interop@sts`);
    });
    describeRefusals(row, errorOf, (roleArn) => assume(request(roleArn)));
  });
}
