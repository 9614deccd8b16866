/**
 * Faults while the mock runs: `/_mock/faults` lists and adds, `/_mock/faults/<id>` removes.
 */
import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import type { Clock } from '../../src/kernel/clock.ts';
import { formatTimestamp } from '../../src/kernel/sts/wire.ts';
import { readFault } from '../core/fault-form.ts';
import { FAULTS_MAX, type FaultEntry } from '../core/fault-list.ts';
import type { StsCore } from '../core/service.ts';

/** A fault takes a few words; nothing of use comes near. */
export const ADMIN_BODY_BYTES_MAX = 16 * 1_024;

export interface FaultRoutesDeps {
  readonly clock: Clock;
  readonly core: () => StsCore;
  readonly onChange: (what: 'fault-added' | 'fault-removed', id: string, name: string) => void;
}

export function faultRoutes({ clock, core, onChange }: FaultRoutesDeps): FastifyPluginAsync {
  const shown = (entry: FaultEntry) =>
    faultView(entry, core().faults.isActive(entry, clock.nowMs()));
  return async (app) => {
    app.get('/faults', async () => ({ faults: core().faults.list().map(shown) }));
    app.post('/faults', { bodyLimit: ADMIN_BODY_BYTES_MAX }, async (request, reply) => {
      const nowMs = clock.nowMs();
      const read = readFault(request.body, nowMs);
      if (read.kind === 'problem') return refused(reply, 400, read.problem);
      const entry = core().changeFaults(nowMs, (faults) => faults.add(read.fault, read.name));
      if (entry === undefined) {
        return refused(reply, 409, `there are ${FAULTS_MAX} faults already: remove one first`);
      }
      onChange('fault-added', entry.id, entry.name);
      return reply.code(201).send(shown(entry));
    });
    app.delete<{ Params: { id: string } }>('/faults/:id', async (request, reply) => {
      const { id } = request.params;
      const entry = core()
        .faults.list()
        .find((known) => known.id === id);
      if (entry === undefined) return refused(reply, 404, 'there is no fault of that id');
      core().changeFaults(clock.nowMs(), (faults) => faults.remove(id));
      onChange('fault-removed', id, entry.name);
      return reply.code(204).send();
    });
    app.delete('/faults', async (_request, reply) => {
      core().changeFaults(clock.nowMs(), (faults) => faults.removeAll());
      onChange('fault-removed', '*', 'all');
      return reply.code(204).send();
    });
  };
}

export function refused(reply: FastifyReply, status: number, error: string): FastifyReply {
  return reply.code(status).send({ error });
}

/** An instant that never comes is `null`. */
function faultView({ id, name, fault }: FaultEntry, active: boolean) {
  const { fromMs, toMs, kind: _kind, ...effect } = fault;
  return { id, kind: name, active, from: instant(fromMs), to: instant(toMs), ...effect };
}

const LAST_INSTANT_MS = 8_640_000_000_000_000;

function instant(atMs: number): string | null {
  return Math.abs(atMs) < LAST_INSTANT_MS ? formatTimestamp(atMs) : null;
}
