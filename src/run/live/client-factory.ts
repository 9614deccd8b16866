/**
 * Makes the clients of a driver thread: one for each process when it starts, with the context that
 * subjects are written against.
 */
import { setMaxListeners } from 'node:events';
import { loadUndici } from '../../client/undici-loader.ts';
import { UndiciTransport } from '../../client/undici-transport.ts';
import { stream } from '../../kernel/rng.ts';
import { accessKeyOf } from '../../scenario/identities.ts';
import type { App } from '../../scenario/scenario.ts';
import { sessionRequests } from '../../scenario/session-requests.ts';
import { CallerIdentities } from '../subjects/caller-identities.ts';
import { type OpenSource, openSource, permanentKeyOf } from '../subjects/caller-identity.ts';
import { assumeRoles, proofOf } from '../subjects/context-calls.ts';
import { subjectNamed } from '../subjects/registry.ts';
import type {
  CredentialClient,
  FastForward,
  Subject,
  SubjectContext,
} from '../subjects/subject.ts';
import { trustCertificateAuthority } from '../subjects/trust.ts';
import type { ProcessSlot } from './process-slot.ts';
import type { ShardTask } from './protocol.ts';
import type { RunClock } from './run-clock.ts';

/** A client without a cache needs as many sockets as it has calls in flight; more only queue at STS. */
const CONNECTIONS = 128;

export class ClientFactory {
  readonly readsDate: boolean;
  private readonly task: ShardTask;
  private readonly clock: RunClock;
  private readonly subjects: readonly Subject[];
  private readonly appByKey = new Map<string, number>();
  private readonly appByRole = new Map<string, number>();
  private readonly identities: CallerIdentities;
  /** By app: what its context calls STS with, for subjects without a source of their own. */
  private readonly sources = new Map<App, OpenSource>();
  private readonly ended = new AbortController();
  private readonly clients: CredentialClient[] = [];
  private readonly transport: UndiciTransport;

  private constructor(task: ShardTask, clock: RunClock, subjects: readonly Subject[]) {
    this.task = task;
    this.clock = clock;
    this.subjects = subjects;
    trustCertificateAuthority(task.stsCa);
    setMaxListeners(0, this.ended.signal); // One listener for each call in flight.
    this.readsDate = subjects.some((subject) => subject.readsDate);
    const { scenario, zeroAtMs, around } = task;
    this.identities = new CallerIdentities({
      scenario,
      seed: scenario.seed,
      zeroAtMs,
      around,
      clock,
    });
    this.transport = new UndiciTransport({
      endpoint: task.stsEndpoint,
      ca: task.stsCa,
      connections: CONNECTIONS,
      clock,
    });
    task.scenario.apps.forEach((app, index) => {
      for (const { arn } of [...app.via, app.role]) {
        if (!this.appByRole.has(arn)) this.appByRole.set(arn, index);
      }
      // Apps of one user sign alike: their calls are shown under the first, here as in the call log.
      const { accessKeyId } = accessKeyOf(task.scenario, app);
      if (!this.appByKey.has(accessKeyId)) this.appByKey.set(accessKeyId, index);
    });
  }

  static async for(task: ShardTask, clock: RunClock): Promise<ClientFactory> {
    const names = task.scenario.apps.map((app) => task.subject ?? app.client.subject);
    // Here, and not at the first call: no request should wait for it.
    loadUndici();
    return new ClientFactory(task, clock, await Promise.all(names.map(subjectNamed)));
  }

  fastForwardOf(app: number): FastForward {
    return this.subjects[app]!.fastForward;
  }

  /** Which app signs with this key, or calls for this role; the first one where nobody can tell. */
  appOf(accessKeyId: string, roleArn: string): number {
    return this.appByKey.get(accessKeyId) ?? this.appByRole.get(roleArn) ?? 0;
  }

  /** Starts the process's client. One that comes up asynchronously makes its requests wait. */
  start(slot: ProcessSlot): void {
    const app = this.task.scenario.apps[slot.process.app]!;
    const made = this.subjects[slot.process.app]!.createClient(this.contextOf(slot, app));
    if (!(made instanceof Promise)) {
      this.clients.push(made);
      slot.client = made;
      return;
    }
    slot.client = { getCredentials: async () => (await made).getCredentials() };
    made.then(
      (client) => {
        this.clients.push(client);
        slot.client = client;
      },
      () => {}, // Each request that waits for it is told; there is nobody else to tell.
    );
  }

  /** Most refreshes of one client in the air at once, of those clients that can tell. */
  get refreshesInFlightMax(): number | undefined {
    const readers = this.subjects.flatMap((subject) => subject.refreshesInFlightMax ?? []);
    if (readers.length === 0) return undefined;
    return Math.max(0, ...readers.flatMap((read) => this.clients.map(read)));
  }

  async close(): Promise<void> {
    this.ended.abort();
    await Promise.allSettled(this.clients.map((client) => client.close?.()));
    await Promise.allSettled([...this.sources.values()].map((source) => source.close()));
    await this.transport.close();
    this.identities.close();
  }

  private contextOf(slot: ProcessSlot, app: App): SubjectContext {
    const { task } = this;
    const identity = this.identities.of(app);
    const randomOf = (purpose: string) => {
      const rng = stream(task.scenario.seed, purpose, slot.process.name);
      return () => rng.next();
    };
    const requests = sessionRequests(task.scenario, slot.process);
    const role = requests.pop()!;
    return {
      stsEndpoint: task.stsEndpoint,
      stsCa: task.stsCa,
      region: task.scenario.caller.region,
      identity,
      ...permanentKeyOf(identity),
      via: requests,
      ...role,
      clock: this.clock,
      random: randomOf('client'),
      randomOf,
      signal: this.ended.signal,
      process: slot.process.name,
      host: `${app.name}.h${slot.process.host}`,
      options:
        task.subject === undefined || task.subject === app.client.subject ? app.client.options : {},
      callerProof: () => proofOf(this.sourceOf(app).source),
      assumeRole: (request) =>
        assumeRoles([...requests, { ...role, ...request }], {
          source: this.sourceOf(app).source,
          transport: this.transport,
          signal: this.ended.signal,
        }),
    };
  }

  private sourceOf(app: App): OpenSource {
    const known = this.sources.get(app);
    if (known !== undefined) return known;
    const randomOf = (purpose: string) => {
      const rng = stream(this.task.scenario.seed, `context-${purpose}`, app.name);
      return () => rng.next();
    };
    const source = openSource(this.identities.of(app), { clock: this.clock, randomOf });
    this.sources.set(app, source);
    return source;
  }
}
