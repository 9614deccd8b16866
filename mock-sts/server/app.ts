/**
 * The mock's Fastify application: STS at `/`, and what people and tests ask the mock itself under
 * `/_mock/`. It builds and returns; `start.ts` listens. Tests call `inject` and open no port.
 *
 * Every path that is not the mock's own belongs to STS, which answers for unknown ones in its own
 * words.
 */
import fastify, {
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { type AdminDeps, adminRoutes, thisMachineOnly } from './admin.ts';
import type { ServeSts } from './node-exchange.ts';

/** Room for a URL that is too long for STS, so that STS and not Node refuses it. */
const HEADER_BYTES_MAX = 64 * 1_024;
/** Real time. Longer than a client's pause between calls under load; how long STS keeps an idle connection is not documented. */
export const KEEP_ALIVE_MS = 60_000;
/** Real time that a client may take to send a request; Node looks every half a minute. */
const REQUEST_MS_MAX = 300_000;

/** For the TLS server too, which Fastify does not make. */
export const HTTP_LIMITS = {
  maxHeaderSize: HEADER_BYTES_MAX,
  keepAliveTimeout: KEEP_ALIVE_MS,
  requestTimeout: REQUEST_MS_MAX,
} as const;

const NO_QUERY = Object.freeze({});

export function buildMockApp(
  serveSts: ServeSts,
  admin: AdminDeps,
  /** Further routes of the mock's own, for this machine only as well. */
  further: FastifyPluginAsync = async () => {},
): FastifyInstance {
  const app = fastify({
    logger: false,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    genReqId: () => '',
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_MS_MAX,
    http: { maxHeaderSize: HEADER_BYTES_MAX },
    // STS reads its own query, and parsing it twice would cost more than routing.
    routerOptions: { querystringParser: () => NO_QUERY },
  });
  app.register(adminRoutes(admin), { prefix: '/_mock' });
  app.register(
    async (own) => {
      own.addHook('onRequest', thisMachineOnly);
      await own.register(further);
    },
    { prefix: '/_mock' },
  );
  app.register(async (sts) => {
    // The hook never calls on: from here STS owns request and response.
    sts.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, _done: () => void) => {
      reply.hijack();
      serveSts(request.raw, reply.raw);
    });
    const never = async () => undefined;
    sts.all('/', never);
    sts.setNotFoundHandler(never);
  });
  return app;
}
