/**
 * Runs real clients in virtual time, for checks and tests: `hostClient({ subject: 'alibaba-sdk' })`
 * or `hostClient({ subject: createClient })` turns this thread into a host until `close()`.
 *
 * The contract:
 * - Time stands still but in `advanceTo`. It then goes from one timer to the next, and only when ticks,
 *   promises, immediates and work of Node's own (files, hashes) that the last one set off have ended.
 *   All instants here are ms from virtual zero, which clients read as 2026-01-01T00:00:00Z.
 * - `request()` asks a client for a credential now, and resolves when everything that can happen in
 *   this instant has happened. Whether the request was served, failed or still waits then is in the
 *   `HostedRequest`, which goes on changing as time does. A request served at the instant at which it
 *   asked is a hit.
 * - HTTP and HTTPS, by whichever library, end at the mock cloud in this thread: STS under its public
 *   names and `context.stsEndpoint`, metadata at 100.100.100.200, KMS and others under
 *   `*.aliyuncs.com`, the mock's own paths (credentials URI, identity provider) at
 *   `http://mock.sts-harness.internal/_mock/…`. Each exchange is in `exchanges`, each call at STS in
 *   `calls`. Answers come after the latency that the configuration says; the network takes no time.
 * - `sts` changes what STS does from now on: `addFault`, and `editAnswer` of the options for what no
 *   fault does. `clientSkewMs` sets the clients' clock wrong.
 * - The same seed gives the same everything: `Math.random`, random bytes and ids are seeded.
 * - `pendingTimers`, `openSockets`, `crashes` (uncaught errors, unhandled rejections) and `breaches`
 *   (what a client did behind the host's back, such as a real socket) tell what is left behind.
 *
 * One host a thread, and nothing else should run in the thread meanwhile: everything in it lives in
 * virtual time. Client modules are shared by all clients of the thread, as in one Node process.
 */
import { setMaxListeners } from 'node:events';
import type { MockFault, MockStsConfig } from '../../../../mock-sts/core/config.ts';
import { readFault } from '../../../../mock-sts/core/fault-form.ts';
import { fakeAccessKey } from '../../../../mock-sts/core/landing-zone.ts';
import type { CallRecord } from '../../../kernel/sts/call-record.ts';
import type { Credentials } from '../../../kernel/sts/credentials.ts';
import { subjectNamed } from '../../subjects/registry.ts';
import type { CreateClient, CredentialClient, SubjectContext } from '../../subjects/subject.ts';
import type { Exchange } from './exchanges.ts';
import { HostCore } from './host-core.ts';
import type { Crash } from './host-time.ts';
import { hostedContext } from './hosted-context.ts';
import type { EditAnswer } from './mock-cloud.ts';
import type { Owner } from './owner.ts';
import { inOwnTurn } from './turns.ts';

export interface HostClientOptions {
  /** A subject's name (`alibaba-sdk`, `module:<path>`, `reference`, `uncached`), or what makes a client. */
  readonly subject: string | CreateClient;
  /** Default 1. */
  readonly seed?: number;
  /** Laid over one user who may assume one role, no quota, and calls that take 20 ms. */
  readonly sts?: Partial<MockStsConfig>;
  /** Laid over the context that each client is made with. */
  readonly context?: Partial<SubjectContext>;
  readonly editAnswer?: EditAnswer;
  /** Clients' clocks are ahead by so much from their start; `clientSkewMs` changes it. Default 0. */
  readonly skewMs?: number;
}

/** A request as it stands. */
export interface HostedRequest {
  readonly client: number;
  readonly askedAtMs: number;
  readonly state: 'waiting' | 'served' | 'failed';
  /** When it was served or failed. */
  readonly endedAtMs: number | undefined;
  readonly credentials: Credentials | undefined;
  /** What the client threw or rejected with. */
  readonly error: unknown;
}

export interface PendingTimer {
  readonly client: number;
  readonly dueAtMs: number;
  readonly repeats: boolean;
  /** It keeps the process alive. */
  readonly isReferenced: boolean;
}

export interface OpenSocket {
  readonly client: number;
  readonly host: string;
  readonly port: number;
  readonly openedAtMs: number;
  readonly isReferenced: boolean;
}

