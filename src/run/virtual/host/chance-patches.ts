/**
 * Seeded chance in the place of a thread's own: `Math.random`, and what `node:crypto` and WebCrypto
 * make of random bytes. Each client draws from streams of its own, so a further client changes nobody
 * else's draws. Keys that Node generates (`generateKeyPair`) stay Node's.
 */
import crypto from 'node:crypto';
import type { HostTime } from './host-time.ts';
import type { Patches } from './patches.ts';

type Done<T> = (error: Error | null, value: T) => void;
type Bytes = Uint8Array;

export function patchChance(patches: Patches, time: HostTime): void {
  patches.set(Math, 'random', () => time.current.chance.next());
  const fill = (bytes: Bytes): void => {
    const { bytes: rng } = time.current;
    for (let i = 0; i < bytes.length; i += 1) bytes[i] = rng.uint32() & 0xff;
  };
  const randomBytes = (size: number, done?: Done<Buffer>): Buffer | undefined => {
    const bytes = Buffer.alloc(size);
    fill(bytes);
    if (done === undefined) return bytes;
    time.addImmediate(() => done(null, bytes));
    return undefined;
  };
  const randomFillSync = <T extends ArrayBufferView>(view: T, offset = 0, size?: number): T => {
    fill(bytesOf(view).subarray(offset, size === undefined ? undefined : offset + size));
    return view;
  };
  const randomUUID = (): string => {
    const bytes = Buffer.alloc(16);
    fill(bytes);
    bytes[6] = (bytes[6]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  };
  const randomInt = (first: number, second?: number | Done<number>, last?: Done<number>) => {
    const [low, high] = typeof second === 'number' ? [first, second] : [0, first];
    const done = typeof second === 'function' ? second : last;
    const drawn = low + time.current.bytes.below(high - low);
    if (done === undefined) return drawn;
    time.addImmediate(() => done(null, drawn));
    return undefined;
  };
  patches.setAll(crypto, {
    randomBytes,
    pseudoRandomBytes: randomBytes,
    randomFillSync,
    randomFill: (view: ArrayBufferView, ...rest: unknown[]) => {
      const done = rest.pop() as Done<ArrayBufferView>;
      const [offset, size] = rest as number[];
      randomFillSync(view, offset, size);
      time.addImmediate(() => done(null, view));
    },
    randomUUID,
    randomInt,
  });
  patches.set(crypto.webcrypto, 'getRandomValues', (view: ArrayBufferView) => randomFillSync(view));
  patches.set(crypto.webcrypto, 'randomUUID', randomUUID);
}

function bytesOf(view: ArrayBufferView): Bytes {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
