/**
 * AssumeRoleWithOIDC: who holds a token of an identity provider that is registered with an account
 * gets a session of a role that trusts the provider. Nobody signs the request; the token is what
 * authenticates it. In this order: the parameters are there, the token is one, the other parameters
 * are in order; the provider is registered and vouches for the token; the role exists, trusts provider
 * and claims, and allows so long a session.
 *
 * The order is assumed, but for its beginning: the live service calls a token `Invalid` even where
 * the ARNs beside it are none (integration tests of Alibaba's SDKs).
 */
import type { AssumeRoleRequest } from '../../../src/kernel/sts/credentials.ts';
import {
  requiredParameter,
  type StsError,
  type StsErrorCode,
  stsError,
} from '../../../src/kernel/sts/error-codes.ts';
import type { MockIdentityProvider, MockStsConfig } from '../config.ts';
import { type Refusal, refused } from '../decision.ts';
import {
  type Instants,
  type Registered,
  refusedAdmission,
  registeredProviders,
} from '../federation.ts';
import { brokenParameterRule } from '../parameters.ts';
import type { CallOrigin } from '../request-context.ts';
import type { KnownRole, RoleAccess } from '../role-access.ts';
import { issuerKey } from './issuer-key.ts';
import { type Jwt, parseJwt, SignatureCheck, verifyingKey } from './jwt.ts';
import { judgeToken, type OidcTokenInfo } from './token-rules.ts';

export interface OidcRequest extends Omit<AssumeRoleRequest, 'externalId'> {
  readonly oidcProviderArn: string;
  readonly oidcToken: string;
}

export type KnownProvider = Registered<MockIdentityProvider> & {
  readonly signatures: SignatureCheck;
};

/** A role, and the token that opened it. */
export interface Admitted {
  readonly role: KnownRole;
  readonly token: OidcTokenInfo;
  readonly provider: KnownProvider;
}

const TOKEN_LENGTH_MIN = 4;
const TOKEN_LENGTH_MAX = 20_000;
const PROVIDER_ARN = /^acs:ram::\d{5,20}:oidc-provider\/[A-Za-z0-9._-]{1,128}$/;

export class Federation {
  private readonly roles: RoleAccess;
  private readonly providers: ReadonlyMap<string, KnownProvider>;

  constructor({ seed, identityProviders = [] }: MockStsConfig, roles: RoleAccess) {
    this.roles = roles;
    const own = identityProviders.length === 0 ? [] : [issuerKey(seed).publicJwk];
    this.providers = registeredProviders('oidc-provider', identityProviders, ({ keys = [] }) => ({
      signatures: new SignatureCheck([...keys, ...own].flatMap((jwk) => verifyingKey(jwk) ?? [])),
    }));
  }

  find(arn: string): KnownProvider | undefined {
    return this.providers.get(arn);
  }

  check(
    request: OidcRequest,
    { nowMs, serverMs }: Instants,
    origin: CallOrigin = {},
  ): Admitted | Refusal {
    const jwt = readToken(request);
    if ('code' in jwt) return refused(jwt);
    const broken = brokenOidcRule(request);
    if (broken !== undefined) return refused(broken);
    const provider = this.find(request.oidcProviderArn);
    if (provider === undefined) {
      return refusedAs('AuthenticationFail.NoPermission', 'No such OIDC Provider registered.');
    }
    const token = judgeToken(jwt, provider.config, provider.signatures, serverMs);
    if ('code' in token) return refused(token);
    const role = this.roles.find(request.roleArn);
    if (role === undefined) {
      // The blank at its end is documented.
      return refusedAs('EntityNotExist.Role', `The role not exists: ${request.roleArn}. `);
    }
    const { issuer, clientIds, subject } = token;
    const claims = {
      'oidc:iss': issuer,
      'oidc:aud': clientIds,
      'oidc:sub': subject,
      'sts:SourceIdentity': request.sourceIdentity,
    };
    const { durationSeconds } = request;
    const admission = { role, provider, claims, durationSeconds, nowMs, origin };
    const distrusted = refusedAs('AuthenticationFail.NoPermission');
    return refusedAdmission(this.roles, admission, distrusted) ?? { role, token, provider };
  }
}

function readToken({ oidcProviderArn, roleArn, oidcToken }: OidcRequest): Jwt | StsError {
  if (oidcProviderArn === '') return requiredParameter('OIDCProviderArn');
  if (roleArn === '') return requiredParameter('RoleArn');
  if (oidcToken === '') return requiredParameter('OIDCToken');
  if (oidcToken.length < TOKEN_LENGTH_MIN || oidcToken.length > TOKEN_LENGTH_MAX) {
    return stsError('InvalidParameter.OIDCToken');
  }
  return parseJwt(oidcToken) ?? stsError('AuthenticationFail.OIDCToken.Invalid');
}

function brokenOidcRule(request: OidcRequest): StsError | undefined {
  const broken = brokenParameterRule(request);
  if (broken !== undefined) return broken;
  return PROVIDER_ARN.test(request.oidcProviderArn)
    ? undefined
    : stsError('InvalidParameter.OIDCProviderArn');
}

function refusedAs(code: StsErrorCode, message?: string): Refusal {
  return refused(stsError(code, message));
}
