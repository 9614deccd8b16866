/**
 * The SecurityToken: a signed statement of who may do what until when, so that any process that
 * holds the mock's key can judge a credential without asking the one that issued it.
 *
 * Bytes, then Base64: `08 02 12` (which reads `CAIS`, as real tokens begin), expiry in seconds (6
 * bytes), six texts each after its length (1 byte; 2 for the session policy), the expiry again, filler
 * up to the length of a real token, and a tag of 20 bytes. The tag is the HMAC of texts and expiry, in
 * an order in which what one caller repeats comes first. The AccessKeySecret is the inner of the two digests of that
 * HMAC: it is known to whoever holds the key, and cannot be had from the tag.
 *
 * Not a secure design for anything but a mock: the key derives from the run's seed.
 */
import { hash } from 'node:crypto';
import { stream } from '../../src/kernel/rng.ts';
import { PrefixSigner } from './prefix-signer.ts';
import { DIGEST_BYTES, writeDigest } from './sha1.ts';

export interface TokenClaims {
  readonly accessKeyId: string;
  /** The account that called AssumeRole. */
  readonly callerAccountId: string;
  readonly roleArn: string;
  readonly roleSessionName: string;
  /** Empty when the session has none. */
  readonly sourceIdentity: string;
  /** The session policy's text, 2,048 bytes at most; absent when the session has none. */
  readonly sessionPolicy?: string;
  /** Whole seconds. */
  readonly expiresAtMs: number;
}

export type TokenVerdict =
  | {
      readonly kind: 'valid';
      readonly claims: TokenClaims;
      readonly accessKeySecret: string;
    }
  | { readonly kind: 'refused'; readonly code: TokenFault };

export type TokenFault =
  | 'InvalidSecurityToken.Malformed'
  | 'InvalidSecurityToken.MismatchWithAccessKey'
  | 'InvalidSecurityToken.Expired';

const HEADER = [0x08, 0x02, 0x12] as const;
const EXPIRY_BYTES = 6;
const TEXTS_AT = HEADER.length + EXPIRY_BYTES;
const PAYLOAD_BYTES_MIN = 368;
/**
 * A session policy (2,048 bytes) and all other texts. Real tokens have no stated limit either; the
 * policy is in here and not kept by its issuer, or no other instance could judge the session.
 */
const PAYLOAD_BYTES_MAX = 3_072;
export const POLICY_BYTES_MAX = 2_048;
const POLICY_LENGTH_BYTES = 2;
/** Room for what a forged token claims, which is written out before it is compared. */
const WRITTEN_BYTES_MAX = 2 * PAYLOAD_BYTES_MAX;
/** Each remembers its last message, 3 KB. */
const SIGNERS = 64;
const filler = stream(0, 'token-filler');
const FILLER = Buffer.from(Array.from({ length: PAYLOAD_BYTES_MIN }, () => filler.below(256)));

/** Issues and judges tokens. Every instance of one seed has the same key. */
export class TokenAuthority {
  private readonly key: Uint8Array;
  private readonly signers: (PrefixSigner | undefined)[] = new Array(SIGNERS).fill(undefined);
  private readonly bytes = Buffer.alloc(WRITTEN_BYTES_MAX);
  private readonly signed = this.bytes.subarray(TEXTS_AT);

  constructor(seed: number) {
    this.key = hash('sha256', `key of the mock STS, seed ${seed}`, 'buffer');
    this.bytes.set(HEADER);
  }

  /** Each text but the policy is at most 255 ASCII characters, which STS's parameter rules see to. */
  issue(claims: TokenClaims): { readonly securityToken: string; readonly accessKeySecret: string } {
    const { bytes } = this;
    const signer = this.signerOf(claims.roleSessionName);
    const expirySecond = Math.round(claims.expiresAtMs / 1_000);
    bytes.writeUIntBE(expirySecond, HEADER.length, EXPIRY_BYTES);
    const textsEnd = writeTexts(bytes, claims);
    const claimsEnd = bytes.writeUIntBE(expirySecond, textsEnd, EXPIRY_BYTES);
    const tagAt = tagPlace(claimsEnd);
    FILLER.copy(bytes, claimsEnd, 0, tagAt - claimsEnd);
    writeDigest(signer.sign(this.signed, claimsEnd - TEXTS_AT), bytes, tagAt);
    return {
      securityToken: bytes.toString('base64', 0, tagAt + DIGEST_BYTES),
      accessKeySecret: signer.innerDigest.toString('hex'),
    };
  }

