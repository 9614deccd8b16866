/**
 * OSS's errors: code, status, text, and the number by which its help pages call the case.
 * Sources: Alibaba Cloud, "HTTP 403 errors", "Error responses" of OSS, and its pages by number.
 */
import type { StsError } from '../../../src/kernel/sts/error-codes.ts';

export interface OssError {
  readonly code: string;
  readonly status: number;
  readonly message: string;
  /** `EC` of the answer. */
  readonly number: string;
}

type Entry = readonly [status: number, code: string, number: string, message: string];

const ERRORS = {
  anonymous: [
    403,
    'AccessDenied',
    '0003-00000001',
    'You have no right to access this object because of bucket acl.',
  ],
  forbidden: [
    403,
    'AccessDenied',
    '0003-00000001',
    'You have no right to access this object because of bucket acl.',
  ],
  badAuthorization: [400, 'InvalidArgument', '0002-00000061', 'Authorization header is invalid.'],
  badPayloadHash: [
    400,
    'InvalidArgument',
    '0002-00000214',
    'The value of x-oss-content-sha256 is invalid.',
  ],
  badScopeDate: [
    400,
    'InvalidArgument',
    '0002-00000212',
    'Invalid signing date in Authorization header.',
  ],
  badScopeRegion: [
    400,
    'InvalidArgument',
    '0002-00000226',
    'Invalid signing region in Authorization header.',
  ],
  badScopeProduct: [
    400,
    'InvalidArgument',
    '0002-00000227',
    'Invalid signing product in Authorization header.',
  ],
  badExpires: [
    403,
    'AccessDenied',
    '0002-00000070',
    'Invalid date (should be seconds since epoch).',
  ],
  badExpires4: [
    400,
    'InvalidArgument',
    '0002-00000232',
    'The value of x-oss-expires is invalid: 1 to 604800 seconds.',
  ],
  expiredUrl: [403, 'AccessDenied', '0002-00000069', 'Request has expired.'],
  noDate: [403, 'AccessDenied', '0002-00000063', 'OSS authentication requires a valid Date.'],
  skewed: [
    403,
    'RequestTimeTooSkewed',
    '0002-00000504',
    'The difference between the request time and the current time is too large.',
  ],
  unknownKey: [
    403,
    'InvalidAccessKeyId',
    '0002-00000902',
    'The OSS Access Key Id you provided does not exist in our records.',
  ],
  disabledKey: [
    403,
    'InvalidAccessKeyId',
    '0002-00000904',
    'The OSS Access Key Id you provided is disabled.',
  ],
  noToken: [
    403,
    'InvalidAccessKeyId',
    '0002-00000003',
    'The OSS Access Key Id you provided does not exist in our records.',
  ],
  expiredToken: [
    403,
    'SecurityTokenExpired',
    '0002-00000007',
    'The security token you provided has expired.',
  ],
  badToken: [
    403,
    'InvalidSecurityToken',
    '0002-00000006',
    'The security token you provided is invalid.',
  ],
  otherToken: [
    403,
    'AccessKeyIdAndSecurityTokenNotMatch',
    '0002-00000008',
    'The OSS access key id and security token you provided does not match.',
  ],
  badSignature: [
    403,
    'SignatureDoesNotMatch',
    '0002-00000040',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  ],
  noMethod: [
    405,
    'MethodNotAllowed',
    '0016-00000101',
    'The specified method is not allowed against this resource.',
  ],
  noSuchKey: [404, 'NoSuchKey', '0026-00000001', 'The specified key does not exist.'],
  badDigest: [
    400,
    'InvalidDigest',
    '0017-00000004',
    'The Content-MD5 you specified did not match what was received.',
  ],
  badArgument: [400, 'InvalidArgument', '0017-00000007', 'An argument of the list is invalid.'],
  full: [
    403,
    'QuotaExceeded',
    '0000-00000000',
    'The mock keeps no more objects: 10,000 in 64 MiB. Delete some, or reset it.',
  ],
  tooLarge: [
    400,
    'EntityTooLarge',
    '0017-00000106',
    'Your proposed upload exceeds the maximum allowed size.',
  ],
} as const satisfies Record<string, Entry>;

export type OssErrorName = keyof typeof ERRORS;

export function ossError(name: OssErrorName): OssError {
  const [status, code, number, message] = ERRORS[name];
  return { code, status, message, number };
}

/** What OSS says of a key that STS's gateway would refuse in its own words. */
export function ossKeyError({ code }: StsError): OssError {
  switch (code) {
    case 'InvalidAccessKeyId.Inactive':
      return ossError('disabledKey');
    case 'MissingSecurityToken':
      return ossError('noToken');
    case 'InvalidSecurityToken.Expired':
      return ossError('expiredToken');
    case 'InvalidSecurityToken.Malformed':
      return ossError('badToken');
    case 'InvalidSecurityToken.MismatchWithAccessKey':
      return ossError('otherToken');
    default:
      return ossError('unknownKey');
  }
}

/** What OSS says of a request that a fault strikes; its number for that is not known. */
export function ossFaultError(error: StsError): OssError {
  return KEY_FAULTS.has(error.code) ? ossKeyError(error) : { ...error, number: UNKNOWN_NUMBER };
}

const KEY_FAULTS = new Set(['InvalidAccessKeyId.Inactive', 'InvalidSecurityToken.Expired']);

const UNKNOWN_NUMBER = '0000-00000000';
