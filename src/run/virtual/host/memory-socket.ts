/**
 * One end of a connection within this thread. To Node's HTTP (`node:http`, `node:https`, undici,
 * `fetch`) it is a socket like any other, so requests are written and answers parsed by the client's
 * own code; only the wire is missing. Bytes arrive at the instant at which they are sent. Its idle
 * timeout (`setTimeout`) is of virtual time.
 */
import { Socket } from 'node:net';
import type { Timer } from '../../../kernel/clock.ts';
import type { HostTime } from './host-time.ts';
import type { Owner } from './owner.ts';

export interface SocketTerms {
  readonly time: HostTime;
  readonly side: 'client' | 'server';
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** Of the client's end: what keeps two connections apart. */
  readonly clientPort: number;
}

const THIS_MACHINE = '127.0.0.1';

export class MemorySocket extends Socket {
  readonly owner: Owner;
  readonly openedAtMs: number;
  readonly terms: SocketTerms;
  peer: MemorySocket | undefined;
  isReferenced = true;
  private readonly time: HostTime;
  private idleTimer: Timer | undefined;
  private takeMore: (() => void) | undefined;

  constructor(terms: SocketTerms) {
    super({ allowHalfOpen: terms.side === 'server' });
    this.terms = terms;
    this.time = terms.time;
    this.owner = terms.time.current;
    this.openedAtMs = terms.time.atMs;
    const [localPort, remotePort] =
      terms.side === 'client' ? [terms.clientPort, terms.port] : [terms.port, terms.clientPort];
    const facts = {
      connecting: terms.side === 'client',
      pending: false,
      localAddress: THIS_MACHINE,
      localPort,
      remoteAddress: THIS_MACHINE,
      remoteFamily: 'IPv4',
      remotePort,
      _writev: null,
      ...(terms.secure ? SECURE : {}),
    };
    for (const [key, value] of Object.entries(facts)) {
      Object.defineProperty(this, key, { value, writable: true, configurable: true });
    }
  }

  /** Opens the client's end; `accept` is told once it is open. */
  open(accept: () => void): void {
    process.nextTick(() => {
      if (this.destroyed) return;
      Object.assign(this, { connecting: false });
      accept();
      this.emit('connect');
      this.emit('ready');
      if (this.terms.secure) this.emit('secureConnect');
    });
  }

  /** The connection could not be made. */
  refuse(error: Error): void {
    process.nextTick(() => this.destroy(error));
  }

  override _read(): void {
    const { takeMore } = this;
    this.takeMore = undefined;
    takeMore?.();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    if (this.connecting) {
      this.once('connect', () => this._write(chunk, _encoding, done));
      return;
    }
    this.active();
    const { peer } = this;
    if (peer === undefined || peer.destroyed) done(broken('write', 'EPIPE'));
    else peer.receive(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.peer !== undefined && !this.peer.destroyed) this.peer.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.idleTimer?.cancel();
    const { peer } = this;
    if (peer !== undefined && !peer.destroyed) process.nextTick(() => peer.otherEndGone());
    done(error);
    process.nextTick(() => this.emit('close', error !== null)); // Node's sockets do so themselves.
  }

  override resetAndDestroy(): this {
    this.peer?.destroy(broken('read', 'ECONNRESET'));
    return this.destroy();
  }

  override setTimeout(timeoutMs: number, onTimeout?: () => void): this {
    Object.assign(this, { timeout: timeoutMs });
    if (onTimeout !== undefined) {
      if (timeoutMs > 0) this.once('timeout', onTimeout);
      else this.off('timeout', onTimeout);
    }
    this.active();
    return this;
  }

  override setNoDelay(): this {
    return this;
  }

  override setKeepAlive(): this {
    return this;
  }

  override ref(): this {
    this.isReferenced = true;
    return this;
  }

  override unref(): this {
    this.isReferenced = false;
    return this;
  }

  private receive(chunk: Buffer, done: () => void): void {
    this.active();
    if (this.push(chunk)) done();
    else this.takeMore = done;
  }

  private otherEndGone(): void {
    if (!this.destroyed && !this.readableEnded) this.push(null);
  }

  /** Restarts the idle timer. */
  private active(): void {
    this.idleTimer?.cancel();
    this.idleTimer = undefined;
    const { timeout } = this;
    if (timeout === undefined || !(timeout > 0)) return;
    this.idleTimer = this.time.setTimer(this.time.nowMs() + timeout, () => this.emit('timeout'));
  }
}

/** As a connection whose certificate was verified shows itself. */
const SECURE = {
  encrypted: true,
  authorized: true,
  authorizationError: null,
  alpnProtocol: false,
  servername: '',
  getPeerCertificate: () => ({}),
  getCertificate: () => ({}),
  getProtocol: () => 'TLSv1.3',
  getCipher: () => ({ name: 'TLS_AES_256_GCM_SHA384', version: 'TLSv1.3' }),
  getSession: () => undefined,
  isSessionReused: () => false,
  setServername: () => {},
};

export function broken(syscall: string, code: string): Error {
  return Object.assign(new Error(`${syscall} ${code}`), { code, syscall, errno: -1 });
}
