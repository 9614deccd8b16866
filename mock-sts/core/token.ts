/**
 * The SecurityToken: a signed statement of who may do what until when, so that any process that
 * holds the mock's key can judge a credential without asking the one that issued it.
 *
 * Bytes, then Base64: `08 02 12` (which reads `CAIS`, as real tokens begin), expiry in seconds (6
 * bytes), five texts each after its length (1 byte), filler up to the length of a real token, and a
 * tag of 20 bytes. The tag is the head of SHA-512 over key and payload; the rest of that digest is
 * the AccessKeySecret, which is therefore known to whoever has the key, and in no token. (Half a
 * digest is no state from which an attacker could go on hashing, so a plain keyed hash will do.)
 *
 * Not a secure design for anything but a mock: the key derives from the run's seed.
 */
import { hash } from 'node:crypto';
import type { Rng } from '../../src/kernel/rng.ts';
import { alphanumericByte } from './identifiers.ts';

export interface TokenClaims {
  readonly accessKeyId: string;
  /** The account that called AssumeRole. */
  readonly callerAccountId: string;
  readonly roleArn: string;
  readonly roleSessionName: string;
  /** Empty when the session has none. */
  readonly sourceIdentity: string;
  /** Whole seconds. */
  readonly expiresAtMs: number;
}

const KEY_BYTES = 32;
const HEADER = [0x08, 0x02, 0x12] as const;
const EXPIRY_END = 9;
/** Leaves one byte over in Base64's groups of three, so a token always ends in `==`. */
const PAYLOAD_BYTES_MIN = 365;
const TAG_BYTES = 20;
const DIGEST_BYTES = 64;
const PAYLOAD_BYTES_MAX = 2_048;

export function mockKeyOf(seed: number): Uint8Array {
  return hash('sha256', `key of the mock STS, seed ${seed}`, 'buffer');
}

export class TokenMint {
  /** Key, payload, tag: hashed and encoded where they are written. */
  private readonly bytes = Buffer.alloc(KEY_BYTES + PAYLOAD_BYTES_MAX + TAG_BYTES);

  constructor(mockKey: Uint8Array) {
    this.bytes.set(mockKey);
  }

  /** Each claim is at most 255 ASCII characters, which STS's parameter rules see to. */
  mint(
    claims: TokenClaims,
    filler: Rng,
  ): { readonly securityToken: string; readonly accessKeySecret: string } {
    const end = this.writePayload(claims, filler);
    const digest = hash('sha512', this.bytes.subarray(0, end), 'buffer');
    digest.copy(this.bytes, end, 0, TAG_BYTES);
    return {
      securityToken: this.bytes.toString('base64', KEY_BYTES, end + TAG_BYTES),
      accessKeySecret: secretIn(digest),
    };
  }

  private writePayload(claims: TokenClaims, filler: Rng): number {
    const bytes = this.bytes;
    let at = KEY_BYTES;
    for (const byte of HEADER) bytes[at++] = byte;
    at = bytes.writeUIntBE(Math.round(claims.expiresAtMs / 1_000), at, 6);
    at = this.writeText(claims.accessKeyId, at);
    at = this.writeText(claims.callerAccountId, at);
    at = this.writeText(claims.roleArn, at);
    at = this.writeText(claims.roleSessionName, at);
    at = this.writeText(claims.sourceIdentity, at);
    while (at < KEY_BYTES + PAYLOAD_BYTES_MIN) {
      const bits = filler.uint32();
      bytes[at++] = bits & 255;
      bytes[at++] = (bits >>> 8) & 255;
      bytes[at++] = (bits >>> 16) & 255;
      bytes[at++] = bits >>> 24;
    }
    while ((at - KEY_BYTES + TAG_BYTES) % 3 !== 1) bytes[at++] = 0;
    return at;
  }

  private writeText(text: string, at: number): number {
    this.bytes[at] = text.length;
    return at + 1 + this.bytes.write(text, at + 1, 'latin1');
  }
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

/** Whether the token was issued under this key, belongs to the AccessKey, and has not ended. */
export function verifyToken(
  mockKey: Uint8Array,
  securityToken: string,
  accessKeyId: string,
  nowMs: number,
): TokenVerdict {
  const payload = Buffer.from(securityToken, 'base64');
  if (payload.toString('base64') !== securityToken) return refused('Malformed');
  const end = payload.length - TAG_BYTES;
  if (end < PAYLOAD_BYTES_MIN || end > PAYLOAD_BYTES_MAX) return refused('Malformed');
  const digest = hash('sha512', Buffer.concat([mockKey, payload.subarray(0, end)]), 'buffer');
  if (digest.compare(payload, end, payload.length, 0, TAG_BYTES) !== 0) return refused('Malformed');
  const claims = readClaims(payload);
  if (claims.accessKeyId !== accessKeyId) return refused('MismatchWithAccessKey');
  if (nowMs >= claims.expiresAtMs) return refused('Expired');
  return { kind: 'valid', claims, accessKeySecret: secretIn(digest) };
}

function refused(why: 'Malformed' | 'MismatchWithAccessKey' | 'Expired'): TokenVerdict {
  return { kind: 'refused', code: `InvalidSecurityToken.${why}` };
}

/** When a token of the mock ends, read without judging it; undefined for any other text. */
export function readTokenExpiryMs(securityToken: string): number | undefined {
  const head = Buffer.from(securityToken.slice(0, (EXPIRY_END / 3) * 4), 'base64');
  if (head.length !== EXPIRY_END || HEADER.some((byte, i) => head[i] !== byte)) return undefined;
  return head.readUIntBE(HEADER.length, 6) * 1_000;
}

function readClaims(payload: Buffer): TokenClaims {
  let at = EXPIRY_END;
  const next = (): string => {
    const end = at + 1 + payload[at]!;
    const text = payload.toString('latin1', at + 1, end);
    at = end;
    return text;
  };
  return {
    accessKeyId: next(),
    callerAccountId: next(),
    roleArn: next(),
    roleSessionName: next(),
    sourceIdentity: next(),
    expiresAtMs: payload.readUIntBE(HEADER.length, 6) * 1_000,
  };
}

/** 44 letters or digits. */
function secretIn(digest: Uint8Array): string {
  const secret = Buffer.allocUnsafe(DIGEST_BYTES - TAG_BYTES);
  for (let i = 0; i < secret.length; i += 1) secret[i] = alphanumericByte(digest[TAG_BYTES + i]!);
  return secret.toString('latin1');
}
