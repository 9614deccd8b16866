/** A mock without a port, with all that can be seen of it. */
import type { FastifyInstance } from 'fastify';
import type { MockStsConfig } from '../../../mock-sts/core/config.ts';
import { StsCore } from '../../../mock-sts/core/service.ts';
import type { WireRequest } from '../../../mock-sts/core/wire/request.ts';
import { AdjustableClock } from '../../../mock-sts/server/adjustable-clock.ts';
import { buildMockApp } from '../../../mock-sts/server/app.ts';
import { CallJournal } from '../../../mock-sts/server/call-journal.ts';
import { serveOnNode } from '../../../mock-sts/server/node-exchange.ts';
import { Observation, type ObservationOptions } from '../../../mock-sts/server/observation.ts';
import { SocketRegistry } from '../../../mock-sts/server/socket-registry.ts';
import { StsEndpoint } from '../../../mock-sts/server/sts-endpoint.ts';
import type { Clock } from '../../../src/kernel/clock.ts';
import { VirtualClock } from '../../../src/kernel/virtual-clock.ts';
import { landing, NOW_MS } from '../landing.ts';

export interface Observed {
  readonly app: FastifyInstance;
  readonly clock: Clock;
  readonly logged: string[];
  readonly observation: Observation;
}

export function observed(
  config: MockStsConfig = landing(),
  options: ObservationOptions = { actionTrail: {} },
  clock: Clock = new AdjustableClock(new VirtualClock(NOW_MS)),
): Observed {
  const journal = new CallJournal();
  const logged: string[] = [];
  let core = new StsCore(config);
  const log = (line: string) => logged.push(line);
  const observation = new Observation({ ...options, log }, { config, clock, core: () => core });
  const endpoint = new StsEndpoint({
    clock,
    core: () => core,
    journal,
    onCall: undefined,
    onAnswer: (request, answer) => observation.see(request, answer),
  });
  const reset = () => {
    core = new StsCore(config);
    observation.reset();
    journal.clear();
  };
  const serve = serveOnNode(endpoint, new SocketRegistry(clock));
  const app = buildMockApp(serve, { journal, reset }, observation.routes);
  return { app, clock, logged, observation };
}

export function inject(app: FastifyInstance, { method, url, headers, body }: WireRequest) {
  const named: Record<string, string> = {};
  for (let i = 0; i < headers.length; i += 2) named[headers[i]!] = headers[i + 1]!;
  return app.inject({
    method: method as 'GET' | 'POST',
    url,
    headers: { 'user-agent': 'AlibabaCloud (test)', ...named },
    ...(body.length === 0 ? {} : { payload: Buffer.from(body) }),
  });
}
