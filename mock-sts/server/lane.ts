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
import type { HeadReader, RequestHead } from './request-head.ts';
import type { SocketRegistry, SocketUse } from './socket-registry.ts';
import type { Reply, StsEndpoint } from './sts-endpoint.ts';

/** A longer request is Node's. */
const REQUEST_BYTES_MAX = 64 * 1_024;
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
  /** Received, and not yet part of a whole request. */
  private pending: Buffer = NOTHING;
  /** An answer waits out its latency. */
  private busy = false;
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
  }

  private serve(head: RequestHead, bytes: number): void {
    const { socket, deps } = this;
    const { method, url, headers } = head;
    const body = this.pending.subarray(head.headBytes, bytes);
    this.pending = this.pending.length === bytes ? NOTHING : this.pending.subarray(bytes);
    this.busy = true;
    this.use.requestBegan();
    deps.endpoint.handle({ method, url, headers, body, secure: deps.secure }, (reply) => {
      this.busy = false;
      this.send(reply, head.close);
      this.use.requestEnded();
      if (socket.isPaused()) socket.resume();
      if (!head.close) this.serveNext();
    });
    // One at a time: while an answer waits, nothing more is read.
    if (this.busy) socket.pause();
  }

  private send({ status, headers, body, ascii }: Reply, close: boolean): void {
    let head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`;
    for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
    head += close
      ? 'connection: close\r\n\r\n'
      : `connection: keep-alive\r\nkeep-alive: timeout=${this.deps.keepAliveMs / 1_000}\r\n\r\n`;
    const text = head + body;
    this.socket.write(text, ascii ? 'latin1' : 'utf8');
    if (!close) return;
    this.socket.off('data', this.onData);
    this.socket.destroySoon();
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
