/**
 * HMAC-SHA1 under one key of messages that begin alike. A process signs the same parameters again
 * and again; of the string to sign only nonce and timestamp differ, and both stand late in it. So the
 * blocks that equal the last message's are not hashed again: the state after them is kept.
 */
import { BLOCK_BYTES, compress, HmacSha1Key, type Sha1State } from './sha1.ts';

/** Blocks remembered of the last message. */
const BLOCKS_MAX = 32;
const STATE_WORDS = 5;

export class PrefixSigner {
  private readonly key: HmacSha1Key;
  private readonly last = new Uint8Array(BLOCKS_MAX * BLOCK_BYTES);
  private lastBlocks = 0;
  /** Where the last message stood. */
  private lastBytes: Uint8Array | undefined;
  /** The state before each block: first the padded key's. */
  private readonly states = new Int32Array((BLOCKS_MAX + 1) * STATE_WORDS);
  private readonly state: Sha1State = new Int32Array(STATE_WORDS);

  constructor(key: string | Uint8Array) {
    this.key = new HmacSha1Key(key);
    this.states.set(this.key.inner);
  }

  /** Of the last message: what the outer hash was taken of. */
  get innerDigest(): Buffer {
    return this.key.innerDigest;
  }

  /**
   * The digest of the first `end` bytes: five words, overwritten by the next call. A caller who has
   * not touched the first `same` bytes since they were signed here need not have them compared; if
   * another message has been signed in between, they are.
   */
  sign(bytes: Uint8Array, end: number, same = 0): Sha1State {
    const blocks = Math.floor(end / BLOCK_BYTES);
    const untouched = bytes === this.lastBytes ? same : 0;
    this.lastBytes = bytes;
    const known = this.knownBlocks(bytes, Math.min(blocks, this.lastBlocks), untouched);
    const { state, states } = this;
    for (let i = 0; i < STATE_WORDS; i += 1) state[i] = states[known * STATE_WORDS + i]!;
    for (let block = known; block < blocks; block += 1) {
      compress(state, bytes, block * BLOCK_BYTES);
      if (block < BLOCKS_MAX) this.remember(block, bytes);
    }
    this.lastBlocks = Math.min(blocks, BLOCKS_MAX);
    return this.key.finish(state, bytes, blocks * BLOCK_BYTES, end, end);
  }

  /** How many of the first blocks equal the last message's. */
  private knownBlocks(bytes: Uint8Array, blocks: number, same: number): number {
    const { last } = this;
    const count = blocks * BLOCK_BYTES;
    let at = Math.min(same, count);
    while (at < count && bytes[at] === last[at]) at += 1;
    return Math.floor(at / BLOCK_BYTES);
  }

  private remember(block: number, bytes: Uint8Array): void {
    const { last, state, states } = this;
    const from = block * BLOCK_BYTES;
    for (let at = from; at < from + BLOCK_BYTES; at += 1) last[at] = bytes[at]!;
    const next = (block + 1) * STATE_WORDS;
    for (let i = 0; i < STATE_WORDS; i += 1) states[next + i] = state[i]!;
  }
}