/** Of the one role and user that a host has if nothing else is said. */
const HOSTED_ACCOUNT = '1000000000000001';
const HOSTED_ROLE_ARN = 'acs:ram::1100000000000001:role/role-app-prd';
const HOSTED_USER = 'app';

export async function hostClient(options: HostClientOptions): Promise<VirtualHost> {
  const { seed = 1 } = options;
  const core = await HostCore.open({
    seed,
    config: { ...defaultConfig(seed), ...options.sts },
    editAnswer: options.editAnswer,
  });
  try {
    const { subject } = options;
    const createClient =
      typeof subject === 'string' ? (await subjectNamed(subject)).createClient : subject;
    core.guard.isArmed = true;
    core.time.skewMs = options.skewMs ?? 0;
    const host = new VirtualHost(core, { ...options, seed, createClient });
    await host.startClient();
    return host;
  } catch (error) {
    core.close();
    throw error;
  }
}

interface Hosted {
  readonly owner: Owner;
  readonly ended: AbortController;
  client: CredentialClient | undefined;
  /** What `createClient` threw or rejected with: every request fails with it. */
  error: unknown;
}

type Terms = HostClientOptions & { readonly seed: number; readonly createClient: CreateClient };

export class VirtualHost {
  private readonly core: HostCore;
  private readonly terms: Terms;
  private readonly clients: Hosted[] = [];

  constructor(core: HostCore, terms: Terms) {
    this.core = core;
    this.terms = terms;
  }

  /** Ms from virtual zero. */
  get nowMs(): number {
    return this.core.time.atMs;
  }

  /** What clients read as the time now, epoch ms. */
  get dateMs(): number {
    return this.core.time.dateMs();
  }

  /** Clients' clocks are ahead by so much; behind where it is negative. */
  set clientSkewMs(skewMs: number) {
    this.core.time.skewMs = skewMs;
  }

  /** All HTTP exchanges, in the order in which they began. */
  get exchanges(): readonly Exchange[] {
    return this.core.exchanges.list;
  }

  /** Those that STS decided. */
  get calls(): readonly (Exchange & { readonly sts: CallRecord })[] {
    return this.exchanges.filter(
      (one): one is Exchange & { sts: CallRecord } => one.sts !== undefined,
    );
  }

  get crashes(): readonly Crash[] {
    return this.core.time.crashes;
  }

  /** What clients did that a host cannot run in virtual time, each once; empty if all is well. */
  get breaches(): readonly string[] {
    return [...this.core.guard.breaches];
  }

  get pendingTimers(): PendingTimer[] {
    return this.clients.flatMap(({ owner }) =>
      [...owner.timeouts].map((timeout) => ({
        client: owner.index,
        dueAtMs: timeout.dueAtMs,
        repeats: timeout.repeats,
        isReferenced: timeout.hasRef(),
      })),
    );
  }

  get openSockets(): OpenSocket[] {
    return [...this.core.network.sockets].map(({ owner, terms, openedAtMs, isReferenced }) => ({
      client: owner.index,
      host: terms.host,
      port: terms.port,
      openedAtMs,
      isReferenced,
    }));
  }

  /**
   * From now on, as somebody writes a fault to the running mock: `{ kind: 'outage', for: '10m' }`.
   * Returns what ends it. Throws for one that cannot be read.
   */
  addFault(order: Readonly<Record<string, unknown>>): () => void {
    const { time, cloud } = this.core;
    const read = readFault(order, time.nowMs());
    if (read.kind === 'problem') throw new Error(read.problem);
    return this.changeFault(read.fault, cloud.sts);
  }

  /** Ends all faults. */
  clearFaults(): void {
    const { time, cloud } = this.core;
    cloud.sts.changeFaults(time.nowMs(), (faults) => faults.removeAll());
  }