  /** Whether the token was issued under this key, belongs to the AccessKey, and has not ended. */
  verify(securityToken: string, accessKeyId: string, nowMs: number): TokenVerdict {
    const claims = readClaims(Buffer.from(securityToken, 'base64'));
    if (claims === undefined) return refused('Malformed');
    // What this key would have issued for these claims, to the last character.
    const issued = this.issue(claims);
    if (issued.securityToken !== securityToken) return refused('Malformed');
    if (claims.accessKeyId !== accessKeyId) return refused('MismatchWithAccessKey');
    if (nowMs >= claims.expiresAtMs) return refused('Expired');
    return { kind: 'valid', claims, accessKeySecret: issued.accessKeySecret };
  }

  /** A process's tokens begin alike, and it has a session name of its own. All signers say the same. */
  private signerOf(sessionName: string): PrefixSigner {
    let sum = 0;
    for (let i = 0; i < sessionName.length; i += 1) {
      sum = (Math.imul(sum, 31) + sessionName.charCodeAt(i)) >>> 0;
    }
    const place = sum % SIGNERS;
    this.signers[place] ??= new PrefixSigner(this.key);
    return this.signers[place];
  }
}

function refused(why: 'Malformed' | 'MismatchWithAccessKey' | 'Expired'): TokenVerdict {
  return { kind: 'refused', code: `InvalidSecurityToken.${why}` };
}

/** When a token of the mock ends, read without judging it; undefined for any other text. */
export function readTokenExpiryMs(securityToken: string): number | undefined {
  const head = Buffer.from(securityToken.slice(0, (TEXTS_AT / 3) * 4), 'base64');
  if (head.length !== TEXTS_AT || HEADER.some((byte, i) => head[i] !== byte)) return undefined;
  return expiryIn(head);
}

function expiryIn(token: Buffer): number {
  return token.readUIntBE(HEADER.length, EXPIRY_BYTES) * 1_000;
}

function writeTexts(bytes: Buffer, claims: TokenClaims): number {
  let at = writeText(bytes, TEXTS_AT, claims.callerAccountId);
  at = writeText(bytes, at, claims.roleArn);
  at = writeText(bytes, at, claims.roleSessionName);
  at = writeText(bytes, at, claims.sourceIdentity);
  at = writePolicy(bytes, at, claims.sessionPolicy);
  return writeText(bytes, at, claims.accessKeyId);
}

function writeText(bytes: Uint8Array, at: number, text: string): number {
  bytes[at] = text.length;
  for (let i = 0; i < text.length; i += 1) bytes[at + 1 + i] = text.charCodeAt(i);
  return at + 1 + text.length;
}

function writePolicy(bytes: Buffer, at: number, policy: string | undefined): number {
  const from = at + POLICY_LENGTH_BYTES;
  const length = policy === undefined ? 0 : bytes.write(policy, from, POLICY_BYTES_MAX);
  bytes.writeUInt16BE(length, at);
  return from + length;
}

/** Behind the least length, and where the token will end in `==`. */
function tagPlace(claimsEnd: number): number {
  let at = Math.max(claimsEnd, PAYLOAD_BYTES_MIN);
  while ((at + DIGEST_BYTES) % 3 !== 1) at += 1;
  return at;
}

/** What a token says, true or not; undefined if it is too short or too long to say it. */
function readClaims(token: Buffer): TokenClaims | undefined {
  const payloadBytes = token.length - DIGEST_BYTES;
  if (payloadBytes < PAYLOAD_BYTES_MIN || payloadBytes > PAYLOAD_BYTES_MAX) return undefined;
  let at = TEXTS_AT;
  const next = (): string => {
    const end = at + 1 + (token[at] ?? 0);
    const text = token.toString('latin1', at + 1, end);
    at = end;
    return text;
  };
  const nextPolicy = (): string => {
    const from = at + POLICY_LENGTH_BYTES;
    const length = from <= token.length ? token.readUInt16BE(at) : 0;
    at = from + length;
    return token.toString('utf8', from, at);
  };
  const callerAccountId = next();
  const roleArn = next();
  const roleSessionName = next();
  const sourceIdentity = next();
  const sessionPolicy = nextPolicy();
  return {
    callerAccountId,
    roleArn,
    roleSessionName,
    sourceIdentity,
    ...(sessionPolicy === '' ? {} : { sessionPolicy }),
    accessKeyId: next(),
    expiresAtMs: expiryIn(token),
  };
}
