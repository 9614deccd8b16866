/**
 * The data plane on a port of its own, plain HTTP: whatever the host name, the method and the path,
 * the request goes to the services behind it.
 */
import fastify, { type FastifyInstance } from 'fastify';
import type { Clock } from '../../src/kernel/clock.ts';
import type { DataPlane } from '../core/data-plane/data-plane.ts';
import { POST_BODY_BYTES_MAX } from '../core/wire/request.ts';
import { HTTP_LIMITS } from './app.ts';
import { deliver, type PlaceDelivery } from './place-delivery.ts';

export interface ResourceDeps {
  readonly clock: Clock;
  /** Asked at each request: a reset puts a new one in place. */
  readonly services: () => DataPlane;
  /** Sees each answer's code. */
  readonly onAnswer: (code: string) => void;
  readonly delivery: PlaceDelivery;
}

export function buildResourceApp({
  clock,
  services,
  onAnswer,
  delivery,
}: ResourceDeps): FastifyInstance {
  const { keepAliveTimeout, maxHeaderSize, requestTimeout } = HTTP_LIMITS;
  const app = fastify({
    logger: false,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    genReqId: () => '',
    keepAliveTimeout,
    requestTimeout,
    http: { maxHeaderSize },
    // One byte more than is allowed, so that the service and not Fastify refuses it.
    bodyLimit: POST_BODY_BYTES_MAX + 1,
    routerOptions: { querystringParser: () => NO_QUERY },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.all('*', async (request, reply) => {
    const answer = services().handle({
      method: request.method,
      url: request.raw.url ?? '',
      headers: request.raw.rawHeaders,
      body: Buffer.isBuffer(request.body) ? request.body : NO_BYTES,
      nowMs: clock.nowMs(),
      secure: false,
      sourceIp: request.raw.socket.remoteAddress,
    });
    onAnswer(answer.code);
    reply.raw.sendDate = false;
    return deliver(reply, answer, delivery);
  });
  return app;
}

const NO_QUERY = Object.freeze({});
const NO_BYTES = new Uint8Array();
