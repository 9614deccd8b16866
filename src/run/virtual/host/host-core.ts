/**
 * A thread that has become a host: virtual time, seeded chance and the mock cloud in the place of its
 * own. What clients are, and when they are asked, is for whoever drives it: `virtual-host.ts` for
 * checks and tests, `hosted-cache.ts` for the simulator.
 *
 * Time moves when the driver sets `time.atMs`, and only after `settle`: when ticks, promises,
 * immediates and work on Node's thread pool have ended.
 */
import type { MockStsConfig } from '../../../../mock-sts/core/config.ts';
import type { CallChance } from '../../../../mock-sts/core/decider.ts';
import { loadUndici } from '../../../client/undici-loader.ts';
import { HarnessError } from '../../../kernel/errors.ts';
import type { CallRecord } from '../../../kernel/sts/call-record.ts';
import { patchChance } from './chance-patches.ts';
import { type Exchange, Exchanges } from './exchanges.ts';
import { watchFromBefore } from './from-before.ts';
import { Guard } from './guard.ts';
import { HostTime } from './host-time.ts';
import { type EditAnswer, MockCloud } from './mock-cloud.ts';
import { Network } from './network.ts';
import { NodeResources } from './node-resources.ts';
import { Owner } from './owner.ts';
import { Patches } from './patches.ts';
import { patchTime } from './time-patches.ts';
import { inOwnTurn } from './turns.ts';
import { patchZlib } from './zlib-patches.ts';

export interface HostTerms {
  readonly seed: number;
  /** Instants in it (faults, rotations) count from `ZERO_AT_MS`. */
  readonly config: MockStsConfig;
  /** Chance of a client's calls at STS; where it is left out, all share the mock's. */
  readonly chanceOf?: ((owner: Owner) => CallChance) | undefined;
  readonly onCall?: ((record: CallRecord) => void) | undefined;
  readonly onAnswered?: ((exchange: Exchange, owner: Owner) => void) | undefined;
  readonly editAnswer?: EditAnswer | undefined;
  /** False: ticks and promises are left to real turns of Node's loop, for comparison. */
  readonly drainsAtOnce?: boolean | undefined;
}

/** Real work that takes longer than this many turns of the event loop is not waited for. */
const REAL_TURNS_MAX = 1_000_000;
/** Work of Node's own that ends by itself: it is waited for, and takes no virtual time. */
const REAL_WORK = new Set([
  'FSReqCallback',
  'FSReqPromise',
  'CloseReq',
  'GetAddrInfoReqWrap',
  'GetNameInfoReqWrap',
  'QueryReqWrap',
  'Immediate',
]);

const PORT = 'MessagePort';

let hosting = false;

export class HostCore {
  readonly time: HostTime;
  readonly guard: Guard;
  readonly network: Network;
  readonly exchanges: Exchanges;
  readonly cloud: MockCloud;
  private readonly patches = new Patches();
  /** Further ones are those of a loader in another thread, which is at work on an `import()`. */
  private portsBefore = 0;
  private readonly resources = new NodeResources();
  /** As it was found last; no other while Node has made nothing new. */
  private isNodeAtWork = true;
  private readonly seed: number;
  private readonly onRejection = (error: unknown) => this.time.crashed('rejection', error);
  private readonly rejectionListeners = process.rawListeners('unhandledRejection');

  private constructor(
    terms: HostTerms,
    parts: Pick<HostCore, 'time' | 'guard' | 'exchanges' | 'cloud'>,
  ) {
    const { time, guard, exchanges, cloud } = parts;
    this.seed = terms.seed;
    this.time = time;
    this.guard = guard;
    this.exchanges = exchanges;
    this.cloud = cloud;
    this.network = new Network(time, {
      route: (host) => cloud.route(host),
      onOpened: (socket) => cloud.opened(socket),
      onStranger: (what) => guard.note(what),
    });
  }

  /** Throws if this thread is a host already: its globals can be patched once only. */
  static async open(terms: HostTerms): Promise<HostCore> {
    if (hosting) throw new Error('this thread hosts clients already: close that host first');
    hosting = true;
    // Beforehand: a client's first call would wait for it in real turns of the event loop.
    loadUndici();
    const time = new HostTime(terms.seed, terms.drainsAtOnce);
    const exchanges = new Exchanges(time, (exchange, owner) => terms.onAnswered?.(exchange, owner));
    const cloud = await MockCloud.open({
      config: terms.config,
      clock: time,
      chance: () => (time.current.index < 0 ? undefined : terms.chanceOf?.(time.current)),
      onCall: (record) => {
        exchanges.decided(record);
        terms.onCall?.(record);
      },
      editAnswer: terms.editAnswer,
    });
    for (const server of cloud.all) exchanges.watch(server);
    const core = new HostCore(terms, { time, guard: new Guard(), exchanges, cloud });
    core.install();
    return core;
  }

  /** Clients are loaded, and whatever they do from now on is to be in virtual time. */
  arm(): void {
    this.guard.isArmed = true;
    this.portsBefore = process.getActiveResourcesInfo().filter((type) => type === PORT).length;
  }

  newOwner(index: number, name: string): Owner {
    return new Owner(index, name, this.seed);
  }

  /** Whether Node still works on something that a client began, so that no time may pass. */
  get isUnsettled(): boolean {
    if (this.time.hasLoose || this.guard.pooled > 0) return true;
    if (!this.isNodeAtWork && !this.resources.hasNew()) return false;
    this.isNodeAtWork = this.findsWork();
    return this.isNodeAtWork;
  }

  /** Waits, at this instant, until nothing is left to happen in it. */
  settle(): Promise<void> {
    return this.afterSettling(() => {});
  }

  /** Runs `code` in a turn of its own, in which nothing is left to happen at this instant. */
  async afterSettling<T>(code: () => T): Promise<T> {
    if (this.isUnsettled) this.time.expectWork();
    for (let turn = 0; turn < REAL_TURNS_MAX; turn += 1) {
      const ran = await inOwnTurn(() => {
        this.time.goOn();
        if (!this.isUnsettled) {
          this.time.rest();
          return { outcome: code() };
        }
        this.time.expectWork();
        return undefined;
      });
      if (ran !== undefined) return ran.outcome;
    }
    throw new HarnessError('CLIENT_NEVER_SETTLES', 'a hosted client waits for real work too long', {
      hint: `Still under way: ${process.getActiveResourcesInfo().join(', ')}.`,
    });
  }

  /** Gives the thread its own time, chance and network back. */
  close(): void {
    this.cloud.close();
    for (const socket of this.network.sockets) socket.destroy();
    this.time.goOn();
    this.patches.restore();
    process.off('unhandledRejection', this.onRejection);
    for (const listener of this.rejectionListeners) {
      process.on('unhandledRejection', listener as NodeJS.UnhandledRejectionListener);
    }
    hosting = false;
  }

  /** Asks Node for all that it works on, which takes as long as an event of the simulator. */
  private findsWork(): boolean {
    let ports = 0;
    for (const type of process.getActiveResourcesInfo()) {
      if (REAL_WORK.has(type)) return true;
      if (type === PORT) ports += 1;
    }
    return ports > this.portsBefore;
  }

  private install(): void {
    // First: it makes a timer of real time.
    watchFromBefore(this.patches, (what) => {
      if (this.time.isRunning) this.guard.note(what);
    });
    patchTime(this.patches, this.time);
    patchChance(this.patches, this.time);
    patchZlib(this.patches, this.time);
    this.network.patch(this.patches);
    this.guard.patch(this.patches);
    this.patches.apply();
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', this.onRejection);
  }
}
