/**
 * Makes the processes and clients of a simulated fleet. A client is made when its first process
 * starts; one that a host shares serves the others of that host too.
 */
import { stream } from '../../kernel/rng.ts';
import type { AssumeRoleRequest } from '../../kernel/sts/credentials.ts';
import type { Plan, PlannedProcess } from '../../scenario/plan.ts';
import { sessionRequests } from '../../scenario/session-requests.ts';
import { Calm } from './calm.ts';
import { SimulatedClient, SimulatedProcess } from './fleet.ts';
import type { SourceMaker } from './source-maker.ts';
import type { Caller } from './sts-line.ts';
import type { VirtualSubject } from './virtual-subject.ts';

export class ClientMaker {
  readonly clients: SimulatedClient[] = [];
  private readonly plan: Plan;
  private readonly subjects: readonly VirtualSubject[];
  private readonly calms: readonly Calm[];
  /** One object an app: STS remembers what it decided about a caller. */
  private readonly identities: readonly Caller['identity'][];
  private readonly byHost = new Map<number, SimulatedClient>();

  private readonly sources: SourceMaker;

  constructor(plan: Plan, subjects: readonly VirtualSubject[], sources: SourceMaker) {
    this.sources = sources;
    const { apps, caller } = plan.scenario;
    this.plan = plan;
    this.subjects = subjects;
    this.calms = apps.map((app, i) => new Calm(app, plan.curves[i]!));
    this.identities = apps.map(({ user }) => ({
      kind: 'user',
      accountId: caller.accountId,
      name: user,
    }));
  }

  process(planned: PlannedProcess): SimulatedProcess {
    return new SimulatedProcess(this.plan, planned, this.calms[planned.app]!);
  }

  clientFor(process: SimulatedProcess): { client: SimulatedClient; isNew: boolean } {
    const { planned } = process;
    const isShared = this.subjects[planned.app]!.scope === 'host';
    const known = isShared ? this.byHost.get(planned.host) : undefined;
    const client = known ?? this.newClient(planned);
    if (isShared) this.byHost.set(planned.host, client);
    process.client = client;
    client.processes.push(process);
    return { client, isNew: known === undefined };
  }

  /**
   * Streams of chance are named by the process that made the client. Those of the reference client
   * are the live one's: with one seed, both draw the same refreshes and the same waits.
   */
  private newClient(planned: PlannedProcess): SimulatedClient {
    const { seed, scenario } = this.plan;
    const subject = this.subjects[planned.app]!;
    const own = (purpose: string) => stream(seed, purpose, planned.name);
    const via = sessionRequests(scenario, planned);
    const request = asked(via.pop()!, subject);
    const holder = { app: planned.app, startMs: planned.startMs, subject, via, rngOf: own };
    const identity = this.identities[planned.app]!;
    const client = new SimulatedClient(this.clients.length, planned.app, {
      subject,
      cache: subject.newCache({ jitter: own('client'), backoff: own('backoff') }, request, planned),
      caller: {
        identity,
        request,
        chance: { latency: own('latency'), faults: own('faults') },
        callTimeoutMs: subject.callTimeoutMs,
        limitsSilence: subject.limitsSilence ?? false,
      },
      source: this.sources.sourceFor(holder, identity),
    });
    this.clients.push(client);
    return client;
  }
}

function asked(request: AssumeRoleRequest, { durationSeconds }: VirtualSubject): AssumeRoleRequest {
  return durationSeconds === undefined ? request : { ...request, durationSeconds };
}
