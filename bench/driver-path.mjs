/**
 * What measuring costs: the driver's path of one request (clock, recorder, stall detection) against
 * a bare loop that awaits the same cached client. Run `npm run build` first.
 */

import { Recorder } from '../dist/src/measure/recorder.js';
import { ProcessSlot } from '../dist/src/run/live/process-slot.js';
import { Requester } from '../dist/src/run/live/requester.js';
import { newRunClockShare, RunClock } from '../dist/src/run/live/run-clock.js';
import { interleaved, median, verdictRow } from './medians.mjs';

const OPERATIONS = 1_000_000;
const PER_TURN = 64;
const ROUNDS = 7;

const clock = new RunClock(newRunClockShare());
const credential = {
  accessKeyId: 'STS.bench',
  accessKeySecret: 'not a secret',
  securityToken: 'not a token',
  expiresAtMs: clock.nowMs() + 3_600_000,
};
const client = {
  async getCredentials() {
    if (Date.now() > credential.expiresAtMs) throw new Error('expired');
    return credential;
  },
};

/** Ends the turn's microtasks; the event loop's own poll is on neither side. */
const turn = () => new Promise((resolve) => queueMicrotask(() => process.nextTick(resolve)));

async function bare() {
  const begun = performance.now();
  for (let i = 0; i < OPERATIONS; i += 1) await client.getCredentials();
  return OPERATIONS / (performance.now() - begun);
}

async function measured() {
  const zeroAtMs = clock.nowMs();
  const shape = {
    apps: [{ name: 'bench', user: 'bench', roleArn: 'acs:ram::1000000000000001:role/bench' }],
    windows: [{ name: 'all', atMs: 0, forMs: 600_000 }],
    endMs: 600_000,
    stallThresholdMs: 1,
  };
  const recorder = new Recorder(shape);
  const requester = new Requester(clock, zeroAtMs, recorder);
  // The request's work is simulated, not measured: it is on neither side.
  const work = { start: (atMs) => atMs };
  const slot = new ProcessSlot(
    { index: 0, app: 0, host: 0, indexInApp: 0, name: 'bench.h0.p0', startMs: 0 },
    { work, arrivals: undefined, fastForward: { mode: 'jump' } },
  );
  slot.client = client;
  const begun = performance.now();
  for (let done = 0; done < OPERATIONS; done += PER_TURN) {
    const nowMs = requester.now();
    for (let i = 0; i < PER_TURN; i += 1) {
      requester.request(slot, nowMs);
    }
    await turn();
  }
  return OPERATIONS / (performance.now() - begun);
}

const figures = await interleaved({ bare, measured }, ROUNDS);
const per = Object.fromEntries(Object.entries(figures).map(([name, v]) => [name, median(v)]));
console.log(`bare await loop   ${(1e6 / per.bare).toFixed(0)} ns a request`);
console.log(`measured path     ${(1e6 / per.measured).toFixed(0)} ns a request`);
console.log(verdictRow('measured path against the bare loop', per.measured / per.bare, 0.8));
