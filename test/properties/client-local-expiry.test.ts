import fc from 'fast-check';
import { expect, it } from 'vitest';
import { localExpiryMs } from '../../src/client/local-expiry.ts';

const SENT_AT_MS = 1_700_000_000_123;

it('a credential is taken to live no longer than it does, and hardly shorter, whatever the clocks say', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -86_400_000, max: 86_400_000 }),
      fc.integer({ min: 900, max: 43_200 }),
      fc.integer({ min: 0, max: 5_000 }),
      fc.integer({ min: 0, max: 5_000 }),
      (skewMs, durationSeconds, outMs, backMs) => {
        const issuedAtMs = SENT_AT_MS + outMs;
        const wholeSecond = (atMs: number) => Math.floor(atMs / 1_000) * 1_000;
        // STS tells whole seconds of its own clock: expiry in the body, Date at the answer.
        const expiresAtMs = wholeSecond(issuedAtMs + skewMs + durationSeconds * 1_000);
        const serverAtMs = wholeSecond(issuedAtMs + skewMs + backMs);
        const actual = localExpiryMs({
          sentAtMs: SENT_AT_MS,
          durationSeconds,
          expiresAtMs,
          serverAtMs,
        });
        const trueMs = expiresAtMs - skewMs;
        expect(actual).toBeLessThanOrEqual(trueMs + 1_000);
        expect(actual).toBeGreaterThanOrEqual(trueMs - outMs - backMs - 1_000);
      },
    ),
  );
});
