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
import type { Refusal } from '../decision.ts';
import { type FederatedIdentity, providerArn } from '../identity.ts';
import { brokenParameterRule } from '../parameters.ts';
import { type CallOrigin, requestContext } from '../request-context.ts';
import { type KnownRole, type RoleAccess, withinLongestSession } from '../role-access.ts';
import { federatedPrincipal } from '../trust.ts';
import { issuerKey } from './issuer-key.ts';
import { type Jwt, parseJwt, type VerifyingKey, verifyingKey } from './jwt.ts';
import { judgeToken, type OidcTokenInfo } from './token-rules.ts';

export interface OidcRequest extends Omit<AssumeRoleRequest, 'externalId'> {
  readonly oidcProviderArn: string;
  readonly oidcToken: string;
}

export interface KnownProvider {
  readonly config: MockIdentityProvider;
  readonly identity: FederatedIdentity;
  readonly arn: string;
  readonly keys: readonly VerifyingKey[];
}

/** A role, and the token that opened it. */
export interface Admitted {
  readonly role: KnownRole;
  readonly token: OidcTokenInfo;
  readonly provider: KnownProvider;
}

export interface Instants {
  readonly nowMs: number;
  /** What the server takes the time to be: tokens are judged by it. */
  readonly serverMs: number;
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
    this.providers = new Map(
      identityProviders.map((config) => {
        const { account: accountId, name: providerName, keys = [] } = config;
        const providerType = 'oidc-provider';
        const identity = { kind: 'federated', accountId, providerType, providerName } as const;
        const known = [...keys, ...own].flatMap((jwk) => verifyingKey(jwk) ?? []);
        const arn = providerArn(providerType, config);
        return [arn, { config, identity, arn, keys: known }] as const;
      }),
    );
  }

  find(arn: string): KnownProvider | undefined {
    return this.providers.get(arn);
  }

  check(request: OidcRequest, { nowMs, serverMs }: Instants, origin: CallOrigin = {}) {
    const jwt = readToken(request);
    if ('code' in jwt) return refused(jwt);
    const broken = brokenOidcRule(request);
    if (broken !== undefined) return refused(broken);
    const provider = this.find(request.oidcProviderArn);
    if (provider === undefined) {
      return refusedAs('AuthenticationFail.NoPermission', 'No such OIDC Provider registered.');
    }
    const token = judgeToken(jwt, provider.config, provider.keys, serverMs);
    if ('code' in token) return refused(token);
    const role = this.roles.find(request.roleArn);
    if (role === undefined) {
      // The blank at its end is documented.
      return refusedAs('EntityNotExist.Role', `The role not exists: ${request.roleArn}. `);
    }
    const admitted = { role, token, provider };
    return this.distrusts(admitted, request, nowMs, origin) ?? fitting(admitted, request);
  }

  private distrusts(
    { role, token, provider }: Admitted,
    { sourceIdentity }: OidcRequest,
    nowMs: number,
    origin: CallOrigin,
  ): Refusal | undefined {
    const denied = this.roles.distrusts(role, {
      principal: federatedPrincipal(provider.arn),
      context: {
        ...requestContext(provider.identity, nowMs, origin),
        'oidc:iss': token.issuer,
        'oidc:aud': token.clientIds,
        'oidc:sub': token.subject,
        'sts:SourceIdentity': sourceIdentity,
      },
    });
    if (denied === undefined) return undefined;
    return { ...refusedAs('AuthenticationFail.NoPermission'), denied };
  }
}

function fitting(admitted: Admitted, { durationSeconds }: OidcRequest): Admitted | Refusal {
  const role = withinLongestSession(admitted.role, durationSeconds);
  return 'kind' in role ? role : admitted;
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

function refused(error: StsError): Refusal {
  return { kind: 'refused', error };
}
