/**
 * Calls of simulated clients for their own roles, there and back: straight to STS with a permanent key,
 * or on the way that their identity needs. What the answer means is for the client's cache.
 */
import type { Effect } from '../../client/credential-cache.ts';
import type { Recorder } from '../../measure/recorder.ts';
import { type Agenda, ANSWER } from './agenda.ts';
import type { SimulatedClient } from './fleet.ts';
import type { ResourceLine } from './resource-line.ts';
import type { Answer, StsLine } from './sts-line.ts';
import type { WayToSts } from './way-to-sts.ts';

/** A call whose answer no cache wants. */
export const NO_FLIGHT = -1;

interface Flight {
  readonly client: SimulatedClient;
  readonly flight: number;
  readonly sentAtMs: number;
  readonly answer: Answer;
}

export interface CallParts {
  readonly sts: StsLine;
  readonly way: WayToSts;
  readonly agenda: Agenda;
  readonly recorder: Recorder;
  readonly resources: ResourceLine;
  /** What a cache decided on an answer. */
  readonly perform: (client: SimulatedClient, effects: readonly Effect[]) => void;
}

export class ClientCalls {
  /** Most refreshes of one client that were in the air at once. */
  inFlightMax = 0;
  private readonly parts: CallParts;
  private readonly flights: (Flight | undefined)[] = [];
  private readonly freeFlights: number[] = [];

  constructor(parts: CallParts) {
    this.parts = parts;
  }

  begin(client: SimulatedClient, flight: number, nowMs: number): void {
    const { sts, way, agenda } = this.parts;
    if (flight !== NO_FLIGHT) {
      client.inFlight += 1;
      if (client.inFlight > this.inFlightMax) this.inFlightMax = client.inFlight;
    }
    if (client.source !== undefined) {
      const { app, caller, source, subject } = client;
      const journey = { app, call: caller, source, repeats: subject.source !== 'at-start' };
      way.begin(journey, nowMs, (answeredAtMs, answer, sentAtMs) =>
        this.answered({ client, flight, sentAtMs, answer }, answeredAtMs),
      );
      return;
    }
    const answer = sts.call(client.caller, nowMs);
    const slot = this.freeFlights.pop() ?? this.flights.length;
    this.flights[slot] = { client, flight, sentAtMs: nowMs, answer };
    agenda.schedule(nowMs + answer.latencyMs, ANSWER, slot, 0);
  }

  /** The answer of a call with a permanent key has come. */
  land(slot: number, nowMs: number): void {
    const flight = this.flights[slot]!;
    this.flights[slot] = undefined;
    this.freeFlights.push(slot);
    this.parts.recorder.assumeRole(flight.client.app, flight.answer.latencyMs, nowMs);
    this.answered(flight, nowMs);
  }

  private answered({ client, flight, sentAtMs, answer }: Flight, nowMs: number): void {
    if (flight === NO_FLIGHT) return;
    const { resources, perform, agenda } = this.parts;
    client.inFlight -= 1;
    const { cache, subject, caller } = client;
    if (answer.credential === undefined) {
      perform(client, cache.refreshFailed(nowMs, flight, answer.failure!));
    } else {
      const { durationSeconds } = caller.request;
      const times = {
        sentAtMs,
        answeredAtMs: nowMs,
        durationSeconds,
        clockOffsetMs: answer.clockOffsetMs,
      };
      const credential = subject.receive?.(answer.credential, times) ?? answer.credential;
      resources.keep(client.app, credential, answer.credential);
      perform(client, cache.refreshSucceeded(nowMs, flight, credential));
    }
    agenda.settle(client, nowMs);
  }
}