  /** Makes a further client, as a process that starts now does. Gives its number, 0-based. */
  async startClient(context: Partial<SubjectContext> = {}): Promise<number> {
    const index = this.clients.length;
    const hosted: Hosted = {
      owner: this.core.newOwner(index, `app.h0.p${index}`),
      ended: new AbortController(),
      client: undefined,
      error: undefined,
    };
    this.clients.push(hosted);
    await this.run(
      hosted.owner,
      () => {
        const made = this.terms.createClient(
          this.contextOf(hosted, { ...this.terms.context, ...context }),
        );
        if (!(made instanceof Promise)) {
          hosted.client = made;
          return;
        }
        hosted.client = { getCredentials: async () => (await made).getCredentials() };
        made.then(
          (client) => {
            hosted.client = client;
          },
          () => {}, // Each request is told.
        );
      },
      (error) => {
        hosted.error = error;
      },
    );
    return index;
  }

  /** One request, now. Resolves when this instant is over; the request may be waiting still. */
  async request(client = 0): Promise<HostedRequest> {
    const [request] = await this.requests(1, client);
    return request!;
  }

  /** So many requests at the same instant, one after the other, before any of them is answered. */
  async requests(count: number, client = 0): Promise<HostedRequest[]> {
    const hosted = this.clients[client];
    if (hosted === undefined) throw new Error(`there is no client ${client}`);
    const asked: Asked[] = [];
    await this.run(hosted.owner, () => {
      for (let i = 0; i < count; i += 1) asked.push(this.ask(hosted));
    });
    return asked;
  }

  /** One request of each client at the same instant: the same as one `request` after the other. */
  async requestEach(): Promise<HostedRequest[]> {
    const asked: Asked[] = [];
    await inOwnTurn(() => {
      for (const hosted of this.clients) {
        this.core.time.enter(hosted.owner, () => asked.push(this.ask(hosted)));
      }
    });
    await this.core.settle();
    return asked;
  }

  /** Time leaps by `ms` while no client runs, as a suspended machine's does: timers fire late. */
  leap(ms: number): void {
    this.core.time.atMs += ms;
  }

  /** Lets `use` do something with the client itself, as the client's code. */
  async withClient(client: number, use: (client: CredentialClient) => void): Promise<void> {
    const { owner, client: made } = this.clients[client]!;
    if (made !== undefined) await this.run(owner, () => use(made));
  }

  /** Moves time on to `toMs`, from timer to timer. */
  async advanceTo(toMs: number): Promise<void> {
    const { time } = this.core;
    for (;;) {
      await this.core.settle();
      const next = this.nextOwner();
      const atMs = next?.queue.nextAtMs ?? Number.POSITIVE_INFINITY;
      if (next === undefined || atMs > toMs) break;
      await inOwnTurn(() => {
        time.atMs = Math.max(time.atMs, atMs);
        time.fireDue(next);
      });
    }
    time.atMs = Math.max(time.atMs, toMs);
  }

  advanceBy(ms: number): Promise<void> {
    return this.advanceTo(this.nowMs + ms);
  }

  /** Calls the client's `close`, if it has one, and waits until it is done, or for `withinMs`. */
  async closeClient(
    client = 0,
    withinMs = 60_000,
  ): Promise<'closed' | 'failed' | 'hangs' | 'has-none'> {
    const hosted = this.clients[client]!;
    let outcome: 'closed' | 'failed' | 'hangs' | 'has-none' = 'hangs';
    await this.run(
      hosted.owner,
      () => {
        hosted.ended.abort();
        const { client: made } = hosted;
        if (made?.close === undefined) {
          outcome = 'has-none';
          return;
        }
        Promise.resolve(made.close()).then(
          () => {
            outcome = 'closed';
          },
          () => {
            outcome = 'failed';
          },
        );
      },
      () => {
        outcome = 'failed';
      },
    );
    if (outcome === 'hangs') await this.advanceBy(withinMs);
    return outcome;
  }

  /** Gives the thread its own time back. Clients that were not closed end with the host. */
  async close(): Promise<void> {
    await inOwnTurn(() => this.core.close());
  }

  private async run(
    owner: Owner,
    code: () => void,
    onError: (error: unknown) => void = (error) => this.core.time.crashed('exception', error),
  ): Promise<void> {
    await inOwnTurn(() =>
      this.core.time.enter(owner, () => {
        try {
          code();
        } catch (error) {
          onError(error);
        }
      }),
    );
    await this.core.settle();
  }

