/**
 * A call for a session of a role whose caller has to get what he calls with first: ask the source, call
 * STS, and once more where STS refused that very key or token, as `callAs` of the client does it.
 */
import { isAboutCaller } from '../../client/caller-source.ts';
import { TIMEOUT } from '../../client/classify.ts';
import type { StsFailure } from '../../client/failure.ts';
import type { CallerSource, Later, Proof } from './caller-source.ts';
import type { Answer, Call, StsLine } from './sts-line.ts';

export interface WayParts {
  readonly sts: StsLine;
  readonly later: Later;
  /** STS has answered a call of that app. */
  readonly onAnswer: (app: number, latencyMs: number, nowMs: number) => void;
}

export interface Journey {
  readonly app: number;
  readonly call: Call;
  readonly source: CallerSource;
  /** Whether it calls once more. */
  readonly repeats: boolean;
}

/** `sentAtMs`: when the call was made that was answered. */
export type Arrived = (nowMs: number, answer: Answer, sentAtMs: number) => void;

export class WayToSts {
  private readonly parts: WayParts;

  constructor(parts: WayParts) {
    this.parts = parts;
  }

  /** Source and calls together may take what one call may. */
  begin(journey: Journey, startMs: number, arrived: Arrived): void {
    let isOver = false;
    const end: Arrived = (nowMs, answer, sentAtMs) => {
      if (isOver) return;
      isOver = true;
      arrived(nowMs, answer, sentAtMs);
    };
    const { callTimeoutMs } = journey.call;
    this.parts.later(startMs + callTimeoutMs, (nowMs) => end(nowMs, failed(TIMEOUT), startMs));
    this.attempt(journey, startMs, { end, isOver: () => isOver });
  }

  private attempt(
    journey: Journey,
    startMs: number,
    flight: { readonly end: Arrived; readonly isOver: () => boolean },
    before?: { readonly proof: Proof; readonly answer: Answer },
  ): void {
    const { sts, later, onAnswer } = this.parts;
    journey.source.ask(startMs, (sentAtMs, proof) => {
      if (flight.isOver()) return;
      if (proof.kind === 'failed') return flight.end(sentAtMs, failed(proof.failure), sentAtMs);
      if (before !== undefined && nameOf(before.proof) === nameOf(proof)) {
        return flight.end(sentAtMs, before.answer, sentAtMs);
      }
      const answer = sts.callAs(proof, journey.call, sentAtMs);
      later(sentAtMs + answer.latencyMs, (nowMs) => {
        onAnswer(journey.app, answer.latencyMs, nowMs);
        const { failure } = answer;
        const isLast = !journey.repeats || before !== undefined || flight.isOver();
        if (isLast || failure === undefined || !isAboutCaller(failure)) {
          return flight.end(nowMs, answer, sentAtMs);
        }
        journey.source.refused(nowMs, proof);
        this.attempt(journey, nowMs, flight, { proof, answer });
      });
    });
  }
}

function failed(failure: StsFailure): Answer {
  return { latencyMs: 0, credential: undefined, failure, clockOffsetMs: 0 };
}

function nameOf(proof: Proof): string {
  return proof.kind === 'key' ? proof.key.accessKeyId : proof.token.oidcToken;
}
