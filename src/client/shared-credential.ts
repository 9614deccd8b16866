/**
 * One credential that one thread publishes and any number of threads read, through shared memory.
 *
 * A seqlock: the version is odd while a credential is being written, and a reader that saw the same
 * even version before and after copying has copied one credential, not two halves. Readers keep
 * what they copied, so that a read costs one atomic load as long as nothing new was published. All
 * words are atomic, data too: with plain data, JavaScript's memory model would let a copy slip past
 * the second look at the version.
 */
import { HarnessError } from '../kernel/errors.ts';
import type { SessionCredentials } from '../kernel/sts/credentials.ts';

/** Words before the text: version, the three lengths in bytes, expiry (a double in two words). */
const VERSION = 0;
const LENGTHS = 1;
const EXPIRY = 4;
const HEADER_WORDS = 6;

const KEY_BYTES_MAX = 256;
const SECRET_BYTES_MAX = 256;
/** Tokens of 500 to 900 characters are seen; their length is documented as unlimited. */
const TOKEN_BYTES_MAX = 8 * 1024;
const TEXT_BYTES_MAX = KEY_BYTES_MAX + SECRET_BYTES_MAX + TOKEN_BYTES_MAX;
const BUFFER_BYTES = HEADER_WORDS * 4 + TEXT_BYTES_MAX;

/** A writer that was suspended half-way must not hang its readers: a write takes far less. */
const TRIES_MAX = 1_000;

export class SharedCredential {
  readonly buffer: SharedArrayBuffer;
  private readonly words: Int32Array;
  private seenVersion = 0;
  private seen: SessionCredentials | undefined;

  /** Without `buffer`, a new one: hand it to the other threads, and wrap it there. */
  constructor(buffer = new SharedArrayBuffer(BUFFER_BYTES)) {
    if (buffer.byteLength !== BUFFER_BYTES) {
      throw new RangeError(
        `a shared credential takes ${BUFFER_BYTES} bytes, got ${buffer.byteLength}`,
      );
    }
    this.buffer = buffer;
    this.words = new Int32Array(buffer);
  }

  /**
   * One thread only, for there is no lock among writers. Throws HarnessError where the credential
   * does not fit; what was published before stays.
   */
  publish(credential: SessionCredentials): void {
    const parts = [credential.accessKeyId, credential.accessKeySecret, credential.securityToken];
    const bytes = parts.map((part) => Buffer.from(part, 'utf8'));
    checkLengths(bytes.map((part) => part.length));
    const text = new Int32Array(Math.ceil(bytes.reduce((sum, part) => sum + part.length, 0) / 4));
    Buffer.concat(bytes).copy(new Uint8Array(text.buffer));
    // An odd version is what a writer left that died half-way: it stays odd until this is written.
    const writing = Atomics.load(this.words, VERSION) | 1;
    Atomics.store(this.words, VERSION, writing);
    bytes.forEach((part, i) => {
      Atomics.store(this.words, LENGTHS + i, part.length);
    });
    const expiry = new Int32Array(Float64Array.of(credential.expiresAtMs).buffer);
    expiry.forEach((word, i) => {
      Atomics.store(this.words, EXPIRY + i, word);
    });
    text.forEach((word, i) => {
      Atomics.store(this.words, HEADER_WORDS + i, word);
    });
    Atomics.store(this.words, VERSION, (writing + 1) | 0);
  }

  /**
   * The latest credential, or the one before where the writer is not done; undefined where there is
   * none that lives longer than `untilMs`.
   */
  read(untilMs: number): SessionCredentials | undefined {
    if (Atomics.load(this.words, VERSION) !== this.seenVersion) this.reload();
    const { seen } = this;
    return seen !== undefined && untilMs < seen.expiresAtMs ? seen : undefined;
  }

  private reload(): void {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const version = Atomics.load(this.words, VERSION);
      if ((version & 1) === 1) continue;
      const copy = this.copy();
      if (Atomics.load(this.words, VERSION) !== version) continue;
      this.seen = decode(copy);
      this.seenVersion = version;
      return;
    }
  }

  /** May be torn: the caller compares versions before it looks at it. */
  private copy(): Int32Array {
    let bytes = 0;
    for (let i = 0; i < 3; i += 1) bytes += Atomics.load(this.words, LENGTHS + i);
    const copy = new Int32Array(HEADER_WORDS + Math.ceil(Math.min(bytes, TEXT_BYTES_MAX) / 4));
    for (let i = 0; i < copy.length; i += 1) copy[i] = Atomics.load(this.words, i);
    return copy;
  }
}

function decode(copy: Int32Array): SessionCredentials {
  const text = Buffer.from(copy.buffer, HEADER_WORDS * 4);
  const [keyBytes, secretBytes, tokenBytes] = copy.subarray(LENGTHS, LENGTHS + 3);
  const secretAt = keyBytes!;
  const tokenAt = secretAt + secretBytes!;
  return Object.freeze({
    accessKeyId: text.toString('utf8', 0, secretAt),
    accessKeySecret: text.toString('utf8', secretAt, tokenAt),
    securityToken: text.toString('utf8', tokenAt, tokenAt + tokenBytes!),
    expiresAtMs: new Float64Array(copy.slice(EXPIRY, EXPIRY + 2).buffer)[0]!,
  });
}

const LIMITS = [
  ['AccessKeyId', KEY_BYTES_MAX],
  ['AccessKeySecret', SECRET_BYTES_MAX],
  ['SecurityToken', TOKEN_BYTES_MAX],
] as const;

function checkLengths(lengths: readonly number[]): void {
  LIMITS.forEach(([name, bytesMax], i) => {
    if (lengths[i]! <= bytesMax) return;
    const message = `${name} has ${lengths[i]} bytes, and shared memory holds ${bytesMax}`;
    throw new HarnessError('SHARED_CREDENTIAL_TOO_LONG', message);
  });
}
