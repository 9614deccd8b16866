/**
 * SHA-1 and HMAC-SHA1 in plain JavaScript. The crypto library hashes faster, but gives no state to go
 * on from: a caller's next message begins like the last one, and only what differs is hashed again
 * (`prefix-signer.ts`). `node:crypto` is the oracle in the tests.
 * Source: FIPS 180-4; RFC 2104.
 */
export const BLOCK_BYTES = 64;
export const DIGEST_BYTES = 20;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;
const BITS_PER_BYTE = 8;
const LENGTH_BYTES = 8;

export type Sha1State = Int32Array;

const INITIAL = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
const words = new Int32Array(80);
const tail = new Uint8Array(2 * BLOCK_BYTES);

/** The 80 words that a block of 64 bytes is spread to. */
function schedule(bytes: Uint8Array, at: number): void {
  for (let i = 0, from = at; i < 16; i += 1, from += 4) {
    words[i] =
      (bytes[from]! << 24) | (bytes[from + 1]! << 16) | (bytes[from + 2]! << 8) | bytes[from + 3]!;
  }
  for (let i = 16; i < 80; i += 1) {
    const mixed = words[i - 3]! ^ words[i - 8]! ^ words[i - 14]! ^ words[i - 16]!;
    words[i] = (mixed << 1) | (mixed >>> 31);
  }
}

/** Takes the 64 bytes from `at` into the state. */
export function compress(state: Sha1State, bytes: Uint8Array, at: number): void {
  schedule(bytes, at);
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let next = 0;
  for (let i = 0; i < 20; i += 1) {
    next = (((a << 5) | (a >>> 27)) + ((b & c) | (~b & d)) + e + 0x5a827999 + words[i]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  for (let i = 20; i < 40; i += 1) {
    next = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0x6ed9eba1 + words[i]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  for (let i = 40; i < 60; i += 1) {
    const majority = (b & c) | (b & d) | (c & d);
    next = (((a << 5) | (a >>> 27)) + majority + e + 0x8f1bbcdc + words[i]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  for (let i = 60; i < 80; i += 1) {
    next = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0xca62c1d6 + words[i]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  state[0] = (state[0]! + a) | 0;
  state[1] = (state[1]! + b) | 0;
  state[2] = (state[2]! + c) | 0;
  state[3] = (state[3]! + d) | 0;
  state[4] = (state[4]! + e) | 0;
}

/**
 * The last bytes of a message of `totalBytes`, padded: after this the state is the digest. Messages
 * are far below 512 MB, so their length in bits is one word.
 */
function finish(
  state: Sha1State,
  bytes: Uint8Array,
  from: number,
  end: number,
  totalBytes: number,
): void {
  const left = end - from;
  const tailBytes = left + 1 + LENGTH_BYTES <= BLOCK_BYTES ? BLOCK_BYTES : 2 * BLOCK_BYTES;
  for (let i = 0; i < left; i += 1) tail[i] = bytes[from + i]!;
  tail.fill(0, left, tailBytes);
  tail[left] = 0x80;
  const bits = totalBytes * BITS_PER_BYTE;
  for (let i = 1, shift = 0; i <= 4; i += 1, shift += 8) tail[tailBytes - i] = bits >>> shift;
  for (let at = 0; at < tailBytes; at += BLOCK_BYTES) compress(state, tail, at);
}

/** An HMAC key, its padded blocks already hashed. */
export class HmacSha1Key {
  /** The states after the inner and the outer padded key. */
  readonly inner: Sha1State;
  private readonly outer: Sha1State;
  readonly innerDigest = Buffer.alloc(DIGEST_BYTES);

  constructor(key: string | Uint8Array) {
    const bytes = typeof key === 'string' ? Buffer.from(key) : key;
    const short = bytes.length > BLOCK_BYTES ? sha1(bytes) : bytes;
    this.inner = paddedState(short, INNER_PAD);
    this.outer = paddedState(short, OUTER_PAD);
  }

  /** The rest of a message whose first blocks are in `state` already. */
  finish(
    state: Sha1State,
    bytes: Uint8Array,
    from: number,
    end: number,
    messageBytes: number,
  ): Sha1State {
    finish(state, bytes, from, end, BLOCK_BYTES + messageBytes);
    writeDigest(state, this.innerDigest, 0);
    state.set(this.outer);
    finish(state, this.innerDigest, 0, DIGEST_BYTES, BLOCK_BYTES + DIGEST_BYTES);
    return state;
  }
}

/** The digest's 20 bytes. */
export function writeDigest(digest: Sha1State, to: Uint8Array, at: number): void {
  for (let i = 0; i < DIGEST_BYTES; i += 1) to[at + i] = digest[i >> 2]! >>> (24 - 8 * (i & 3));
}

const BASE64 = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const PADDING = 0x3d;
export const BASE64_DIGEST_BYTES = 28;

/** The digest as Base64, 28 characters with one `=` at the end. */
export function writeBase64Digest(digest: Sha1State, to: Uint8Array): void {
  for (let i = 0; i < BASE64_DIGEST_BYTES - 1; i += 1) {
    const bit = i * 6;
    const word = digest[bit >> 5]!;
    const shift = 26 - (bit & 31);
    const sextet =
      shift >= 0
        ? word >>> shift
        : (word << -shift) | ((digest[(bit >> 5) + 1] ?? 0) >>> (32 + shift));
    to[i] = BASE64[sextet & 63]!;
  }
  to[BASE64_DIGEST_BYTES - 1] = PADDING;
}

function sha1(bytes: Uint8Array): Uint8Array {
  const state = Int32Array.from(INITIAL);
  let at = 0;
  for (; at + BLOCK_BYTES <= bytes.length; at += BLOCK_BYTES) compress(state, bytes, at);
  finish(state, bytes, at, bytes.length, bytes.length);
  const digest = new Uint8Array(DIGEST_BYTES);
  writeDigest(state, digest, 0);
  return digest;
}

function paddedState(key: Uint8Array, pad: number): Sha1State {
  const block = new Uint8Array(BLOCK_BYTES).fill(pad);
  for (const [i, byte] of key.entries()) block[i] = byte ^ pad;
  const state = Int32Array.from(INITIAL);
  compress(state, block, 0);
  return state;
}
