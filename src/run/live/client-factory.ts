/**
 * Makes the clients of a driver thread: one for each process when it starts, with the context that
 * subjects are written against.
 */
import { setMaxListeners } from 'node:events';
// Here, and not at the first call: loading it takes a tenth of a second, which no request should wait.
import 'undici';
import { UndiciTransport } from '../../client/undici-transport.ts';
import { stream } from '../../kernel/rng.ts';
import type { AssumeRoleRequest, SessionCredentials } from '../../kernel/sts/credentials.ts';
import { accessKeyOf } from '../../scenario/identities.ts';
import type { App } from '../../scenario/scenario.ts';
import { AssumeRoleError } from '../subjects/assume-role-error.ts';
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
  private readonly ended = new AbortController();
  private readonly clients: CredentialClient[] = [];
  private transport: UndiciTransport | undefined;

  private constructor(task: ShardTask, clock: RunClock, subjects: readonly Subject[]) {
    this.task = task;
    this.clock = clock;
    this.subjects = subjects;
    trustCertificateAuthority(task.stsCa);
    setMaxListeners(0, this.ended.signal); // One listener for each call in flight.
    this.readsDate = subjects.some((subject) => subject.readsDate);
    task.scenario.apps.forEach((app, index) => {
      // Apps of one user sign alike: their calls are shown under the first, here as in the call log.
      const { accessKeyId } = accessKeyOf(task.scenario, app);
      if (!this.appByKey.has(accessKeyId)) this.appByKey.set(accessKeyId, index);
    });
  }

  static async for(task: ShardTask, clock: RunClock): Promise<ClientFactory> {
    const names = task.scenario.apps.map((app) => task.subject ?? app.client.subject);
    return new ClientFactory(task, clock, await Promise.all(names.map(subjectNamed)));
  }

  fastForwardOf(app: number): FastForward {
    return this.subjects[app]!.fastForward;
  }

  /** Which app signs with this key; the first one where nobody can tell. */
  appOfKey(accessKeyId: string): number {
    return this.appByKey.get(accessKeyId) ?? 0;
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
    await this.transport?.close();
  }

  private contextOf(slot: ProcessSlot, app: App): SubjectContext {
    const { task } = this;
    const key = accessKeyOf(task.scenario, app);
    const randomOf = (purpose: string) => {
      const rng = stream(task.scenario.seed, purpose, slot.process.name);
      return () => rng.next();
    };
    const role: AssumeRoleRequest = {
      roleArn: app.role.arn,
      roleSessionName: `${app.name.slice(0, 40)}-${slot.process.indexInApp}`,
      durationSeconds: app.sessionDurationMs / 1_000,
      ...(app.role.externalId === undefined ? {} : { externalId: app.role.externalId }),
    };
    return {
      stsEndpoint: task.stsEndpoint,
      stsCa: task.stsCa,
      region: task.scenario.caller.region,
      ...key,
      ...role,
      clock: this.clock,
      random: randomOf('client'),
      randomOf,
      signal: this.ended.signal,
      process: slot.process.name,
      host: `${app.name}.h${slot.process.host}`,
      options:
        task.subject === undefined || task.subject === app.client.subject ? app.client.options : {},
      assumeRole: (request) => this.assumeRole(key, { ...role, ...request }),
    };
  }

  private async assumeRole(
    key: { accessKeyId: string; accessKeySecret: string },
    request: AssumeRoleRequest,
  ): Promise<SessionCredentials> {
    this.transport ??= new UndiciTransport({
      endpoint: this.task.stsEndpoint,
      ca: this.task.stsCa,
      connections: CONNECTIONS,
      clock: this.clock,
    });
    const outcome = await this.transport.assumeRole(request, key, this.ended.signal);
    if (outcome.kind === 'failed')
      throw new AssumeRoleError(outcome.failure.code, outcome.failure.message);
    return outcome.credential;
  }
}
