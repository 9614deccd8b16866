/**
 * AssumeRoleWithSAML: who holds an assertion of an identity provider that is registered with an account
 * gets a session of a role that the assertion names and that trusts the provider. Nobody signs the
 * request; the assertion is what authenticates it. In this order: the parameters are there and in
 * order; the provider is registered and its metadata can be read; the assertion is one, is signed and
 * keeps the rules; the role exists, trusts the provider, and allows so long a session.
 *
 * The order is assumed. The session's name comes from the assertion, its length from the parameter.
 * Source: Alibaba Cloud, "AssumeRoleWithSAML" (STS 2015-04-01).
 */
import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { AssumeRoleRequest } from '../../../src/kernel/sts/credentials.ts';
import {
  requiredParameter,
  type StsError,
  type StsErrorCode,
  stsError,
} from '../../../src/kernel/sts/error-codes.ts';
import type { MockSamlProvider, MockStsConfig } from '../config.ts';
import { type Refusal, refused } from '../decision.ts';
import {
  type Instants,
  type Registered,
  refusedAdmission,
  registeredProviders,
} from '../federation.ts';
import { issuerKey } from '../oidc/issuer-key.ts';
import { brokenPolicyRule, isRoleArn, isSessionLength } from '../parameters.ts';
import type { CallOrigin } from '../request-context.ts';
import type { KnownRole, RoleAccess } from '../role-access.ts';
import { readAssertion, type SamlAssertion } from './assertion.ts';
import { brokenAssertionRule, isRecipient } from './assertion-rules.ts';
import { inSamlWords } from './error-texts.ts';
import { parseResponse, signedAssertion } from './signed-assertion.ts';

export interface SamlRequest
  extends Pick<AssumeRoleRequest, 'roleArn' | 'durationSeconds' | 'policy'> {
  readonly samlProviderArn: string;
  /** A whole SAML response, in base64. */
  readonly samlAssertion: string;
}

type KnownSamlProvider = Registered<MockSamlProvider> & { readonly keys: readonly KeyObject[] };

/** A role, and the assertion that opened it. */
interface Admitted {
  readonly role: KnownRole;
  readonly assertion: SamlAssertion;
  readonly provider: KnownSamlProvider;
}

const ASSERTION_LENGTH_MIN = 4;
const ASSERTION_LENGTH_MAX = 100_000;
const PROVIDER_ARN = /^acs:ram::\d{5,20}:saml-provider\/[A-Za-z0-9._-]{1,128}$/;

export class SamlFederation {
  private readonly roles: RoleAccess;
  private readonly providers: ReadonlyMap<string, KnownSamlProvider>;

  constructor({ seed, samlProviders = [] }: MockStsConfig, roles: RoleAccess) {
    this.roles = roles;
    this.providers = registeredProviders(
      'saml-provider',
      samlProviders,
      ({ certificates = [] }) => ({
        keys: [...certificates.map((pem) => new X509Certificate(pem).publicKey), ownKey(seed)],
      }),
    );
  }

  find(arn: string): KnownSamlProvider | undefined {
    return this.providers.get(arn);
  }

  check(request: SamlRequest, instants: Instants, origin: CallOrigin = {}): Admitted | Refusal {
    const outcome = this.judge(request, instants, origin);
    return 'kind' in outcome ? { ...outcome, error: inSamlWords(outcome.error) } : outcome;
  }

  private judge(
    request: SamlRequest,
    { nowMs, serverMs }: Instants,
    origin: CallOrigin,
  ): Admitted | Refusal {
    const broken = brokenSamlRule(request);
    if (broken !== undefined) return refused(broken);
    const provider = this.find(request.samlProviderArn);
    if (provider === undefined) return refusedAs('EntityNotExist.SAMLProvider');
    if (provider.config.metadata === 'invalid') {
      return refusedAs('AuthenticationFail.IDPMetadata.Invalid');
    }
    const assertion = vouchedFor(request, provider, serverMs);
    if ('code' in assertion) return refused(assertion);
    const role = this.roles.find(request.roleArn);
    if (role === undefined) return refusedAs('EntityNotExist.RoleArn');
    const { recipient, sourceIdentity } = assertion;
    const claims = { 'saml:recipient': recipient, 'sts:SourceIdentity': sourceIdentity };
    const { durationSeconds } = request;
    const admission = { role, provider, claims, durationSeconds, nowMs, origin };
    const distrusted = refusedAs('NoPermission');
    return refusedAdmission(this.roles, admission, distrusted) ?? { role, assertion, provider };
  }
}

/** The mock's own, good for every provider: what sets them apart is their issuer. */
function ownKey(seed: number): KeyObject {
  return createPublicKey({ key: issuerKey(seed).publicJwk, format: 'jwk' });
}

function vouchedFor(
  { samlAssertion, roleArn }: SamlRequest,
  { config, arn, keys }: KnownSamlProvider,
  nowMs: number,
): SamlAssertion | StsError {
  const invalid = stsError('AuthenticationFail.SAMLAssertion.Invalid');
  const response = parseResponse(samlAssertion);
  if (response === undefined) return invalid;
  const destination = response.response.getAttribute('Destination');
  if (destination && !isRecipient(destination)) return invalid;
  const signed = signedAssertion(response, keys);
  const assertion = signed === undefined ? undefined : readAssertion(signed);
  if (assertion === undefined) return invalid;
  const question = { issuer: config.issuer, roleArn, providerArn: arn, nowMs };
  return brokenAssertionRule(assertion, question) ?? assertion;
}

function brokenSamlRule(request: SamlRequest): StsError | undefined {
  const { samlProviderArn, roleArn, samlAssertion, durationSeconds } = request;
  if (samlProviderArn === '') return requiredParameter('SAMLProviderArn');
  if (roleArn === '') return requiredParameter('RoleArn');
  if (samlAssertion === '') return requiredParameter('SAMLAssertion');
  const { length } = samlAssertion;
  if (length < ASSERTION_LENGTH_MIN || length > ASSERTION_LENGTH_MAX) {
    return stsError('InvalidParameter.SAMLAssertion');
  }
  if (!PROVIDER_ARN.test(samlProviderArn)) return stsError('InvalidParameter.SAMLProviderArn');
  if (!isRoleArn(roleArn)) return stsError('InvalidParameter.RoleArn');
  if (!isSessionLength(durationSeconds)) return stsError('InvalidParameter.DurationSeconds');
  return brokenPolicyRule(request.policy);
}

function refusedAs(code: StsErrorCode): Refusal {
  return refused(stsError(code));
}
