/**
 * Identifiers that STS makes up: request ids and the key ids of temporary credentials. They come
 * from a seeded stream, so the same calls get the same answers. A key id ends in the second in which
 * it was made: so any instance can tell how old a credential is, without a place for it in the token.
 */
import type { Rng } from '../../src/kernel/rng.ts';

const ALPHANUMERIC = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789');
/** 62 to the sixth: seconds for 1,800 years. */
const SECOND_DIGITS = 6;
const HEX = Buffer.from('0123456789ABCDEF');
const TEMPLATE = Buffer.from('xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx');
const FREE_DIGIT = 'x'.charCodeAt(0);
const uuid = Buffer.from(TEMPLATE);
const keyId = Buffer.from('STS.Nxxxxxxxxxxxxxxxxxxxxxxxx');

/** An upper-case UUID, 8-4-4-4-12. */
export function requestId(rng: Rng): string {
  let bits = 0;
  let left = 0;
  for (let i = 0; i < TEMPLATE.length; i += 1) {
    if (TEMPLATE[i] !== FREE_DIGIT) continue;
    if (left === 0) {
      bits = rng.uint32();
      left = 8;
    }
    uuid[i] = HEX[bits & 15]!;
    bits >>>= 4;
    left -= 1;
  }
  return uuid.toString('latin1');
}

/** `STS.N` and 24 letters or digits, the last six of which are the second of issue. */
export function temporaryKeyId(rng: Rng, nowMs: number): string {
  for (let i = 5; i < keyId.length; i += 4) {
    let bits = rng.uint32();
    for (let j = i; j < i + 4; j += 1) {
      keyId[j] = ALPHANUMERIC[(bits & 255) % ALPHANUMERIC.length]!;
      bits >>>= 8;
    }
  }
  let left = Math.floor(Math.max(0, nowMs) / 1_000);
  for (let i = keyId.length - 1; i >= keyId.length - SECOND_DIGITS; i -= 1) {
    keyId[i] = ALPHANUMERIC[left % ALPHANUMERIC.length]!;
    left = Math.floor(left / ALPHANUMERIC.length);
  }
  return keyId.toString('latin1');
}

/** The second in which a temporary key was made; undefined for any other key. */
export function issuedAtMs(accessKeyId: string): number | undefined {
  if (accessKeyId.length !== keyId.length || !accessKeyId.startsWith('STS.')) return undefined;
  let second = 0;
  for (let i = keyId.length - SECOND_DIGITS; i < keyId.length; i += 1) {
    const digit = ALPHANUMERIC.indexOf(accessKeyId[i]!);
    if (digit < 0) return undefined;
    second = second * ALPHANUMERIC.length + digit;
  }
  return second * 1_000;
}
