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
import type { MockStsConfig } from '../../../../mock-sts/core/config.ts';
import type { CallRecord } from '../../../kernel/sts/call-record.ts';
import { subjectNamed } from '../../subjects/registry.ts';
import type { CreateClient, CredentialClient, SubjectContext } from '../../subjects/subject.ts';
import { advance } from './advance.ts';
import { clientContext } from './client-context.ts';
import { defaultConfig } from './default-cloud.ts';
import type { Exchange } from './exchanges.ts';
import { HostCore } from './host-core.ts';
import { addFault, clearFaults } from './host-faults.ts';
import type { Crash } from './host-time.ts';
import { type CloseOutcome, HostedClient } from './hosted-client.ts';
import type { Asked, HostedRequest } from './hosted-request.ts';
import {
  type OpenSocket,
  openSocketsOf,
  type PendingTimer,
  pendingTimersOf,
} from './left-behind.ts';
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
    core.arm();
    core.time.skewMs = options.skewMs ?? 0;
    const host = new VirtualHost(core, { ...options, seed, createClient });
    await host.startClient();
    return host;
  } catch (error) {
    core.close();
    throw error;
  }
}

type Terms = HostClientOptions & { readonly seed: number; readonly createClient: CreateClient };

export class VirtualHost {
  private readonly core: HostCore;
  private readonly terms: Terms;
  private readonly clients: HostedClient[] = [];

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
    return pendingTimersOf(this.clients.map(({ owner }) => owner));
  }

  get openSockets(): OpenSocket[] {
    return openSocketsOf(this.core.network);
  }

  /**
   * From now on, as somebody writes a fault to the running mock: `{ kind: 'outage', for: '10m' }`.
   * Returns what ends it. Throws for one that cannot be read.
   */
  addFault(order: Readonly<Record<string, unknown>>): () => void {
    return addFault(this.core, order);
  }

  /** Ends all faults. */
  clearFaults(): void {
    clearFaults(this.core);
  }

  /** Makes a further client, as a process that starts now does. Gives its number, 0-based. */
  async startClient(context: Partial<SubjectContext> = {}): Promise<number> {
    const index = this.clients.length;
    const hosted = new HostedClient(this.core.time, this.core.newOwner(index, `app.h0.p${index}`));
    this.clients.push(hosted);
    const { createClient } = this.terms;
    await this.run(hosted.owner, () => hosted.start(createClient, this.contextOf(hosted, context)));
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
      for (let i = 0; i < count; i += 1) asked.push(hosted.ask());
    });
    return asked;
  }

  /** One request of each client at the same instant: the same as one `request` after the other. */
  async requestEach(): Promise<HostedRequest[]> {
    const asked: Asked[] = [];
    await inOwnTurn(() => {
      for (const hosted of this.clients) {
        this.core.time.enter(hosted.owner, () => asked.push(hosted.ask()));
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
  advanceTo(toMs: number): Promise<void> {
    const { core, clients } = this;
    return advance(core, [core.time.host, ...clients.map(({ owner }) => owner)], toMs);
  }

  advanceBy(ms: number): Promise<void> {
    return this.advanceTo(this.nowMs + ms);
  }

  /** Calls the client's `close`, if it has one, and waits until it is done, or for `withinMs`. */
  async closeClient(client = 0, withinMs = 60_000): Promise<CloseOutcome> {
    const hosted = this.clients[client]!;
    let closing: { readonly outcome: CloseOutcome } = { outcome: 'hangs' };
    await this.run(hosted.owner, () => {
      closing = hosted.close();
    });
    if (closing.outcome === 'hangs') await this.advanceBy(withinMs);
    return closing.outcome;
  }

  /** Gives the thread its own time back. Clients that were not closed end with the host. */
  async close(): Promise<void> {
    await inOwnTurn(() => this.core.close());
  }

  private async run(owner: Owner, code: () => void): Promise<void> {
    await inOwnTurn(() => this.core.time.enter(owner, code));
    await this.core.settle();
  }

  private contextOf(
    { owner, signal }: HostedClient,
    context: Partial<SubjectContext>,
  ): SubjectContext {
    const { seed, sts, context: common } = this.terms;
    const told = { ...common, ...context };
    return clientContext(this.core.time, { seed, region: sts?.region, owner, signal, told });
  }
}
