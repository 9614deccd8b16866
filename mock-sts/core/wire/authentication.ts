/**
 * Who signed a request, and whether the signature is right, new and of now: in this order the common
 * parameters, the timestamp, the AccessKey, the signature, the nonce. A nonce counts as used only by
 * a request with a right signature, or anybody could use up another's. Authentication stands before
 * faults and quota, since both belong to a caller, and a record names him.
 *
 * Two schemes, v1 (HMAC-SHA1) and V3 (ACS3-HMAC-SHA256); nothing here is anonymous.
 * Sources: Alibaba Cloud, "Request syntax and signature method V2 for RPC APIs", "Request syntax
 * and signature method V3", and the gateway's common error codes.
 */
import {
  invalidParameter,
  missingParameter,
  type StsError,
  stsError,
} from '../../../src/kernel/sts/error-codes.ts';
import {
  ACS3_ALGORITHM,
  type Acs3Canonical,
  signAcs3,
} from '../../../src/kernel/sts/signature-acs3.ts';
import { parseTimestamp } from '../../../src/kernel/sts/wire.ts';
import { DEFAULT_WIRE, type MockStsConfig } from '../config.ts';
import type { CallerIdentity } from '../identity.ts';
import { RamSecrets } from '../ram-secrets.ts';
import { AccessKeys, type KeyHolder } from './access-keys.ts';
import { type Acs3Reading, canonicalOf, withoutToken } from './acs3.ts';
import { NonceStore } from './nonce-store.ts';
import type { RpcParameters } from './parameters.ts';

const NONCE_LENGTH_MAX = 128;
/** What a signed request says of itself, in either scheme. */
interface Claim {
  readonly accessKeyId: string;
  readonly securityToken: string | undefined;
  readonly timestamp: string;
  readonly nonce: string;
}

export class Authentication {
  private readonly keys: AccessKeys;
  private readonly nonces: NonceStore;
  private readonly toleranceMs: number;
  /** Requests of one second carry one timestamp: the last one read is kept. */
  private lastTimestamp = '';
  private lastTimestampMs: number | undefined;

  constructor(config: MockStsConfig, secrets = new RamSecrets(config)) {
    this.keys = new AccessKeys(config, secrets);
    this.toleranceMs = config.wire?.timestampToleranceMs ?? DEFAULT_WIRE.timestampToleranceMs;
    this.nonces = new NonceStore(this.toleranceMs);
  }

  v1(parameters: RpcParameters, method: string, nowMs: number): CallerIdentity | StsError {
    const claim: Claim = {
      accessKeyId: parameters.get('AccessKeyId') ?? '',
      securityToken: parameters.get('SecurityToken'),
      timestamp: parameters.get('Timestamp') ?? '',
      nonce: parameters.get('SignatureNonce') ?? '',
    };
    const broken = brokenCommonRule(parameters, claim);
    if (broken !== undefined) return broken;
    const holder = this.holder(claim, nowMs);
    if ('code' in holder) return holder;
    if (!parameters.isSigned(method, holder.key)) {
      return mismatchV1(parameters.stringToSign(method));
    }
    return this.unlessReplayed(holder.identity, claim.nonce, nowMs);
  }

  acs3(reading: Acs3Reading, nowMs: number): CallerIdentity | StsError {
    const holder = this.holder(reading, nowMs);
    if ('code' in holder) return holder;
    const canonical = canonicalOf(reading);
    if (signAcs3(holder.key.secret, canonical.hash) !== reading.signature) {
      return mismatchAcs3(canonical);
    }
    return this.unlessReplayed(holder.identity, reading.nonce, nowMs);
  }

  /** Whose key it is, provided that the request is of now. */
  private holder(claim: Claim, nowMs: number): KeyHolder | StsError {
    if (claim.timestamp !== this.lastTimestamp) {
      this.lastTimestamp = claim.timestamp;
      this.lastTimestampMs = parseTimestamp(claim.timestamp);
    }
    if (this.lastTimestampMs === undefined) return stsError('InvalidTimeStamp.Format');
    if (Math.abs(nowMs - this.lastTimestampMs) > this.toleranceMs) {
      return stsError('InvalidTimeStamp.Expired');
    }
    if (claim.nonce.length > NONCE_LENGTH_MAX) return invalidParameter('SignatureNonce');
    return this.keys.find(claim.accessKeyId, claim.securityToken, nowMs);
  }

  private unlessReplayed(
    identity: CallerIdentity,
    nonce: string,
    nowMs: number,
  ): CallerIdentity | StsError {
    return this.nonces.use(nonce, nowMs) ? identity : stsError('SignatureNonceUsed');
  }
}

/** What v1 asks of the common parameters; an empty one counts as missing. */
function brokenCommonRule(parameters: RpcParameters, claim: Claim): StsError | undefined {
  if (claim.accessKeyId === '') return missingParameter('AccessKeyId');
  if (!parameters.has('Signature')) return missingParameter('Signature');
  if (claim.nonce === '') return missingParameter('SignatureNonce');
  if (claim.timestamp === '') return missingParameter('Timestamp');
  const method = parameters.get('SignatureMethod') ?? '';
  const version = parameters.get('SignatureVersion') ?? '';
  if (method === '') return missingParameter('SignatureMethod');
  if (version === '') return missingParameter('SignatureVersion');
  if (method !== 'HMAC-SHA1') return stsError('InvalidSignatureMethod');
  return version === '1.0' ? undefined : invalidParameter('SignatureVersion');
}

/** SDKs cut the first sentence off and compare the rest with their own string to sign, token and all. */
function mismatchV1(stringToSign: string): StsError {
  return stsError(
    'SignatureDoesNotMatch',
    `Specified signature is not matched with our calculation. server string to sign is:${stringToSign}`,
  );
}

function mismatchAcs3({ canonicalRequest, hash }: Acs3Canonical): StsError {
  const stringToSign = `${ACS3_ALGORITHM}\n${hash}`;
  return stsError(
    'SignatureDoesNotMatch',
    `Specified signature does not match our calculation. server StringToSign is [${stringToSign}] server CanonicalRequest is [${withoutToken(canonicalRequest)}]`,
  );
}
