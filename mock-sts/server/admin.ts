/**
 * The mock's own API under `/_mock/`: health, counters, journal, reset. It answers to this machine
 * only, whatever address the mock listens on: it is no part of STS, and has no authentication.
 */
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { type CallJournal, JOURNAL_ENTRIES_MAX } from './call-journal.ts';

export interface AdminDeps {
  readonly journal: CallJournal;
  readonly reset: () => void;
}

export function adminRoutes({ journal, reset }: AdminDeps): FastifyPluginAsync {
  return async (app) => {
    app.addHook('onRequest', thisMachineOnly);
    app.get('/health', async () => ({ status: 'ok' }));
    app.get('/counters', async () => journal.counters());
    app.get('/journal', async (request, reply) => {
      const query = new URL(request.raw.url ?? '', 'http://mock').searchParams;
      const limit = query.get('limit') ?? String(JOURNAL_ENTRIES_MAX);
      if (/^\d{1,9}$/.test(limit)) return { calls: journal.entries(Number(limit)) };
      return reply
        .code(400)
        .send({ error: `limit: found ${JSON.stringify(limit.slice(0, 20))}; allowed: a count` });
    });
    app.post('/reset', async (_request, reply) => {
      reset();
      return reply.code(204).send();
    });
  };
}

export async function thisMachineOnly(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (isLoopback(request.raw.socket.remoteAddress ?? '')) return;
  await reply.code(403).send({ error: 'The admin API answers to this machine only.' });
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}
