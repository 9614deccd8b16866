/**
 * An endpoint whose calls carry a timestamp and a nonce. Where it refuses the timestamp, the
 * difference between its clock and ours is learnt from its `Date`, and the call is repeated once.
 */
import type { Clock } from '../kernel/clock.ts';
import { freshNonce } from '../kernel/real-clock.ts';
import { serverAtMs } from './assume-role-answer.ts';
import { type HttpAnswer, type HttpCall, HttpEndpoint } from './http-endpoint.ts';

export interface CallStamp {
  readonly host: string;
  readonly signedAtMs: number;
  readonly nonce: string;
}

export class StampedEndpoint {
  private readonly http: HttpEndpoint;
  private readonly clock: Clock;
  /** The service's clock minus ours. */
  private skewMs = 0;

  constructor(clock: Clock, ...http: ConstructorParameters<typeof HttpEndpoint>) {
    this.http = new HttpEndpoint(...http);
    this.clock = clock;
  }

  /** Rejects where no answer came. */
  async send(make: (stamp: CallStamp) => HttpCall, signal: AbortSignal): Promise<HttpAnswer> {
    const first = await this.http.send(make(this.stamp()), signal);
    const atMs = serverAtMs(first.header('date'));
    if (!isTimestampRefusal(first) || atMs === undefined) return first;
    this.skewMs = atMs - this.clock.nowMs();
    return this.http.send(make(this.stamp()), signal);
  }

  close(): Promise<void> {
    return this.http.close();
  }

  private stamp(): CallStamp {
    return {
      host: this.http.url.host,
      signedAtMs: this.clock.nowMs() + this.skewMs,
      nonce: freshNonce(),
    };
  }
}

function isTimestampRefusal({ status, body = '' }: HttpAnswer): boolean {
  return status >= 400 && /"Code"\s*:\s*"InvalidTimeStamp/.test(body);
}
