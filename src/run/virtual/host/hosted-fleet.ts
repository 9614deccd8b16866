/**
 * The fleet of a plan as real clients in one host, for the simulator: a client for each process when it
 * starts, with the context that it would have in a live run, and what they asked of STS.
 */
import { setMaxListeners } from 'node:events';
import type { CredentialCache } from '../../../client/credential-cache.ts';
import { type Rng, stream } from '../../../kernel/rng.ts';
import type { CallRecord } from '../../../kernel/sts/call-record.ts';
import { CallLog } from '../../../measure/call-log.ts';
import { mockConfigOf } from '../../../scenario/identities.ts';
import type { Plan, PlannedProcess } from '../../../scenario/plan.ts';
import { sessionRequests } from '../../../scenario/session-requests.ts';
import { CallerIdentities } from '../../subjects/caller-identities.ts';
import type { Subject } from '../../subjects/subject.ts';
import type { HostedClients } from '../simulation-parts.ts';
import type { VirtualSubject } from '../virtual-subject.ts';
import { HostCore } from './host-core.ts';
import { ZERO_AT_MS } from './host-time.ts';
import { HostedCache } from './hosted-cache.ts';
import { hostedContext } from './hosted-context.ts';
import { aroundEndpoints } from './mock-cloud.ts';

interface Answered {
  readonly client: number;
  readonly latencyMs: number;
  readonly atMs: number;
}

export class HostedFleet implements HostedClients {
  readonly zeroAtMs = ZERO_AT_MS;
  readonly calls = new CallLog(ZERO_AT_MS);
  inFlightMax = 0;
  onAdopted: HostedClients['onAdopted'] = () => {};
  private core!: HostCore;
  private identities!: CallerIdentities;
  private readonly plan: Plan;
  private readonly ended = new AbortController();
  private readonly caches: HostedCache[] = [];
  /** Of the clients' own roles. */
  private readonly roleArns: string[] = [];
  private readonly chances: { readonly latency: Rng; readonly faults: Rng }[] = [];
  private readonly moved = new Set<number>();
  private answered: Answered[] = [];

  private constructor(plan: Plan) {
    this.plan = plan;
    setMaxListeners(0, this.ended.signal); // One listener for each call in flight.
  }

  /** `seed` and instants are the plan's; the thread is a host until `close`. */
  static async open(plan: Plan, drainsAtOnce?: boolean): Promise<HostedFleet> {
    const fleet = new HostedFleet(plan);
    fleet.core = await HostCore.open({
      seed: plan.seed,
      config: mockConfigOf(plan.scenario, { epochOfZeroMs: ZERO_AT_MS, seed: plan.seed }),
      drainsAtOnce,
      chanceOf: (owner) => fleet.chances[owner.index]!,
      onCall: (record) => fleet.called(record),
      onAnswered: ({ sts, atMs, answeredAtMs }, owner) => {
        if (sts === undefined) return;
        fleet.countInFlight(owner.index, sts, -1);
        fleet.answered.push({
          client: owner.index,
          latencyMs: answeredAtMs! - atMs,
          atMs: answeredAtMs!,
        });
      },
    });
    fleet.identities = new CallerIdentities({
      scenario: plan.scenario,
      seed: plan.seed,
      zeroAtMs: ZERO_AT_MS,
      around: aroundEndpoints(plan.scenario.caller.region),
      clock: fleet.core.time,
    });
    fleet.core.time.onScheduled = ({ index }) => {
      if (fleet.caches[index]?.isAsked === false) fleet.moved.add(index);
    };
    return fleet;
  }

  get host(): HostCore {
    return this.core;
  }

  get isUnsettled(): boolean {
    return this.core.isUnsettled;
  }

  moveTo(nowMs: number): void {
    const { time } = this.core;
    time.atMs = Math.max(time.atMs, nowMs);
    // The host's own timers renew pods' tokens, which nobody can read between two events.
    time.fireDue(time.host);
  }

  takeMoved(visit: (client: number) => void): void {
    for (const client of this.moved) {
      this.moved.delete(client);
      visit(client);
    }
  }

  takeAnswered(visit: (client: number, latencyMs: number, atMs: number) => void): void {
    if (this.answered.length === 0) return;
    const { answered } = this;
    this.answered = [];
    for (const { client, latencyMs, atMs } of answered) visit(client, latencyMs, atMs);
  }

  /** What the simulator takes for the subject's caches. */
  subject(
    name: string,
    subject: Subject,
    options: Readonly<Record<string, unknown>>,
  ): VirtualSubject {
    const { fastForward, claims } = subject;
    const leadMs = fastForward.mode === 'hops' ? fastForward.leadMs : undefined;
    return {
      name,
      scope: 'process',
      atStart: 'nothing',
      source: 'own',
      callTimeoutMs: Number.POSITIVE_INFINITY,
      caches: fastForward.mode !== 'jump',
      isOpaque: fastForward.mode === 'refused',
      ...(claims === undefined ? {} : { claims }),
      newCache: (_chance, _session, process) =>
        this.newCache(subject, process, { leadMs, options }),
    };
  }

  close(): void {
    this.ended.abort();
    this.core.close();
    this.identities.close();
  }

  private newCache(
    subject: Subject,
    planned: PlannedProcess,
    terms: { leadMs: number | undefined; options: Readonly<Record<string, unknown>> },
  ): CredentialCache {
    const { seed } = this.plan;
    const { time } = this.core;
    const index = this.caches.length;
    const owner = this.core.newOwner(index, planned.name);
    const own = (purpose: string) => stream(seed, purpose, planned.name);
    const cache = new HostedCache({
      time,
      owner,
      leadMs: terms.leadMs,
      onMoved: (client) => this.moved.add(client),
      onAdopted: (kept, issued) => this.onAdopted(planned.app, kept, issued),
    });
    this.caches.push(cache);
    this.roleArns.push(this.plan.scenario.apps[planned.app]!.role.arn);
    this.chances.push({ latency: own('latency'), faults: own('faults') });
    time.enter(owner, () => {
      const made = subject.createClient(this.contextOf(planned, terms.options));
      if (!(made instanceof Promise)) {
        cache.client = made;
        return;
      }
      cache.client = { getCredentials: async () => (await made).getCredentials() };
      made.then(
        (client) => {
          cache.client = client;
        },
        () => {}, // Each request that waits for it is told.
      );
    });
    return cache;
  }

  private contextOf(planned: PlannedProcess, options: Readonly<Record<string, unknown>>) {
    const { scenario, seed } = this.plan;
    const app = scenario.apps[planned.app]!;
    const via = sessionRequests(scenario, planned);
    const role = via.pop()!;
    return hostedContext(this.core.time, {
      seed,
      region: scenario.caller.region,
      identity: this.identities.of(app),
      via,
      role,
      process: planned.name,
      host: `${app.name}.h${planned.host}`,
      signal: this.ended.signal,
      options,
    });
  }

  private called(record: CallRecord): void {
    this.calls.append(record);
    this.countInFlight(this.core.time.current.index, record, 1);
  }

  /** Calls for the app's own role: on the way there, each role is another client's. */
  private countInFlight(index: number, { roleArn }: CallRecord, by: 1 | -1): void {
    const cache = this.caches[index];
    if (cache === undefined || roleArn !== this.roleArns[index]) return;
    cache.inFlight += by;
    this.inFlightMax = Math.max(this.inFlightMax, cache.inFlight);
  }
}
