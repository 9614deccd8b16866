/**
 * AssumeRole over undici, signed here (ACS3). One keep-alive agent of few sockets: a client refreshes
 * about once an hour, and a burst of connections is what an overloaded STS needs least.
 *
 * undici itself is loaded at the first call: who imports the client and makes none pays nothing. It is
 * loaded within that call, not awaited: a loader that answers from another thread (tsx) would otherwise
 * take time that the call's timeout counts, and that no virtual clock knows of.
 */
import { createRequire } from 'node:module';
import type { Agent } from 'undici';
import type { Clock } from '../kernel/clock.ts';
import { freshNonce, realClock } from '../kernel/real-clock.ts';
import type { AssumeRoleRequest, Credentials } from '../kernel/sts/credentials.ts';
import { acs3Call } from './acs3-call.ts';
import { type RawAnswer, readAnswer, serverAtMs } from './assume-role-answer.ts';
import { badResponse, networkFailure, TIMEOUT } from './classify.ts';
import { endpointUrl } from './endpoint.ts';
import type { AssumeRoleOutcome, StsTransport } from './sts-transport.ts';

export interface UndiciTransportOptions {
  /** `https://sts.cn-hangzhou.aliyuncs.com`, `http://127.0.0.1:8080`; without a scheme, https. */
  readonly endpoint?: string;
  /** Picks the region's public endpoint where `endpoint` is not given. */
  readonly region?: string;
  /** Certificate authority to trust beside none other, PEM; the system's when not given. */
  readonly ca?: string;
  /** Sockets to STS, 2 when not given. */
  readonly connections?: number;
  /** Time to connect, TLS handshake included; 2,000 ms when not given. */
  readonly connectTimeoutMs?: number;
  /** Stamps the signatures. */
  readonly clock?: Clock;
}

const require = createRequire(import.meta.url);

const CONNECTIONS = 2;
const CONNECT_TIMEOUT_MS = 2_000;
/** undici's own timers are coarse; the caller's signal ends a call long before these do. */
const BACKSTOP_MS = 60_000;
/** An answer holds about 1.5 KB; a token has no documented limit. */
const BODY_BYTES_MAX = 256 * 1024;

export class UndiciTransport implements StsTransport {
  private readonly url: URL;
  private readonly options: UndiciTransportOptions;
  private agent: Agent | undefined;
  private readonly clock: Clock;
  /** STS's clock minus ours, learnt where STS refused a timestamp. */
  private skewMs = 0;

  constructor(options: UndiciTransportOptions = {}) {
    this.url = endpointUrl(options);
    this.clock = options.clock ?? realClock();
    this.options = options;
  }

  async assumeRole(
    request: AssumeRoleRequest,
    source: Credentials,
    signal: AbortSignal,
  ): Promise<AssumeRoleOutcome> {
    try {
      const first = await this.call(request, source, signal);
      if (!isTimestampRefusal(first.outcome) || first.serverAtMs === undefined) {
        return first.outcome;
      }
      this.skewMs = first.serverAtMs - this.clock.nowMs();
      return (await this.call(request, source, signal)).outcome;
    } catch (error) {
      return { kind: 'failed', failure: signal.aborted ? TIMEOUT : networkFailure(error) };
    }
  }

  async close(): Promise<void> {
    await this.agent?.destroy();
  }

  private async call(
    request: AssumeRoleRequest,
    source: Credentials,
    signal: AbortSignal,
  ): Promise<{ outcome: AssumeRoleOutcome; serverAtMs: number | undefined }> {
    const stamp = {
      host: this.url.host,
      signedAtMs: this.clock.nowMs() + this.skewMs,
      nonce: freshNonce(),
    };
    const { method, path, headers } = acs3Call(request, source, stamp);
    this.agent ??= this.open();
    const response = await this.agent.request({
      origin: this.url.origin,
      method,
      path,
      headers,
      signal,
    });
    const body = await readBody(response.body);
    const date = single(response.headers.date);
    if (body === undefined) {
      const failure = badResponse('the answer of STS is too long', response.statusCode);
      return { outcome: { kind: 'failed', failure }, serverAtMs: serverAtMs(date) };
    }
    const answer: RawAnswer = {
      status: response.statusCode,
      body,
      date,
      retryAfter: single(response.headers['x-acs-retry-after']),
    };
    return { outcome: readAnswer(answer, source), serverAtMs: serverAtMs(date) };
  }

  private open(): Agent {
    const { Agent } = require('undici') as typeof import('undici');
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

function isTimestampRefusal(outcome: AssumeRoleOutcome): boolean {
  return outcome.kind === 'failed' && outcome.failure.code.startsWith('InvalidTimeStamp');
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

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
