/**
 * The instance metadata service on a port of its own, plain HTTP as the real one. Its address is
 * fixed in the SDKs' code (100.100.100.200, port 80): bound on such an alias of the loopback
 * interface, it serves them unmodified.
 */
import fastify, { type FastifyInstance } from 'fastify';
import type { Clock } from '../../src/kernel/clock.ts';
import type { MetadataService } from '../core/metadata.ts';
import { HTTP_LIMITS } from './app.ts';
import { deliver, type PlaceDelivery } from './place-delivery.ts';

export interface MetadataDeps {
  readonly clock: Clock;
  /** Asked at each request: a reset puts a new one in place. */
  readonly service: () => MetadataService;
  readonly delivery: PlaceDelivery;
}

export function buildMetadataApp({ clock, service, delivery }: MetadataDeps): FastifyInstance {
  const { keepAliveTimeout, maxHeaderSize, requestTimeout } = HTTP_LIMITS;
  const app = fastify({
    logger: false,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    keepAliveTimeout,
    requestTimeout,
    http: { maxHeaderSize },
  });
  // Nothing that it is asked has a body worth reading.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume();
    done(null);
  });
  app.all('*', async (request, reply) => {
    const answer = service().handle({
      method: request.method,
      path: request.url.replace(/\?.*$/, ''),
      header: (name) => [request.headers[name]].flat()[0],
      nowMs: clock.nowMs(),
    });
    return deliver(reply, answer, delivery);
  });
  return app;
}
