/**
 * A lane before Node's HTTP server, for requests in the plain shape that SDKs send, read and answered
 * on the socket itself. Node's request, response and stream objects cost several times what STS does
 * for a call, and the mock must never be a run's bottleneck.
 *
 * It serves whole requests only, as `HeadReader` knows them. With the first byte that is not so, the
 * connection is handed to Node's server, and stays there. So no rule of HTTP is bent here: what the
 * lane does not know for certain, it does not do.
 */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { dribble, HELD_MS_MAX } from './delivery.ts';
import type { HeadReader, RequestHead } from './request-head.ts';
import type { SocketRegistry, SocketUse } from './socket-registry.ts';
import type { Reply, StsEndpoint } from './sts-endpoint.ts';

/** A longer request is Node's. */
const REQUEST_BYTES_MAX = 64 * 1_024;
/** A body in more pieces comes from a client that dribbles, whose time Node's server limits. */
const PIECES_MAX = 64;
const NOTHING = Buffer.alloc(0);

export interface LaneDeps {
  readonly endpoint: StsEndpoint;
  readonly sockets: SocketRegistry;
  readonly heads: HeadReader;
  /** Real time after which an idle connection ends. */
  readonly keepAliveMs: number;
  readonly secure: boolean;
}

export class LaneConnection {
  private readonly socket: Socket;
  private readonly deps: LaneDeps;
  private readonly use: SocketUse;
  private readonly handOver: () => void;
  private readonly sourceIp: string | undefined;
  /** Received, and not yet part of a whole request. */
  private pending: Buffer = NOTHING;
  /** In which the request at hand has come so far, if it is not whole. */
  private pieces = 0;
  /** An answer waits out its latency. */
  private busy = false;
  /** A fault has taken the connection: no answer comes on it any more. */
  private abandoned = false;
  private readonly onData = (chunk: Buffer) => this.receive(chunk);
  private readonly onEnd = () => this.socket.end();
  /** A connection that the other side resets is simply gone. */
  private readonly onGone = () => this.socket.destroy();
  private readonly onIdle = () => {
    if (!this.busy) this.socket.destroy();
  };

  constructor(socket: Socket, deps: LaneDeps, handOver: () => void) {
    this.socket = socket;
    this.deps = deps;
    this.use = deps.sockets.opened(socket);
    this.handOver = handOver;
    this.sourceIp = socket.remoteAddress;
    socket.setTimeout(deps.keepAliveMs);
    socket.on('data', this.onData);
    socket.on('end', this.onEnd);
    socket.on('error', this.onGone);
    socket.on('timeout', this.onIdle);
  }

  private receive(chunk: Buffer): void {
    this.pending = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    this.serveNext();
  }

  /** The next whole request; the rest of it is awaited, but only once its head is plain. */
  private serveNext(): void {
    if (this.pending.length === 0) return;
    const head = this.deps.heads.read(this.pending);
    const bytes = head === undefined ? 0 : head.headBytes + head.bodyBytes;
    if (head === undefined || bytes > REQUEST_BYTES_MAX) this.leave();
    else if (this.pending.length >= bytes) this.serve(head, bytes);
    else {
      this.pieces += 1;
      if (this.pieces > PIECES_MAX) this.leave();
    }
  }

  private serve(head: RequestHead, bytes: number): void {
    const { socket, deps } = this;
    const { method, url, headers } = head;
    const body = this.pending.subarray(head.headBytes, bytes);
    this.pending = this.pending.length === bytes ? NOTHING : this.pending.subarray(bytes);
    this.pieces = 0;
    this.busy = true;
    this.use.requestBegan();
    const { sourceIp } = this;
    const { secure } = deps;
    deps.endpoint.handle({ method, url, headers, body, secure, sourceIp }, (reply) => {
      const { kind } = reply.delivery;
      if (kind === 'reset' || kind === 'hang' || kind === 'slow-body') {
        this.deliver(reply, head.close);
        return;
      }
      this.socket.write(this.headOf(reply, head.close) + reply.body, encodingOf(reply));
      this.ended(head.close);
    });
    // One at a time: while an answer waits, nothing more is read.
    if (this.busy && !this.abandoned) socket.pause();
  }

  /** The answer is out: the next request, if there may be one. */
  private ended(close: boolean): void {
    this.busy = false;
    this.use.requestEnded();
    if (close) {
      this.socket.off('data', this.onData);
      this.socket.destroySoon();
      return;
    }
    if (this.socket.isPaused()) this.socket.resume();
    this.serveNext();
  }

  /** As a fault has it. The connection stays busy until it is over. */
  private deliver(reply: Reply, close: boolean): void {
    const { socket, deps } = this;
    const { delivery } = reply;
    if (delivery.kind === 'slow-body') {
      socket.write(this.headOf(reply, close), 'latin1');
      const stop = dribble({
        bytes: Buffer.from(reply.body, encodingOf(reply)),
        overMs: delivery.bodyMs,
        time: deps.endpoint,
        write: (piece) => socket.write(piece),
        done: () => {
          socket.off('close', stop);
          this.ended(close);
        },
      });
      socket.once('close', stop);
      return;
    }
    // Nothing more is served on it; it is read on, so that its end is noticed.
    this.abandoned = true;
    socket.off('data', this.onData);
    socket.resume();
    if (delivery.kind === 'reset') {
      deps.sockets.reset(socket);
      return;
    }
    const timer = deps.endpoint.at(deps.endpoint.nowMs + HELD_MS_MAX, () => socket.destroy());
    socket.once('close', () => timer.cancel());
  }

  private headOf({ status, headers }: Reply, close: boolean): string {
    let head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`;
    for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
    return close
      ? `${head}connection: close\r\n\r\n`
      : `${head}connection: keep-alive\r\nkeep-alive: timeout=${this.deps.keepAliveMs / 1_000}\r\n\r\n`;
  }

  /** From here on the connection is Node's, beginning with what has been received. */
  private leave(): void {
    const { socket, pending } = this;
    this.pending = NOTHING;
    socket.setTimeout(0);
    socket.off('data', this.onData);
    socket.off('end', this.onEnd);
    socket.off('error', this.onGone);
    socket.off('timeout', this.onIdle);
    socket.pause();
    socket.unshift(pending);
    this.handOver();
    socket.resume();
  }
}

function encodingOf({ ascii }: Reply): 'latin1' | 'utf8' {
  return ascii ? 'latin1' : 'utf8';
}