  private ask({ owner, client, error }: Hosted): Asked {
    const { time } = this.core;
    const asked = new Asked(owner.index, time.atMs);
    const failed = (reason: unknown) => asked.end('failed', time.atMs, undefined, reason);
    if (client === undefined) {
      failed(error);
      return asked;
    }
    try {
      const answer = client.getCredentials();
      Promise.resolve(answer).then(
        (credentials) => asked.end('served', time.atMs, credentials, undefined),
        failed,
      );
    } catch (thrown) {
      failed(thrown);
    }
    return asked;
  }

  /** Whose timer is due next; of equal instants, the client that was made first. */
  private nextOwner(): Owner | undefined {
    const owners = [this.core.time.host, ...this.clients.map(({ owner }) => owner)];
    let next: Owner | undefined;
    for (const owner of owners) {
      const atMs = owner.queue.nextAtMs;
      if (atMs !== undefined && atMs < (next?.queue.nextAtMs ?? Number.POSITIVE_INFINITY)) {
        next = owner;
      }
    }
    return next;
  }

  private changeFault(fault: MockFault, sts: HostCore['cloud']['sts']): () => void {
    const { time } = this.core;
    const entry = sts.changeFaults(time.nowMs(), (faults) => faults.add(fault));
    return () => {
      if (entry !== undefined) sts.changeFaults(time.nowMs(), (faults) => faults.remove(entry.id));
    };
  }

  /** `context.assumeRole` asks for what the rest of the context says. */
  private contextOf({ owner, ended }: Hosted, own: Partial<SubjectContext>): SubjectContext {
    const { seed } = this.terms;
    setMaxListeners(0, ended.signal); // One listener for each call in flight.
    const context = hostedContext(this.core.time, {
      seed,
      region: this.terms.sts?.region ?? 'cn-shanghai',
      identity: { kind: 'access-key', ...fakeAccessKey(seed, HOSTED_ACCOUNT, HOSTED_USER) },
      via: [],
      role: {
        roleArn: own.roleArn ?? HOSTED_ROLE_ARN,
        roleSessionName: own.roleSessionName ?? `app-${owner.index}`,
        durationSeconds: own.durationSeconds ?? 3_600,
        ...(own.externalId === undefined ? {} : { externalId: own.externalId }),
      },
      process: owner.name,
      host: 'app.h0',
      signal: ended.signal,
      options: {},
    });
    return { ...context, ...own };
  }
}

class Asked implements HostedRequest {
  readonly client: number;
  readonly askedAtMs: number;
  state: HostedRequest['state'] = 'waiting';
  endedAtMs: number | undefined;
  credentials: Credentials | undefined;
  error: unknown;

  constructor(client: number, askedAtMs: number) {
    this.client = client;
    this.askedAtMs = askedAtMs;
  }

  end(
    state: 'served' | 'failed',
    atMs: number,
    credentials: Credentials | undefined,
    error: unknown,
  ): void {
    this.state = state;
    this.endedAtMs = atMs;
    this.credentials = credentials;
    this.error = error;
  }
}

function defaultConfig(seed: number): MockStsConfig {
  return {
    seed,
    region: 'cn-shanghai',
    users: [
      {
        accountId: HOSTED_ACCOUNT,
        name: HOSTED_USER,
        accessKeys: [{ ...fakeAccessKey(seed, HOSTED_ACCOUNT, HOSTED_USER), active: true }],
        mayAssume: [HOSTED_ROLE_ARN],
      },
    ],
    roles: [
      {
        arn: HOSTED_ROLE_ARN,
        maxSessionDurationSeconds: 43_200,
        trust: {
          Version: '1',
          Statement: [
            {
              Effect: 'Allow',
              Action: 'sts:AssumeRole',
              Principal: { RAM: `acs:ram::${HOSTED_ACCOUNT}:user/${HOSTED_USER}` },
            },
          ],
        },
      },
    ],
    quota: { perRole: undefined, perAccount: undefined, limiter: { algorithm: 'fixed-window' } },
    latency: { medianMs: 20, p99Ms: 20 },
    faults: [],
  };
}
