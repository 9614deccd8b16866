/** What hosted clients asked over HTTP, one by one, as the servers of the mock cloud saw it. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { CallRecord } from '../../../kernel/sts/call-record.ts';
import type { HostTime } from './host-time.ts';
import type { MemorySocket } from './memory-socket.ts';
import type { Owner } from './owner.ts';

/** Instants: ms from virtual zero. */
export interface Exchange {
  readonly atMs: number;
  /** Of the client that asked, 0-based; -1 where the host cannot tell. */
  readonly client: number;
  readonly method: string;
  /** Host name and path, without the query: that of STS holds a signature. */
  readonly url: string;
  /** What STS made of it; undefined for other services and before STS has the whole request. */
  sts: CallRecord | undefined;
  /** When the last byte of the answer was sent; undefined while it was not. */
  answeredAtMs: number | undefined;
  /** HTTP status; undefined before there is one. */
  status: number | undefined;
  /** The connection ended before the answer was whole. */
  broken: boolean;
}

export class Exchanges {
  readonly list: Exchange[] = [];
  private readonly time: HostTime;
  private readonly onAnswered: (exchange: Exchange, owner: Owner) => void;
  /** The one that a server is being asked now. */
  private latest: Exchange | undefined;

  constructor(time: HostTime, onAnswered: (exchange: Exchange, owner: Owner) => void) {
    this.time = time;
    this.onAnswered = onAnswered;
  }

  /** Sees a server's requests before the server does. */
  watch(server: Server): void {
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) =>
      this.began(request, response),
    );
  }

  /** STS decided the call of the request that has just been read. */
  decided(record: CallRecord): void {
    if (this.latest !== undefined) this.latest.sts = record;
  }

  private began(request: IncomingMessage, response: ServerResponse): void {
    const { time } = this;
    const owner = time.current;
    const { terms } = request.socket as Socket as MemorySocket;
    const exchange: Exchange = {
      atMs: time.atMs,
      client: owner.index,
      method: request.method ?? '',
      url: `${terms.host}${(request.url ?? '').replace(/\?.*$/s, '')}`,
      sts: undefined,
      answeredAtMs: undefined,
      status: undefined,
      broken: false,
    };
    this.list.push(exchange);
    this.latest = exchange;
    request.once('end', () => {
      this.latest = exchange;
    });
    response.once('close', () => {
      exchange.broken = !response.writableFinished;
      exchange.answeredAtMs = time.atMs;
      if (response.headersSent) exchange.status = response.statusCode;
      this.onAnswered(exchange, owner);
    });
  }
}
