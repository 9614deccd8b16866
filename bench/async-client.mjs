// A client as an application may have written it: layers of async functions, one refresh at a time, and
// another try where one in fifty is refused. Its STS is a timer, so that nothing is measured but promises.

import { setTimeout as wait } from 'node:timers/promises';

const LIFETIME_MS = 900_000;
const STALE_MS = 60_000;

export function createClient({ random }) {
  let current;
  let flight;
  let count = 0;

  async function call() {
    await wait(20 + 60 * random());
    if (random() < 0.02) throw new Error('Throttling.User');
    count += 1;
    return {
      accessKeyId: `STS.${count}`,
      accessKeySecret: 'x',
      expiresAtMs: Date.now() + LIFETIME_MS,
    };
  }

  async function refresh() {
    for (;;) {
      try {
        return await call();
      } catch {
        await wait(100 + 100 * random());
      }
    }
  }

  async function fresh() {
    if (current !== undefined && Date.now() < current.expiresAtMs - STALE_MS) return current;
    flight ??= refresh().finally(() => {
      flight = undefined;
    });
    current = await flight;
    return current;
  }

  return { getCredentials: async () => await fresh() };
}
