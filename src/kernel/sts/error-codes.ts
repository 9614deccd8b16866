/**
 * Every error that the mock STS answers with: code, HTTP status and text, as a client sees them.
 * Texts are the interface: SDKs and people search for them.
 *
 * Sources: Alibaba Cloud, "AssumeRole", "AssumeRoleWithSAML", "FAQ about RAM roles and STS tokens", "Common error codes"
 * of the API gateway, and the troubleshooting page on STS errors met with OSS. Where pages disagree
 * on a status, the one that more of them give is used.
 */
export interface StsError {
  readonly code: string;
  readonly status: number;
  readonly message: string;
}

type Entry = readonly [status: number, message: string];

const API_NOT_FOUND = 'Specified api is not found, please check your url and method.';

export const STS_ERRORS = {
  'InvalidParameter.DurationSeconds': [400, 'The Min/Max value of DurationSeconds is 15min/1hr.'],
  'InvalidParameter.ExternalId': [400, 'The parameter ExternalId is wrongly formed.'],
  'InvalidParameter.RoleArn': [400, 'The parameter RoleArn is wrongly formed.'],
  'InvalidParameter.RoleSessionName': [400, 'The parameter RoleSessionName is wrongly formed.'],
  // The codes of the next five are assumed, by the pattern of the others.
  'InvalidParameter.OIDCProviderArn': [400, 'The parameter OIDCProviderArn is wrongly formed.'],
  'InvalidParameter.OIDCToken': [400, 'The parameter OIDCToken is wrongly formed.'],
  'InvalidParameter.SAMLAssertion': [400, 'The parameter SAMLAssertion is wrongly formed.'],
  'InvalidParameter.SAMLProviderArn': [400, 'The parameter SAMLProviderArn is wrongly formed.'],
  'InvalidParameter.SourceIdentity': [400, 'The parameter SourceIdentity is wrongly formed.'],
  'InvalidParameter.PolicyGrammar': [400, 'The parameter Policy has not passed grammar check.'],
  'InvalidParameter.PolicySize': [400, 'The size of Policy must be smaller than 2048 bytes.'],
  'InvalidParameter.ContentType': [
    400,
    'The ContentType request header must be either "application/json" or "application/x-www-form-urlencoded".',
  ],
  'InvalidParameter.Format': [400, 'Specified parameter format is not valid.'],
  NoPermission: [403, 'You are not authorized to do this action. You should be authorized by RAM.'],
  'EntityNotExist.Role': [404, 'The specified Role not exists .'],
  'EntityNotExist.RoleArn': [404, 'The specified Role does not exists.'],
  'EntityNotExist.SAMLProvider': [404, 'Can not find SAML provider.'],
  'AuthenticationFail.IDPMetadata.Invalid': [
    401,
    'The IdP Metadata of your SAML Provider is invalid.',
  ],
  'AuthenticationFail.SAMLAssertion.Expired': [401, 'The SAML Assertion is expired.'],
  'AuthenticationFail.SAMLAssertion.Invalid': [401, 'The SAML Assertion is invalid.'],
  // No page gives a status for these: as AssumeRoleWithSAML and AssumeRole have it for their like.
  'AuthenticationFail.NoPermission': [403, 'There is no permission'],
  'AuthenticationFail.OIDCToken.Expired': [401, 'This JsonWebToken is expired.'],
  'AuthenticationFail.OIDCToken.AudienceNotMatch': [401, 'Invalid audience.'],
  'AuthenticationFail.OIDCToken.IssuerNotMatch': [
    401,
    "The issuer in the OIDC Token doesn't match the OIDC Provider registered.",
  ],
  'AuthenticationFail.OIDCToken.IssuerConfigurationBroken': [
    401,
    'Get public keys from OIDC Provider failed',
  ],
  // Known from the SDKs' own tests against the live service; their texts are assumed.
  'AuthenticationFail.OIDCToken.Invalid': [401, 'This JsonWebToken is invalid.'],
  'AuthenticationFail.OIDCToken.PublicKeyFingerprintMismatch': [
    401,
    'The fingerprint of the public key does not match the OIDC Provider registered.',
  ],
  // Documented, but for parameters and logins that no page describes any more: faults can name them.
  'InvalidParameter.SerialNumber': [400, 'The parameter SerialNumber is wrongly formed.'],
  'InvalidParameter.TokenCode': [400, 'The parameter TokenCode is wrongly formed.'],
  'AuthenticationFail.ApiUsername': [403, 'The specified api username is not legal.'],
  'AuthenticationFail.ApiPassword': [403, 'The specified api password is not legal.'],
  // The same; no page gives a text for the first three.
  'Forbidden.AccessKeyDisabled': [403, 'The specified access key is disabled.'],
  ContentLengthDoesNotMatch: [400, 'The Content-Length does not match the body.'],
  ContentMD5NotMatched: [400, 'The Content-MD5 does not match the body.'],
  'InvalidProduct.NotFound': [404, 'Cannot find product according to your specified domain.'],
  InternalError: [500, 'STS Server Internal Error happened, please send the RequestId to us.'],
  ServiceUnavailable: [503, 'The request has failed due to a temporary failure of the server.'],
  'Throttling.User': [400, 'Request was denied due to user flow control.'],
  'Throttling.Api': [400, 'Request was denied due to api flow control.'],
  Throttling: [400, 'Request was denied due to flow control.'],
  'InvalidAccessKeyId.NotFound': [404, 'Specified access key is not found.'],
  'InvalidAccessKeyId.Inactive': [400, 'Specified access key is disabled.'],
  SignatureDoesNotMatch: [400, 'Specified signature is not matched with our calculation.'],
  IncompleteSignature: [400, 'The request signature does not conform to Aliyun standards.'],
  SignatureNonceUsed: [400, 'Specified signature nonce was used already.'],
  'InvalidTimeStamp.Format': [400, 'Specified time stamp or date value is not well formatted.'],
  'InvalidTimeStamp.Expired': [400, 'Specified time stamp or date value is expired.'],
  InvalidSignatureMethod: [400, 'Specified signature method is not valid.'],
  'InvalidSecurityToken.Expired': [400, 'Specified SecurityToken is expired.'],
  'InvalidSecurityToken.Malformed': [400, 'Specified SecurityToken is malformed.'],
  'InvalidSecurityToken.MismatchWithAccessKey': [
    400,
    'Specified SecurityToken mismatch with the AccessKey.',
  ],
  'InvalidAction.NotFound': [404, API_NOT_FOUND],
  'InvalidApi.NotFound': [404, API_NOT_FOUND],
  UnsupportedHTTPMethod: [400, 'This http method is not supported.'],
  'InvalidProtocol.NeedSsl': [400, 'Your request is denied as lack of ssl protect.'],
  // No page names a code for these limits (4 KB of URL and 10 MB of body are documented): our own.
  'RequestTooLarge.Url': [414, 'A GET request must not be larger than 4 KB.'],
  'RequestTooLarge.Body': [413, 'A POST request must not be larger than 10 MB.'],
  'RequestTooLarge.Parameters': [400, 'A request must not have more than 5000 parameters.'],
} as const satisfies Record<string, Entry>;

