/**
 * Open connections and when each was last used, by the mock's clock. When a run fast-forwards that
 * clock over an hour, a connection that has been idle for an hour of it must be gone, as it would be
 * in production; Node's own keep-alive timer counts real time and would keep it.
 */
import type { Socket } from 'node:net';
import type { Clock } from '../../src/kernel/clock.ts';

interface Use {
  lastAtMs: number;
  inFlight: number;
}

export class SocketRegistry {
  private readonly clock: Clock;
  private readonly uses = new Map<Socket, Use>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  opened(socket: Socket): void {
    this.uses.set(socket, { lastAtMs: this.clock.nowMs(), inFlight: 0 });
    socket.once('close', () => this.uses.delete(socket));
  }

  requestBegan(socket: Socket): void {
    const use = this.uses.get(socket);
    if (use !== undefined) use.inFlight += 1;
  }

  requestEnded(socket: Socket): void {
    const use = this.uses.get(socket);
    if (use === undefined) return;
    use.inFlight -= 1;
    use.lastAtMs = this.clock.nowMs();
  }

  /** Ends connections that serve no request and served the last one before that instant. */
  closeIdle(idleSinceBeforeMs: number): void {
    for (const [socket, use] of this.uses) {
      if (use.inFlight === 0 && use.lastAtMs < idleSinceBeforeMs) socket.destroy();
    }
  }

  closeAll(): void {
    for (const socket of this.uses.keys()) socket.destroy();
  }
}
