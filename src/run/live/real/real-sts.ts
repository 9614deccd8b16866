/**
 * Real STS as the coordinator holds it: the thread of the gate, who is calling, and a handle for each
 * replay that stands in the place of the mock's.
 */
import { Worker } from 'node:worker_threads';
import type { MockHandle } from '../mock-handle.ts';
import type { MockCounts, MockThreadData } from '../protocol.ts';
import { ThreadLine } from '../thread-line.ts';
import { gateEnvironment } from './environments.ts';
import type { ChainIdentity, FromGate, RealStsTerms, ToGate } from './gate-protocol.ts';
import type { GuardStop } from './stop-rules.ts';

const NOWHERE = { metadataEndpoint: '', kmsEndpoint: '' };
const NO_CALLS: MockCounts = { calls: 0, throttled: 0 };

export class RealSts {
  readonly terms: RealStsTerms;
  private readonly line: ThreadLine<ToGate, FromGate>;
  private readonly ended = new AbortController();
  private counts = NO_CALLS;
  private stop: GuardStop | undefined;

  /** Sends nothing yet. The environment of this moment is the chain's. */
  constructor(terms: RealStsTerms) {
    this.terms = terms;
    const worker = new Worker(new URL('./gate-thread.js', import.meta.url), {
      workerData: terms,
      name: 'gate',
      env: gateEnvironment(process.env),
    });
    this.line = new ThreadLine(worker, 'the gate to STS');
    this.line.onMessage((message) => this.hear(message));
    // Who waits for an answer is told; before that nobody has to be.
    void this.line.died.then(() => this.ended.abort());
  }

  /** The chain's first credential and GetCallerIdentity. */
  async identify(): Promise<ChainIdentity> {
    return (await this.line.ask({ kind: 'identify' }, 'identified')).identity;
  }

  /** In the place of a mock, for one replay. */
  async open({
    config,
    clock,
    zeroAtMs,
  }: Omit<MockThreadData, 'caDirectory'>): Promise<MockHandle> {
    this.counts = NO_CALLS;
    const drive = { config: withoutModel(config), clock, zeroAtMs };
    const { authority, caPem } = await this.line.ask({ kind: 'open', drive }, 'opened');
    const { line } = this;
    const countsNow = () => this.counts;
    return {
      endpoint: `https://${authority}`,
      caPem,
      resourceEndpoint: '',
      around: NOWHERE,
      get counts() {
        return countsNow();
      },
      hop: async () => {},
      calls: async () => (await line.ask({ kind: 'log' }, 'log')).log,
      died: line.died,
      finish: async () => (await line.ask({ kind: 'finish' }, 'finished')).log,
      destroy: async () => {},
    };
  }

  /** Aborted when the guard has ended the run. */
  get stopSignal(): AbortSignal {
    return this.ended.signal;
  }

  /** What ended the run, if the guard did. */
  get stopped(): GuardStop | undefined {
    return this.stop;
  }

  /** No call is sent any more. */
  halt(text: string): void {
    this.line.tell({ kind: 'stop', stop: { rule: 'asked', text } });
  }

  close(): Promise<void> {
    return this.line.terminate();
  }

  private hear(message: FromGate): void {
    if (message.kind === 'counts') this.counts = message.counts;
    if (message.kind !== 'stopped') return;
    if (message.stop.rule !== 'asked') this.stop = message.stop;
    this.ended.abort();
  }
}

/** What real STS decides by itself. */
function withoutModel(config: MockThreadData['config']): MockThreadData['config'] {
  return {
    ...config,
    latency: { medianMs: 0, p99Ms: 0 },
    quota: { ...config.quota, perRole: undefined, perAccount: undefined },
    faults: [],
  };
}
