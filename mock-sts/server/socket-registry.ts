/**
 * Open connections and when each was last used, by the mock's clock. When a run fast-forwards that
 * clock over an hour, a connection that has been idle for an hour of it must be gone, as it would be
 * in production; Node's own keep-alive timer counts real time and would keep it.
 */
import type { Socket } from 'node:net';
import type { Clock } from '../../src/kernel/clock.ts';

/** One connection's requests. */
export class SocketUse {
  lastAtMs: number;
  inFlight = 0;
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
    this.lastAtMs = clock.nowMs();
  }

  requestBegan(): void {
    this.inFlight += 1;
  }

  requestEnded(): void {
    this.inFlight -= 1;
    this.lastAtMs = this.clock.nowMs();
  }
}

export class SocketRegistry {
  private readonly clock: Clock;
  private readonly uses = new Map<Socket, SocketUse>();
  /** By the address of the other side. */
  private readonly below = new Map<string, Socket>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  opened(socket: Socket): SocketUse {
    const use = new SocketUse(this.clock);
    this.uses.set(socket, use);
    socket.once('close', () => this.uses.delete(socket));
    return use;
  }

  /** The connection below TLS, which alone can be reset. */
  openedBelow(socket: Socket): void {
    const key = peerOf(socket);
    this.below.set(key, socket);
    socket.once('close', () => {
      if (this.below.get(key) === socket) this.below.delete(key);
    });
  }

  /** The other side sees a reset, not an end. */
  reset(socket: Socket): void {
    (this.below.get(peerOf(socket)) ?? socket).resetAndDestroy();
    socket.destroy();
  }

  useOf(socket: Socket): SocketUse | undefined {
    return this.uses.get(socket);
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

function peerOf({ localPort, remoteAddress, remotePort }: Socket): string {
  return `${localPort} ${remoteAddress} ${remotePort}`;
}
