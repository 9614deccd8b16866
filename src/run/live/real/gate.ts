/**
 * The one gate through which every call to real STS goes, whichever worker and client it comes from:
 * first come, first served, each when the guard permits it.
 */
import type { Clock, Timer } from '../../../kernel/clock.ts';
import type { CallGuard } from './call-guard.ts';
import type { CallEnd, GuardStop } from './stop-rules.ts';

/** One call that waits for its turn. */
export interface GatedCall {
  /** False once nobody waits for the answer any more: it is then not sent. */
  readonly isWanted: () => boolean;
  /**
   * Sends it. Never rejects; ends when the call is over on the wire, not when its caller gave up.
   * Undefined where nothing was sent after all.
   */
  readonly send: () => Promise<CallEnd | undefined>;
  readonly onRefused: (stop: GuardStop) => void;
}

/** Clients that time out and ask again must not let this grow: what is unwanted goes first. */
const WAITING_MAX = 10_000;

export class Gate {
  private readonly guard: CallGuard;
  private readonly clock: Clock;
  private readonly onStopped: (stop: GuardStop) => void;
  private waiting: GatedCall[] = [];
  private timer: Timer | undefined;
  private hasTold = false;
  /** Calls that were sent and are not over. */
  private inAir = 0;
  private onLanded: (() => void)[] = [];

  /** `clock` must follow a monotonic counter: the ceiling is kept by it. */
  constructor(guard: CallGuard, clock: Clock, onStopped: (stop: GuardStop) => void) {
    this.guard = guard;
    this.clock = clock;
    this.onStopped = onStopped;
  }

  pass(call: GatedCall): void {
    if (this.waiting.length >= WAITING_MAX) {
      this.waiting = this.waiting.filter(({ isWanted }) => isWanted());
    }
    this.waiting.push(call);
    this.serve();
  }

  /** From now on nothing is sent. What waits is refused. */
  stop(stop: GuardStop): void {
    this.guard.stop(stop);
    this.serve();
  }

  /** Resolves when every call that was sent is over. */
  async landed(): Promise<void> {
    if (this.inAir > 0) await new Promise<void>((resolve) => this.onLanded.push(resolve));
  }

  /** Everything that may be sent now. */
  private serve(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.tellStop();
    for (let call = this.waiting[0]; call !== undefined; call = this.waiting[0]) {
      if (!call.isWanted()) {
        this.waiting.shift();
        continue;
      }
      const permission = this.guard.ask(this.clock.nowMs());
      if (permission.kind === 'later') {
        this.serveAt(permission.atMs);
        return;
      }
      this.waiting.shift();
      if (permission.kind === 'granted') this.send(call, permission.token);
      else call.onRefused(permission.stop);
      this.tellStop();
    }
  }

  private send(call: GatedCall, token: number): void {
    this.inAir += 1;
    void call.send().then((end) => {
      this.inAir -= 1;
      if (end === undefined) this.guard.unused(token);
      else this.guard.answered(token, this.clock.nowMs(), end);
      this.serve();
      if (this.inAir === 0) for (const tell of this.onLanded.splice(0)) tell();
    });
  }

  private serveAt(atMs: number): void {
    // Otherwise the answer of a call in the air comes first.
    if (atMs < Number.POSITIVE_INFINITY) this.timer = this.clock.setTimer(atMs, () => this.serve());
  }

  private tellStop(): void {
    const { stopped } = this.guard;
    if (stopped === undefined || this.hasTold) return;
    this.hasTold = true;
    this.onStopped(stopped);
  }
}
