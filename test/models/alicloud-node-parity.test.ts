/**
 * Holds the model of Alibaba Cloud's Node SDK against the SDK itself: its own session cache, with
 * the same instants, answers and chance, has to take the same decisions.
 */
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CredentialCache } from '../../src/client/credential-cache.ts';
import { type Rng, stream } from '../../src/kernel/rng.ts';
import { presetNamed } from '../../src/models/presets.ts';
import { failureOf } from '../client/core-driver.ts';

interface Session {
  readonly accessKeyId: string;
  readonly expiration: string;
}

interface Refresh {
  resolve(session: Session): void;
  reject(error: Error): void;
}

interface SessionCredentialProvider {
  refresher: () => Promise<Session>;
  getCredentials(): Promise<{ accessKeyId: string }>;
}

const { SessionCredentialProvider: Sdk } = createRequire(import.meta.url)(
  '@alicloud/credentials/dist/src/providers/session.js',
) as { SessionCredentialProvider: new (staleSeconds: number) => SessionCredentialProvider };

const START_MS = 1_700_000_000_000;
const FAILURE = failureOf('transient');
const SESSION = { durationSeconds: 3_600 };

/** What a request came to, by its number: the key it was served with, or `failed`. */
type Outcomes = Map<number, string>;

class SdkUnderTest {
  readonly outcomes: Outcomes = new Map();
  readonly refreshes: Refresh[] = [];
  private readonly provider = new Sdk(900);

  constructor() {
    this.provider.refresher = () =>
      new Promise((resolve, reject) => this.refreshes.push({ resolve, reject }));
  }

  request(number: number): void {
    this.provider.getCredentials().then(
      ({ accessKeyId }) => this.outcomes.set(number, accessKeyId),
      () => this.outcomes.set(number, 'failed'),
    );
  }
}

class ModelUnderTest {
  readonly outcomes: Outcomes = new Map();
  readonly refreshes: number[] = [];
  private readonly cache: CredentialCache;

  constructor(backoff: Rng) {
    this.cache = presetNamed('alicloud-node')!.newCache({ jitter: backoff, backoff }, SESSION);
  }

  request(nowMs: number, number: number): void {
    this.take(this.cache.request(nowMs, number));
  }

  succeed(nowMs: number, flight: number, session: Session): void {
    const expiresAtMs = Date.parse(session.expiration);
    const { accessKeyId } = session;
    const credential = { accessKeyId, accessKeySecret: 's', securityToken: 't', expiresAtMs };
    this.take(this.cache.refreshSucceeded(nowMs, flight, credential));
  }

  fail(nowMs: number, flight: number): void {
    this.take(this.cache.refreshFailed(nowMs, flight, FAILURE));
  }

  private take(effects: ReturnType<CredentialCache['request']>): void {
    for (const effect of effects) {
      if (effect.kind === 'refresh') this.refreshes.push(effect.flight);
      else if (effect.kind === 'fail') this.outcomes.set(effect.waiter, 'failed');
      else this.outcomes.set(effect.waiter, effect.credential.accessKeyId);
    }
  }
}

const stepArb = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ kind: 'ask' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.oneof(
        fc.integer({ min: 0, max: 5_000 }),
        fc.integer({ min: 0, max: 75 }).map((seconds) => seconds * 1_000),
        fc.integer({ min: 0, max: 5_000_000 }),
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('succeed' as const),
      which: fc.nat(),
      lifetimeSeconds: fc.constantFrom(3_600, 3_600, 900, 901, 600, 0, -1, -1_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('fail' as const), which: fc.nat() }),
  },
);

type Step = typeof stepArb extends fc.Arbitrary<infer Value> ? Value : never;

class Pair {
  readonly sdk = new SdkUnderTest();
  readonly model: ModelUnderTest;
  private asked = 0;
  private issued = 0;

  constructor(seed: number) {
    const chance = stream(seed, 'backoff');
    vi.spyOn(Math, 'random').mockImplementation(() => chance.next());
    vi.setSystemTime(START_MS);
    this.model = new ModelUnderTest(stream(seed, 'backoff'));
  }

  async take(step: Step): Promise<void> {
    const nowMs = Date.now();
    if (step.kind === 'wait') vi.setSystemTime(nowMs + step.ms);
    else if (step.kind === 'ask') this.ask(nowMs);
    else this.answer(nowMs, step);
    for (let i = 0; i < 10; i += 1) await Promise.resolve();
    expect(this.model.refreshes).toHaveLength(this.sdk.refreshes.length);
    expect([...this.model.outcomes]).toEqual([...this.sdk.outcomes]);
  }

  private ask(nowMs: number): void {
    this.asked += 1;
    this.sdk.request(this.asked);
    this.model.request(nowMs, this.asked);
  }

  private answer(nowMs: number, step: Exclude<Step, { kind: 'ask' | 'wait' }>): void {
    if (this.sdk.refreshes.length === 0) return;
    const [refresh] = this.sdk.refreshes.splice(step.which % this.sdk.refreshes.length, 1);
    const [flight] = this.model.refreshes.splice(step.which % this.model.refreshes.length, 1);
    if (step.kind === 'fail') {
      refresh!.reject(new Error('no'));
      this.model.fail(nowMs, flight!);
      return;
    }
    this.issued += 1;
    const wholeMs = Math.floor((nowMs + step.lifetimeSeconds * 1_000) / 1_000) * 1_000;
    const expiration = new Date(wholeMs).toISOString().replace('.000Z', 'Z');
    const session = { accessKeyId: `STS.${this.issued}`, expiration };
    refresh!.resolve({ ...session, accessKeySecret: 's', securityToken: 't' } as Session);
    this.model.succeed(nowMs, flight!, session);
  }
}

describe('alicloud-node beside the SDK', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('takes the same decisions whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.array(stepArb, { maxLength: 80, size: 'max' }),
        async (seed, steps) => {
          const pair = new Pair(seed);
          for (const step of steps) await pair.take(step);
          vi.restoreAllMocks();
        },
      ),
      { numRuns: 400 },
    );
  });
});