export type StsErrorCode = keyof typeof STS_ERRORS;

/** Role or caller: both give the same code, and this text when the role does not trust the caller. */
export const NOT_TRUSTED_MESSAGE =
  'No permission perform sts:AssumeRole on this Role. Maybe you are not authorized to perform sts:AssumeRole or the specified role does not trust you';

export function stsError(code: StsErrorCode, message?: string): StsError {
  const [status, text] = STS_ERRORS[code];
  return { code, status, message: message ?? text };
}

/** An error that a user's fault names; a code that STS does not have answers 500. */
export function injectedError(code: string): StsError {
  return Object.hasOwn(STS_ERRORS, code)
    ? stsError(code as StsErrorCode)
    : { code, status: 500, message: 'A fault of the scenario.' };
}

/** `MissingRoleArn`, as the gateway says it for every mandatory parameter. */
export function missingParameter(name: string): StsError {
  return { code: `Missing${name}`, status: 400, message: `${name} is mandatory for this action.` };
}

/** `MissingParameter.OIDCToken`, as STS says it of what the gateway lets be left out. */
export function requiredParameter(name: string): StsError {
  return {
    code: `MissingParameter.${name}`,
    status: 400,
    message: `Parameter ${name} is required.`,
  };
}

/** `InvalidVersion`: a common parameter with a value that the gateway does not take. */
export function invalidParameter(name: string): StsError {
  return {
    code: `Invalid${name}`,
    status: 400,
    message: `Specified parameter ${name} is not valid.`,
  };
}
