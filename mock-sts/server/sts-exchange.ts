/**
 * One HTTP exchange of the STS endpoint on Node's own request and response: body in, decision,
 * modelled latency, answer out. Fastify routes it here and does no more, since its request and reply
 * objects would cost as much as the verification of a signature.
 *
 * Dates in answers are the mock's clock's, since clients correct their own clock by them.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Clock, Timer } from '../../src/kernel/clock.ts';
import { sharedMonotonicMs } from '../../src/kernel/real-clock.ts';
import type { CallRecord } from '../../src/kernel/sts/call-record.ts';
import type { StsCore } from '../core/service.ts';
import { POST_BODY_BYTES_MAX, type WireAnswer } from '../core/wire/request.ts';
import type { CallJournal } from './call-journal.ts';
import type { SocketRegistry } from './socket-registry.ts';

export interface ExchangeDeps {
  readonly clock: Clock;
  /** Asked at each request: a reset puts a new core in place. */
  readonly core: () => StsCore;
  readonly journal: CallJournal;
  readonly sockets: SocketRegistry;
  readonly onCall: ((record: CallRecord) => void) | undefined;
}

interface Answered {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly answer: WireAnswer;
  /** Spent on reading, judging and rendering. */
  readonly serviceUs: number;
}

export class StsExchange {
  private readonly deps: ExchangeDeps;
  /** Answers that wait out their latency. */
  private readonly waiting = new Set<Timer>();
  private dateSecond = Number.NaN;
  private dateText = '';

  constructor(deps: ExchangeDeps) {
    this.deps = deps;
  }

  serve(request: IncomingMessage, response: ServerResponse): void {
    this.deps.sockets.requestBegan(request.socket);
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      if (bytes > POST_BODY_BYTES_MAX) return;
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > POST_BODY_BYTES_MAX) this.answer(request, response, Buffer.concat(chunks));
    });
    request.on('end', () => {
      if (bytes > POST_BODY_BYTES_MAX) return;
      const [first] = chunks;
      const whole = first === undefined || chunks.length > 1 ? Buffer.concat(chunks) : first;
      this.answer(request, response, whole);
    });
  }

  /** Answers that still wait are not given. */
  close(): void {
    for (const timer of this.waiting) timer.cancel();
    this.waiting.clear();
  }

  private answer(request: IncomingMessage, response: ServerResponse, body: Uint8Array): void {
    const beganMs = sharedMonotonicMs();
    const nowMs = this.deps.clock.nowMs();
    const answer = this.deps.core().handle({
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.rawHeaders,
      body,
      nowMs,
      secure: (request.socket as Partial<TLSSocket>).encrypted === true,
    });
    this.deps.journal.append(answer);
    this.deps.onCall?.(answer.record);
    const serviceUs = Math.round((sharedMonotonicMs() - beganMs) * 1_000);
    const exchange = { request, response, answer, serviceUs };
    if (answer.latencyMs <= 0) {
      this.send(exchange, nowMs);
      return;
    }
    const timer = this.deps.clock.setTimer(nowMs + answer.latencyMs, () => {
      this.waiting.delete(timer);
      this.send(exchange, this.deps.clock.nowMs());
    });
    this.waiting.add(timer);
  }

  private send({ request, response, answer, serviceUs }: Answered, nowMs: number): void {
    // Answers are ASCII but for what a caller wrote into his own headers.
    const bytes = Buffer.byteLength(answer.body);
    const headers = [
      'content-type',
      answer.contentType,
      'content-length',
      String(bytes),
      'date',
      this.date(nowMs),
      'x-acs-request-id',
      answer.requestId,
      // The mock's own share of the time, its modelled latency left out: a harness may subtract it.
      'x-mock-service-us',
      String(serviceUs),
    ];
    if (answer.retryAfterMs !== undefined) {
      headers.push('x-acs-retry-after', String(answer.retryAfterMs));
    }
    // An unread rest of a body that was too large would be taken for the next request.
    if (answer.status === 413) headers.push('connection', 'close');
    response.sendDate = false;
    response.writeHead(answer.status, headers);
    response.end(answer.body, bytes === answer.body.length ? 'latin1' : 'utf8');
    this.deps.sockets.requestEnded(request.socket, nowMs);
  }

  private date(nowMs: number): string {
    const second = Math.floor(nowMs / 1_000);
    if (second !== this.dateSecond) {
      this.dateSecond = second;
      this.dateText = new Date(nowMs).toUTCString();
    }
    return this.dateText;
  }
}
