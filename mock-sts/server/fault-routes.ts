/**
 * Faults while the mock runs: `/_mock/faults` lists and adds, `/_mock/faults/<id>` removes.
 */
import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import { FAULTS_MAX } from '../core/fault-list.ts';
import type { FaultDesk } from './fault-desk.ts';

/** A fault takes a few words; nothing of use comes near. */
export const ADMIN_BODY_BYTES_MAX = 16 * 1_024;

export function faultRoutes(desk: FaultDesk): FastifyPluginAsync {
  return async (app) => {
    app.get('/faults', async () => ({ faults: desk.list() }));
    app.post('/faults', { bodyLimit: ADMIN_BODY_BYTES_MAX }, async (request, reply) => {
      const added = desk.add(request.body);
      switch (added.kind) {
        case 'problem':
          return refused(reply, 400, added.problem);
        case 'full':
          return refused(reply, 409, `there are ${FAULTS_MAX} faults already: remove one first`);
        case 'added':
          return reply.code(201).send(added.fault);
      }
    });
    app.delete<{ Params: { id: string } }>('/faults/:id', async (request, reply) => {
      if (!desk.remove(request.params.id)) {
        return refused(reply, 404, 'there is no fault of that id');
      }
      return reply.code(204).send();
    });
    app.delete('/faults', async (_request, reply) => {
      desk.removeAll();
      return reply.code(204).send();
    });
  };
}

export function refused(reply: FastifyReply, status: number, error: string): FastifyReply {
  return reply.code(status).send({ error });
}
