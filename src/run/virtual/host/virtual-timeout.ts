/** A timer as Node's `setTimeout` and `setInterval` give it, in virtual time. */
import type { Owner, PendingTimeout } from './owner.ts';
import { VirtualHandle } from './virtual-handle.ts';

/** Node fires a longer delay, like one below 1 ms, after 1 ms. */
const DELAY_MS_MAX = 2 ** 31 - 1;

export interface TimeoutTerms {
  readonly fire: () => void;
  readonly delayMs: unknown;
  readonly repeats: boolean;
  /** For a timer at an instant (ms from virtual zero): neither cut to whole ms nor limited. */
  readonly atMs?: number;
}

/** What a timer needs of the time that it is of. */
export interface Timetable {
  readonly atMs: number;
  readonly current: Owner;
  schedule(owner: Owner, atMs: number, fire: () => void): () => void;
  forget(id: number): void;
}

export class VirtualTimeout extends VirtualHandle implements PendingTimeout {
  readonly owner: Owner;
  readonly delayMs: number;
  readonly repeats: boolean;
  dueAtMs = 0;
  private readonly time: Timetable;
  private readonly fire: () => void;
  private readonly id: number;
  private cancel: (() => void) | undefined;

  constructor(time: Timetable, id: number, { fire, delayMs, repeats, atMs }: TimeoutTerms) {
    super();
    const delay = Number(delayMs);
    this.time = time;
    this.id = id;
    this.owner = time.current;
    this.delayMs = delay >= 1 && delay <= DELAY_MS_MAX ? Math.trunc(delay) : 1;
    this.repeats = repeats;
    this.fire = fire;
    this.arm(atMs);
  }

  get isPending(): boolean {
    return this.cancel !== undefined;
  }

  /** Starts it again from now, whether or not it has fired. */
  refresh(): this {
    this.arm();
    return this;
  }

  close(): this {
    this.clear();
    return this;
  }

  override clear(): void {
    this.cancel?.();
    this.cancel = undefined;
    this.owner.timeouts.delete(this);
    this.time.forget(this.id);
  }

  [Symbol.toPrimitive](): number {
    return this.id;
  }

  private arm(atMs = this.time.atMs + this.delayMs): void {
    this.cancel?.();
    this.owner.timeouts.add(this);
    this.dueAtMs = atMs;
    this.cancel = this.time.schedule(this.owner, this.dueAtMs, () => {
      this.cancel = undefined;
      this.fire();
      if (this.isPending) return;
      if (this.repeats && this.owner.timeouts.has(this)) this.arm();
      else this.clear();
    });
  }
}
