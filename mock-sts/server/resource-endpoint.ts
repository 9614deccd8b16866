/**
 * The data plane on a port of its own, plain HTTP: whatever the host name, the method and the path,
 * the request goes to the services behind it.
 */
import fastify, { type FastifyInstance } from 'fastify';
import type { Clock } from '../../src/kernel/clock.ts';
import type { DataPlane } from '../core/data-plane/data-plane.ts';
import { POST_BODY_BYTES_MAX } from '../core/wire/request.ts';
import { HTTP_LIMITS } from './app.ts';

export interface ResourceDeps {
  readonly clock: Clock;
  /** Asked at each request: a reset puts a new one in place. */
  readonly services: () => DataPlane;
  /** Sees each answer's code. */
  readonly onAnswer: (code: string) => void;
}

export function buildResourceApp({ clock, services, onAnswer }: ResourceDeps): FastifyInstance {
  const { keepAliveTimeout, maxHeaderSize } = HTTP_LIMITS;
  const app = fastify({
    logger: false,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    genReqId: () => '',
    keepAliveTimeout,
    http: { maxHeaderSize },
    // One byte more than is allowed, so that the service and not Fastify refuses it.
    bodyLimit: POST_BODY_BYTES_MAX + 1,
    routerOptions: { querystringParser: () => NO_QUERY },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.all('*', async (request, reply) => {
    const nowMs = clock.nowMs();
    const answer = services().handle({
      method: request.method,
      url: request.raw.url ?? '',
      headers: request.raw.rawHeaders,
      body: Buffer.isBuffer(request.body) ? request.body : NO_BYTES,
      nowMs,
      secure: false,
      sourceIp: request.raw.socket.remoteAddress,
    });
    onAnswer(answer.code);
    const { latencyMs } = answer;
    if (latencyMs > 0) {
      await new Promise<void>((resolve) => clock.setTimer(nowMs + latencyMs, resolve).unref());
    }
    reply.raw.sendDate = false;
    return reply
      .code(answer.status)
      .headers({ date: new Date(clock.nowMs()).toUTCString(), ...answer.headers })
      .type(answer.contentType)
      .send(answer.body);
  });
  return app;
}

const NO_QUERY = Object.freeze({});
const NO_BYTES = new Uint8Array();
