/**
 * Chance as an argument: seeded generators in named streams.
 *
 * A stream is named by its purpose and its entity (`stream(seed, 'arrivals', 17)`), and its numbers
 * depend on nothing else. So two policies face the same chance, and adding a process shifts nobody
 * else's draws. The generator is sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, 32-bit
 * integer arithmetic only, so it gives the same numbers on every machine and Node version.
 */
import { normalQuantile } from './normal.ts';
import { log } from './portable-math.ts';

export class Rng {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(a: number, b: number, c: number) {
    this.a = a | 0;
    this.b = b | 0;
    this.c = c | 0;
    for (let warmUp = 0; warmUp < 12; warmUp += 1) this.uint32();
  }

  uint32(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** Uniform on [0, 1), with 53 random bits. */
  next(): number {
    return ((this.uint32() >>> 5) * 67_108_864 + (this.uint32() >>> 6)) / 9_007_199_254_740_992;
  }

  /** Uniform on [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Uniform integer on [0, count). */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** Exponential with mean 1. */
  exponential(): number {
    return -log(1 - this.next());
  }

  /**
   * Standard normal, by inversion: one uniform a draw, and the larger the uniform the larger the
   * draw. The uniform lies in the middle of one of 2^52 equal cells, so it is never 0 or 1.
   */
  normal(): number {
    const cell = (this.uint32() >>> 6) * 67_108_864 + (this.uint32() >>> 6);
    return normalQuantile((cell + 0.5) / 4_503_599_627_370_496);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }
}

/** The stream for one purpose and entity. `seed` is a whole number from 0 to 2^53 - 1. */
export function stream(seed: number, purpose: string, entity: number | string = 0): Rng {
  const [a, b, c] = hash96(`${seed}\u0000${purpose}\u0000${entity}`);
  return new Rng(a, b, c);
}

/** The seed of a replication: the first one's is the run's own. */
export function derivedSeed(seed: number, replication: number): number {
  if (replication === 0) return seed;
  return Math.floor(stream(seed, 'replication', replication).next() * Number.MAX_SAFE_INTEGER);
}

/** Three independent 32-bit hashes of a text: FNV-1a with different bases, finished by murmur3's mix. */
function hash96(text: string): [number, number, number] {
  let a = 0x811c9dc5;
  let b = 0x1b873593;
  let c = 0x9e3779b9;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x5bd1e995);
    c = Math.imul(c ^ code, 0x27d4eb2f);
  }
  return [mix(a), mix(b ^ (a << 7)), mix(c ^ (b << 13))];
}

function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
