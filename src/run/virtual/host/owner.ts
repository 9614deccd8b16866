/**
 * Whose code runs: each client that a host runs owns its timers, its sockets and its chance. Whatever
 * is set up while one runs is its own, and runs as its own later.
 */
import { type Rng, stream } from '../../../kernel/rng.ts';
import { TimerQueue } from '../../../kernel/timer-queue.ts';

/** A timer that a client has set and that is yet to fire. */
export interface PendingTimeout {
  /** Ms from virtual zero. */
  readonly dueAtMs: number;
  readonly repeats: boolean;
  /** Whether it keeps the process alive. */
  hasRef(): boolean;
}

export class Owner {
  /** 0-based; the host's own is -1. */
  readonly index: number;
  readonly name: string;
  readonly queue = new TimerQueue();
  /** Pending ones of the client; the mock's own are not among them. */
  readonly timeouts = new Set<PendingTimeout>();
  /** What `Math.random` draws from: the stream that the model of a client draws its waits from. */
  readonly chance: Rng;
  /** What random bytes and ids are made of. */
  readonly bytes: Rng;

  constructor(index: number, name: string, seed: number) {
    this.index = index;
    this.name = name;
    this.chance = stream(seed, 'backoff', name);
    this.bytes = stream(seed, 'random-bytes', name);
  }
}
