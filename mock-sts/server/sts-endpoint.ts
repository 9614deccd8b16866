/**
 * The STS endpoint apart from how bytes reach it: a request in, the answer when its modelled latency
 * is over. Node's HTTP server and the lane before it both stand on this, so both answer alike.
 *
 * Dates in answers are the mock's clock's, since clients correct their own clock by them.
 */
import type { Clock, Timer } from '../../src/kernel/clock.ts';
import { sharedMonotonicMs } from '../../src/kernel/real-clock.ts';
import type { CallRecord } from '../../src/kernel/sts/call-record.ts';
import type { Delivery } from '../core/decision.ts';
import type { StsCore } from '../core/service.ts';
import type { WireAnswer, WireRequest } from '../core/wire/request.ts';
import type { CallJournal } from './call-journal.ts';

export interface EndpointDeps {
  readonly clock: Clock;
  /** Asked at each request: a reset puts a new core in place. */
  readonly core: () => StsCore;
  readonly journal: CallJournal;
  readonly onCall: ((record: CallRecord) => void) | undefined;
  /** Sees request and answer while they can be read. */
  readonly onAnswer?: ((request: WireRequest, answer: WireAnswer) => void) | undefined;
}

/** What goes back: status, header names and values in turn, text. */
export interface Reply {
  readonly status: number;
  readonly headers: string[];
  readonly body: string;
  /** Every character is one byte on the wire: true but where a caller's own header is quoted. */
  readonly ascii: boolean;
  /** How it goes out; anything but `normal` is off the hot path. */
  readonly delivery: Delivery;
}

export class StsEndpoint {
  private readonly deps: EndpointDeps;
  /** Answers that wait out their latency. */
  private readonly waiting = new Set<Timer>();
  private dateSecond = Number.NaN;
  private dateText = '';

  constructor(deps: EndpointDeps) {
    this.deps = deps;
  }

  /** Calls `send` at once, or after the latency of the answer; at once, too, for one that never comes. */
  handle(request: Omit<WireRequest, 'nowMs'>, send: (reply: Reply) => void): void {
    const { clock, core, journal, onCall, onAnswer } = this.deps;
    const beganMs = sharedMonotonicMs();
    const nowMs = clock.nowMs();
    const { method, url, headers, body, secure, sourceIp } = request;
    const asked: WireRequest = { method, url, headers, body, nowMs, secure, sourceIp };
    const answer = core().handle(asked);
    onAnswer?.(asked, answer);
    journal.append(answer);
    onCall?.(answer.record);
    const serviceUs = Math.round((sharedMonotonicMs() - beganMs) * 1_000);
    if (answer.latencyMs <= 0 || answer.latencyMs === Infinity) {
      send(this.replyOf(answer, serviceUs, nowMs));
      return;
    }
    this.at(nowMs + answer.latencyMs, () => send(this.replyOf(answer, serviceUs, clock.nowMs())));
  }

  get nowMs(): number {
    return this.deps.clock.nowMs();
  }

  /** A timer of the mock's clock that ends with the endpoint. */
  at(atMs: number, fire: () => void): Timer {
    const timer = this.deps.clock.setTimer(atMs, () => {
      this.waiting.delete(timer);
      fire();
    });
    this.waiting.add(timer);
    return {
      cancel: () => {
        this.waiting.delete(timer);
        timer.cancel();
      },
      unref: () => timer.unref(),
    };
  }

  /** Answers that still wait are not given. */
  close(): void {
    for (const timer of this.waiting) timer.cancel();
    this.waiting.clear();
  }

  private replyOf(answer: WireAnswer, serviceUs: number, nowMs: number): Reply {
    const { status, body, contentType, requestId, retryAfterMs, delivery } = answer;
    const bytes = Buffer.byteLength(body);
    const headers = [
      'content-type',
      contentType,
      'content-length',
      String(bytes),
      'date',
      this.date(nowMs + answer.clockOffsetMs),
      'x-acs-request-id',
      requestId,
      // The mock's own share of the time, its modelled latency left out: a harness may subtract it.
      'x-mock-service-us',
      String(serviceUs),
    ];
    if (retryAfterMs !== undefined) headers.push('x-acs-retry-after', String(retryAfterMs));
    // What has no body has no type.
    if (delivery.kind === 'empty') headers.splice(0, 2);
    return { status, headers, body, ascii: bytes === body.length, delivery };
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
