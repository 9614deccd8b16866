/**
 * The two calls to STS that give a session of a role: AssumeRole, signed, and AssumeRoleWithOIDC,
 * which a token vouches for in place of a signature. The token is in the body: it would end in logs
 * as part of a URL.
 * Source: Alibaba Cloud, "AssumeRole", "AssumeRoleWithOIDC" of STS 2015-04-01.
 */
import type { AssumeRoleRequest, Credentials, OidcToken } from '../kernel/sts/credentials.ts';
import { formatTimestamp, STS_VERSION } from '../kernel/sts/wire.ts';
import { acs3Rpc, formOf, presentOf } from './acs3-rpc.ts';
import type { HttpCall } from './http-endpoint.ts';
import type { CallStamp } from './stamped-endpoint.ts';

export function assumeRoleCall(
  request: AssumeRoleRequest,
  source: Credentials,
  stamp: CallStamp,
): HttpCall {
  const inputs = {
    DurationSeconds: String(request.durationSeconds),
    ExternalId: request.externalId,
    Policy: request.policy,
    RoleArn: request.roleArn,
    RoleSessionName: request.roleSessionName,
    SourceIdentity: request.sourceIdentity,
  };
  return acs3Rpc({ action: 'AssumeRole', version: STS_VERSION, inputs }, source, stamp);
}

export function assumeRoleWithOidcCall(
  request: AssumeRoleRequest,
  { oidcProviderArn, oidcToken }: OidcToken,
  stamp: CallStamp,
): HttpCall {
  const query = formOf([
    ['Action', 'AssumeRoleWithOIDC'],
    ['Format', 'JSON'],
    ['RoleArn', request.roleArn],
    ['SignatureNonce', stamp.nonce],
    ['Timestamp', formatTimestamp(stamp.signedAtMs)],
    ['Version', STS_VERSION],
  ]);
  const body = formOf(
    presentOf({
      DurationSeconds: String(request.durationSeconds),
      OIDCProviderArn: oidcProviderArn,
      OIDCToken: oidcToken,
      Policy: request.policy,
      RoleSessionName: request.roleSessionName,
      SourceIdentity: request.sourceIdentity,
    }),
  );
  const headers = {
    accept: 'application/json',
    host: stamp.host,
    'content-type': 'application/x-www-form-urlencoded',
  };
  return { method: 'POST', path: `/?${query}`, headers, body };
}
