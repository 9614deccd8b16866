import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fakeAccessKey } from '../../mock-sts/core/landing-zone.ts';
import { RamSecrets } from '../../mock-sts/core/ram-secrets.ts';
import { CacheCore } from '../../src/client/cache-core.ts';
import { cachePolicy } from '../../src/client/policy.ts';
import { secretPolicy } from '../../src/client/secret-policy.ts';
import { stream } from '../../src/kernel/rng.ts';

const ACCOUNT = '1000000000000001';
const NAME = 'acs/ram/user/orders';
const HOUR_MS = 3_600_000;

const rotations = fc.array(
  fc.record({
    secret: fc.constant(NAME),
    atMs: fc.integer({ min: 0, max: 24 * HOUR_MS }),
    overlapMs: fc.integer({ min: 0, max: 2 * HOUR_MS }),
  }),
  { maxLength: 8 },
);

function secretsWith(due: readonly { secret: string; atMs: number; overlapMs: number }[]) {
  const key = { ...fakeAccessKey(1, ACCOUNT, 'orders'), active: true };
  return new RamSecrets({
    seed: 1,
    region: 'cn-shanghai',
    users: [{ accountId: ACCOUNT, name: 'orders', accessKeys: [key], mayAssume: [] }],
    roles: [],
    quota: { perRole: undefined, perAccount: undefined, limiter: { algorithm: 'fixed-window' } },
    latency: { medianMs: 1, p99Ms: 1 },
    faults: [],
    rotations: due,
  });
}

test('at every instant the key that KMS hands out works, whatever the rotations', () => {
  fc.assert(
    fc.property(
      rotations,
      fc.array(fc.integer({ min: 0, max: 30 * HOUR_MS }), { minLength: 1, maxLength: 50 }),
      (due, instants) => {
        const secrets = secretsWith(due);
        for (const nowMs of instants.sort((a, b) => a - b)) {
          const current = secrets.find(ACCOUNT, NAME, nowMs)!.versions.at(-1)!;
          expect(secrets.keyHolder(current.accessKey.accessKeyId, nowMs)).not.toBe('gone');
        }
      },
    ),
  );
});

test('a key that is kept by its time to live works as long as no overlap is shorter than that', () => {
  fc.assert(
    fc.property(
      rotations,
      fc.integer({ min: 60_000, max: HOUR_MS }),
      fc.array(fc.integer({ min: 0, max: HOUR_MS }), { minLength: 1, maxLength: 50 }),
      fc.integer(),
      (drawn, ttlMs, gapsMs, seed) => {
        const due = drawn.map((one) => ({ ...one, overlapMs: ttlMs + one.overlapMs }));
        const secrets = secretsWith(due);
        const cache = new CacheCore(cachePolicy(secretPolicy(ttlMs)), {
          jitter: stream(seed, 'jitter'),
          backoff: stream(seed, 'backoff'),
        });
        let nowMs = 0;
        for (const [waiter, gapMs] of gapsMs.entries()) {
          nowMs += gapMs;
          // Reads take no time, so whoever has to wait is served by the read that he sets off.
          let served = '';
          const effects = [...cache.request(nowMs, waiter)];
          for (let effect = effects.shift(); effect !== undefined; effect = effects.shift()) {
            if (effect.kind === 'serve') served = effect.credential.accessKeyId;
            if (effect.kind !== 'refresh') continue;
            const { accessKey } = secrets.find(ACCOUNT, NAME, nowMs)!.versions.at(-1)!;
            const credential = { ...accessKey, securityToken: '', expiresAtMs: nowMs + ttlMs };
            effects.push(...cache.refreshSucceeded(nowMs, effect.flight, credential));
          }
          expect(served).not.toBe('');
          expect(secrets.keyHolder(served, nowMs)).not.toBe('gone');
        }
      },
    ),
  );
});
