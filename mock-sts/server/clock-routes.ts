/** The mock's clock under `/_mock/clock`: read, freeze, advance, resume. */
import type { FastifyPluginAsync } from 'fastify';
import type { Clock } from '../../src/kernel/clock.ts';
import { AdjustableClock } from './adjustable-clock.ts';
import { ADMIN_BODY_BYTES_MAX, refused } from './fault-routes.ts';

/** Ten years at a time: dates stay dates. */
const ADVANCE_MS_MAX = 315_360_000_000;
/** Timestamps on the wire have years of four digits. */
const LAST_MS = Date.UTC(9999, 0, 1);

export interface ClockView {
  readonly now: string;
  readonly frozen: boolean;
}

export function clockView(clock: Clock): ClockView {
  const frozen = clock instanceof AdjustableClock && clock.isFrozen;
  return { now: new Date(clock.nowMs()).toISOString(), frozen };
}

export function clockRoutes(
  clock: Clock,
  onChange: (what: 'clock-frozen' | 'clock-advanced' | 'clock-resumed', byMs: number) => void,
): FastifyPluginAsync {
  return async (app) => {
    app.get('/clock', async () => clockView(clock));
    const change = (
      path: string,
      act: (clock: AdjustableClock, body: unknown) => string | undefined,
    ) =>
      app.post(path, { bodyLimit: ADMIN_BODY_BYTES_MAX }, async (request, reply) => {
        if (!(clock instanceof AdjustableClock)) {
          return refused(reply, 409, 'this mock runs on the clock of whoever started it');
        }
        const problem = act(clock, request.body);
        return problem === undefined ? clockView(clock) : refused(reply, 400, problem);
      });
    change('/clock/freeze', (own) => {
      own.freeze();
      onChange('clock-frozen', 0);
      return undefined;
    });
    change('/clock/resume', (own) => {
      own.resume();
      onChange('clock-resumed', 0);
      return undefined;
    });
    change('/clock/advance', (own, body) => {
      const ms = (body as { ms?: unknown } | null | undefined)?.ms;
      if (typeof ms !== 'number' || !(ms >= 0 && ms <= ADVANCE_MS_MAX)) {
        const found = JSON.stringify(ms)?.slice(0, 40) ?? 'nothing';
        return `ms: found ${found}; allowed: milliseconds from 0 to ${ADVANCE_MS_MAX}`;
      }
      if (own.nowMs() + ms > LAST_MS) return 'ms: the clock would be beyond the year 9999';
      own.advance(ms);
      onChange('clock-advanced', ms);
      return undefined;
    });
  };
}
