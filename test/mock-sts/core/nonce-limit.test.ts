import { expect, it } from 'vitest';
import { NonceStore } from '../../../mock-sts/core/wire/nonce-store.ts';
import { NOW_MS } from '../landing.ts';

/** As docs/mock.md states it. */
const REMEMBERED = 1_000_000;

it('nonces beyond the limit push out the oldest, and no others', () => {
  const store = new NonceStore(900_000);
  for (let i = 0; i < 2 * REMEMBERED + 1; i += 1) store.use(`nonce ${i}`, NOW_MS);
  expect(store.use(`nonce ${2 * REMEMBERED}`, NOW_MS)).toBe(false);
  expect(store.use(`nonce ${REMEMBERED}`, NOW_MS)).toBe(false);
  expect(store.use('nonce 0', NOW_MS)).toBe(true);
}, 30_000);
