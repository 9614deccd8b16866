/**
 * What people and machines can see of a running mock beside counters and journal: metrics, a trail of
 * events, log lines, its state. Each call is shown to all of them at once, and none of them shows a
 * secret or a token.
 */
import type { FastifyPluginAsync } from 'fastify';
import type { Clock } from '../../src/kernel/clock.ts';
import { maskKeyId } from '../../src/kernel/sts/credentials.ts';
import type { MockStsConfig } from '../core/config.ts';
import type { StsCore } from '../core/service.ts';
import type { WireAnswer, WireRequest } from '../core/wire/request.ts';
import { ActionTrail, TRAIL_EVENTS_MAX } from './action-trail.ts';
import { clockRoutes, clockView } from './clock-routes.ts';
import { FaultDesk } from './fault-desk.ts';
import { faultRoutes, refused } from './fault-routes.ts';
import { LineFile } from './line-file.ts';
import { callLine, lineOf } from './log-lines.ts';
import { CallMetrics, METRICS_CONTENT_TYPE } from './metrics.ts';

export interface ObservationOptions {
  /** Write events as ActionTrail does: the last ones are kept, and all go to the file if there is one. */
  readonly actionTrail?: { readonly file?: string | undefined } | undefined;
  /** Takes a line of JSON for each call and each change through the admin API. */
  readonly log?: ((line: string) => void) | undefined;
}

export interface ObservationDeps {
  readonly config: MockStsConfig;
  readonly clock: Clock;
  readonly core: () => StsCore;
}

export class Observation {
  readonly faults: FaultDesk;
  private readonly deps: ObservationDeps;
  private readonly log: ObservationOptions['log'];
  private readonly metrics = new CallMetrics();
  private readonly file: LineFile | undefined;
  private readonly trail: ActionTrail | undefined;

  constructor({ actionTrail, log }: ObservationOptions, deps: ObservationDeps) {
    this.deps = deps;
    this.log = log;
    this.faults = new FaultDesk({
      clock: deps.clock,
      core: deps.core,
      onChange: (what, id, kind) => this.changed(what, { id, kind }),
    });
    const file = actionTrail?.file;
    this.file =
      file === undefined
        ? undefined
        : new LineFile(file, {
            onError: (error) => this.changed('trail-failed', { file, error: error.message }),
          });
    this.trail =
      actionTrail === undefined
        ? undefined
        : new ActionTrail(deps.config.region, (line) => this.file?.write(line));
  }

  see(request: WireRequest, answer: WireAnswer): void {
    this.metrics.record(answer.record);
    this.trail?.append(request, answer);
    this.log?.(callLine(answer));
  }

  reset(): void {
    this.metrics.clear();
    this.trail?.clear();
    this.changed('reset', {});
  }

  async close(): Promise<void> {
    await this.file?.close();
  }

  get routes(): FastifyPluginAsync {
    const { config, clock, core } = this.deps;
    return async (app) => {
      await app.register(faultRoutes(this.faults));
      await app.register(clockRoutes(clock, (what, byMs) => this.changed(what, { byMs })));
      app.get('/state', async () => stateOf(config, core(), clock));
      app.get('/metrics', async (_request, reply) => {
        reply.header('content-type', METRICS_CONTENT_TYPE);
        return this.metricsText();
      });
      app.get('/actiontrail', async (request, reply) => {
        if (this.trail === undefined) {
          return refused(reply, 404, 'this mock was started without a trail');
        }
        const query = new URL(request.raw.url ?? '', 'http://mock').searchParams;
        const limit = query.get('limit') ?? String(TRAIL_EVENTS_MAX);
        if (/^\d{1,9}$/.test(limit)) return { Events: this.trail.events(Number(limit)) };
        const found = JSON.stringify(limit.slice(0, 20));
        return refused(reply, 400, `limit: found ${found}; allowed: a count`);
      });
    };
  }

  private metricsText(): string {
    const { clock, core } = this.deps;
    const nowMs = clock.nowMs();
    const { faults } = core();
    return this.metrics.render({
      nowMs,
      quotas: core().quotaLevels(nowMs),
      faults: faults.list().map((entry) => ({ ...entry, active: faults.isActive(entry, nowMs) })),
      droppedTrailLines: this.file?.dropped ?? 0,
    });
  }

  private changed(event: string, fields: Readonly<Record<string, unknown>>): void {
    this.log?.(
      lineOf(this.deps.clock.nowMs(), event.endsWith('failed') ? 'warn' : 'info', event, fields),
    );
  }
}

/** Who is there and what is spent; each field is named, so that nothing gets in by itself. */
function stateOf(config: MockStsConfig, core: StsCore, clock: Clock) {
  const nowMs = clock.nowMs();
  const accounts = new Set([
    ...config.users.map((user) => user.accountId),
    ...config.roles.map((role) => role.arn.split(':')[3] ?? ''),
  ]);
  return {
    region: config.region,
    clock: clockView(clock),
    accounts: [...accounts].sort(),
    users: config.users.map(({ accountId, name, accessKeys }) => ({
      account: accountId,
      name,
      accessKeys: accessKeys.map(({ accessKeyId, active }) => ({
        id: maskKeyId(accessKeyId),
        active,
      })),
    })),
    roles: config.roles.map(({ arn, maxSessionDurationSeconds }) => ({
      arn,
      maxSessionDurationSeconds,
    })),
    quota: {
      perAccount: config.quota.perAccount ?? 'off',
      perRole: config.quota.perRole ?? 'off',
      limiter: config.quota.limiter,
      levels: core.quotaLevels(nowMs),
    },
    faults: core.faults.list().length,
  };
}
