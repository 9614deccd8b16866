// Events of real async clients in a host, without a simulator around it: requests at planned instants, and
// the timers that clients set. How promises are run to their end is the host's.

import { stream } from '../dist/src/kernel/rng.js';
import { clientContext } from '../dist/src/run/virtual/host/client-context.js';
import { defaultConfig } from '../dist/src/run/virtual/host/default-cloud.js';
import { HostCore } from '../dist/src/run/virtual/host/host-core.js';

// Taken before a host puts its own in their place.
const realImmediate = globalThis.setImmediate;
const cpuUsage = process.cpuUsage.bind(process);
const SEED = 1;
const EVENTS_PER_TURN = 10_000;

/** Poisson arrivals: when, and of which client. */
export function poissonPlan({ clients, requests, perSecond }) {
  const rng = stream(SEED, 'bench');
  const atMs = new Float64Array(requests);
  const client = new Int32Array(requests);
  let lastMs = 0;
  for (let i = 0; i < requests; i += 1) {
    lastMs += (rng.exponential() * 1_000) / perSecond;
    atMs[i] = lastMs;
    client[i] = rng.below(clients);
  }
  return { atMs, client, clients };
}

/**
 * `drainsAtOnce`: false has each event drained by one `setImmediate`, in a loop as bare as can be: it does not
 * even ask, as the host does, whether Node still works on something. Ends at the last request's instant. Gives microseconds of CPU an event, and when each
 * request was served, and with what.
 */
export async function drain(createClient, plan, drainsAtOnce) {
  const core = await HostCore.open({ seed: SEED, config: defaultConfig(SEED), drainsAtOnce });
  const { time } = core;
  const owner = core.newOwner(0, 'app.h0.p0');
  const { signal } = new AbortController();
  core.arm();
  const clients = [];
  await core.afterSettling(() => {
    time.enter(owner, () => {
      const terms = { seed: SEED, region: undefined, owner, signal, told: {} };
      for (let i = 0; i < plan.clients; i += 1) {
        clients.push(createClient(clientContext(time, terms)));
      }
    });
  });

  const servedMs = new Float64Array(plan.atMs.length).fill(Number.NaN);
  const keys = new Array(plan.atMs.length).fill('');
  let next = 0;
  let events = 0;
  const ask = () => {
    const request = next;
    next += 1;
    clients[plan.client[request]].getCredentials().then(({ accessKeyId }) => {
      servedMs[request] = time.atMs;
      keys[request] = accessKeyId;
    });
  };
  /** False once there is no further request. */
  const runNext = () => {
    if (next === plan.atMs.length) return false;
    events += 1;
    const timerAtMs = owner.queue.nextAtMs ?? Number.POSITIVE_INFINITY;
    time.atMs = Math.min(plan.atMs[next], timerAtMs);
    if (timerAtMs <= time.atMs) time.fireDue(owner);
    else time.enter(owner, ask);
    return true;
  };
  const runSome = () => {
    for (let left = EVENTS_PER_TURN; left > 0; left -= 1) {
      if (core.isUnsettled) return true;
      if (!runNext()) return false;
    }
    return true;
  };
  const runByTurns = () =>
    new Promise((resolve) => {
      const turn = () => {
        time.goOn(); // Immediates that a client has set.
        if (time.hasLoose || runNext()) realImmediate(turn);
        else resolve();
      };
      realImmediate(turn);
    });

  const before = cpuUsage();
  if (drainsAtOnce) while (await core.afterSettling(runSome));
  else await runByTurns();
  const { user, system } = cpuUsage(before);
  await core.afterSettling(() => core.close());
  return { usPerEvent: (user + system) / events, events, trace: { servedMs, keys } };
}
