/**
 * One HTTP endpoint that a client asks: few kept connections, a whole answer or an error. A client
 * refreshes about once an hour, and a burst of connections is what an overloaded service needs least.
 */
import type { Agent } from 'undici';
import { loadUndici } from './undici-loader.ts';

export interface HttpEndpointOptions {
  /** Certificate authority to trust beside none other, PEM; the system's when not given. */
  readonly ca?: string | undefined;
  /** Sockets, 2 when not given. */
  readonly connections?: number | undefined;
  /** Time to connect, TLS handshake included; 2,000 ms when not given. */
  readonly connectTimeoutMs?: number | undefined;
}

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  /** Undefined where it is longer than any answer that makes sense. */
  readonly body: string | undefined;
  /** By lower-case name; the first where there are several. */
  header(name: string): string | undefined;
}

const CONNECTIONS = 2;
const CONNECT_TIMEOUT_MS = 2_000;
/** undici's own timers are coarse; the caller's signal ends a call long before these do. */
const BACKSTOP_MS = 60_000;
/** An answer holds about 1.5 KB; a token has no documented limit. */
const BODY_BYTES_MAX = 256 * 1024;

export class HttpEndpoint {
  readonly url: URL;
  private readonly options: HttpEndpointOptions;
  private agent: Agent | undefined;

  constructor(url: URL, options: HttpEndpointOptions = {}) {
    this.url = url;
    this.options = options;
  }

  /** Rejects where no answer came. */
  async send({ method, path, headers, body }: HttpCall, signal: AbortSignal): Promise<HttpAnswer> {
    this.agent ??= this.open();
    const response = await this.agent.request({
      origin: this.url.origin,
      method,
      path,
      headers,
      signal,
      ...(body === undefined ? {} : { body }),
    });
    return {
      status: response.statusCode,
      body: await readBody(response.body),
      header: (name) => [response.headers[name]].flat()[0],
    };
  }

  async close(): Promise<void> {
    await this.agent?.destroy();
  }

  private open(): Agent {
    const { Agent } = loadUndici();
    const { connections, connectTimeoutMs, ca } = this.options;
    return new Agent({
      connections: connections ?? CONNECTIONS,
      pipelining: 1,
      keepAliveTimeout: 60_000,
      headersTimeout: BACKSTOP_MS,
      bodyTimeout: BACKSTOP_MS,
      connect: {
        timeout: connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
        ...(ca === undefined ? {} : { ca }),
      },
    });
  }
}

async function readBody(chunks: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (bytes > BODY_BYTES_MAX) return undefined;
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}
