/** How people get a credential: a response of their SAML provider, exchanged for a session. */
import { describe, expect } from 'vitest';
import type { Report } from './client-process.ts';
import { SAML_PROVIDER_ARN, SSO_ROLE_ARN } from './cloud.ts';
import { DURATION_SECONDS } from './credential-checks.ts';
import { itShows, type Row } from './seen.ts';

export interface SamlRequest {
  readonly SAMLProviderArn: string;
  readonly SAMLAssertion: string;
  readonly roleArn: string;
  readonly durationSeconds: number;
}

const EXPIRED = 'AuthenticationFail.SAMLAssertion.Expired';

export function describeSaml(row: Row, assume: (request: SamlRequest) => Promise<Report>): void {
  const request = async (order: object): Promise<SamlRequest> => ({
    SAMLProviderArn: SAML_PROVIDER_ARN,
    SAMLAssertion: await row.kit.cloud.samlAssertion(order),
    roleArn: SSO_ROLE_ARN,
    durationSeconds: DURATION_SECONDS,
  });

  describe(`${row.client}: ${row.provider}`, () => {
    itShows(row, 'role, session, duration', 'gets a session that the response names', async () => {
      const { credentials, identityArn, error } = await assume(await request({}));
      expect(error).toBeUndefined();
      await row.kit.cloud.expectIssued(credentials[0]!, {
        roleArn: SSO_ROLE_ARN,
        roleSessionName: 'interop@sso',
        durationSeconds: DURATION_SECONDS,
      });
      expect(identityArn).toBe(`${SSO_ROLE_ARN.replace(':role/', ':assumed-role/')}/interop@sso`);
    });

    itShows(row, 'told when its response has ended', 'tells why it got nothing', async () => {
      const { credentials, error } = await assume(await request({ bad: 'expired' }));
      expect(credentials).toEqual([]);
      expect(error).toMatchObject({ code: EXPIRED, statusCode: 401 });
    });
  });
}
