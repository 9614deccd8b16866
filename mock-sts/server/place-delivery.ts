/**
 * How the answers of the places around STS go out: at once and whole, or as a fault has it. Times are
 * those of the mock's clock.
 */
import type { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';
import type { OnItsWay, PlaceAnswer } from '../core/place-faults.ts';
import type { MockTime } from './delivery.ts';
import { holdSilently, sendSlowly } from './node-exchange.ts';

export interface PlaceDelivery {
  readonly time: MockTime;
  /** The other side sees a reset, not an end. */
  readonly reset: (socket: Socket) => void;
}

export type Outgoing = OnItsWay<PlaceAnswer> & {
  readonly status: number;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
};

export async function deliver(
  reply: FastifyReply,
  answer: Outgoing,
  { time, reset }: PlaceDelivery,
): Promise<FastifyReply> {
  const { status, contentType, body, delivery } = answer;
  if (answer.latencyMs > 0) await waited(time, answer.latencyMs);
  const date = new Date(time.nowMs + answer.clockOffsetMs).toUTCString();
  const headers = { date, ...answer.headers };
  switch (delivery.kind) {
    case 'reset':
      reply.hijack();
      reset(reply.request.raw.socket);
      return reply;
    case 'hang':
      reply.hijack();
      holdSilently(reply.raw, time);
      return reply;
    case 'slow-body': {
      reply.hijack();
      const whole = {
        ...headers,
        'content-type': contentType,
        'content-length': String(Buffer.byteLength(body)),
      };
      const lines = Object.entries(whole).flat();
      sendSlowly(reply.raw, { status, headers: lines, ...textOf(body), delivery }, time);
      return reply;
    }
    // What has no body has no type.
    case 'empty':
      return reply.code(status).headers(headers).send();
    default:
      return reply.code(status).headers(headers).type(contentType).send(body);
  }
}

/** Of bytes, the text whose Latin-1 they are. */
function textOf(body: string | Uint8Array): { body: string; ascii: boolean } {
  return typeof body === 'string'
    ? { body, ascii: false }
    : { body: Buffer.from(body).toString('latin1'), ascii: true };
}

function waited(time: MockTime, ms: number): Promise<void> {
  return new Promise((resolve) => {
    time.at(time.nowMs + ms, resolve);
  });
}
