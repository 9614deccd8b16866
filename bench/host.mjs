// What real clients cost in virtual time: requests a second of one core, asked one by one.
//
//   npm run build && node bench/host.mjs [seconds of virtual time]
//
// A day of one client at 50 requests a second (86,400 s) should take less than 30 seconds of one core.
//
// Then the host's drain: the events of a thousand real async clients (`async-client.mjs`), with promises run to
// their end at once, against one `setImmediate` an event. Both must serve the same requests at the same instants
// with the same credentials. The whole simulation gains less by it, because the client's own work, arrivals and
// records are the same either way: how much is said without a target.

import { deepStrictEqual } from 'node:assert/strict';
import { simulateHosted } from '../dist/src/run/virtual/host/simulate-hosted.js';
import { parseScenario } from '../dist/src/scenario/parse.js';
import { createClient } from './async-client.mjs';
import { drain, poissonPlan } from './host-drain.mjs';
import { interleaved, median, verdictRow } from './medians.mjs';

const ROUNDS = 5;
const TARGET = 3;
const seconds = Number(process.argv[2] ?? 86_400);
const cpuUsage = process.cpuUsage.bind(process);

const scenarioOf = (lengthSeconds) =>
  parseScenario(
    `# What does a client cost in virtual time?
seed: 1
duration: ${lengthSeconds}s
caller: { account: '1000000000000001', region: cn-shanghai }
apps:
  app:
    role: { arn: 'acs:ram::1100000000000001:role/role-app-prd' }
    hosts: 1
    load: { rate: 50/s }
    work: { service: { median: 5ms, p99: 40ms } }
sts: { latency: { median: 20ms, p99: 100ms } }
`,
    'bench.yaml',
  );

async function simulate(override, lengthSeconds, more = {}) {
  const scenario = scenarioOf(lengthSeconds);
  const task = { scenario, name: override, override, seed: 1, skipsAhead: false, ...more };
  const before = cpuUsage();
  const { result } = await simulateHosted(task, { isStopped: () => false, onProgress: () => {} });
  const { user, system } = cpuUsage(before);
  return { result, cpuSeconds: (user + system) / 1e6 };
}

async function measure(label, override, lengthSeconds) {
  const { result, cpuSeconds } = await simulate(override, lengthSeconds);
  const { requests, assumeRole } = result.totals;
  console.log(
    `${label.padEnd(18)} ${requests.offered} requests, ${assumeRole.calls} calls: ` +
      `${cpuSeconds.toFixed(1)} s of CPU, ${Math.round(requests.offered / cpuSeconds)} requests/s`,
  );
}

/** The other way's time as a multiple of the fast one's: the median of those of each round. */
async function ratioOf(timed) {
  let same;
  const run = (drainsAtOnce) => async () => {
    const { time, outcome } = await timed(drainsAtOnce);
    same ??= outcome;
    deepStrictEqual(outcome, same);
    return time;
  };
  await run(true)();
  await run(false)();
  const { fast, turns } = await interleaved({ fast: run(true), turns: run(false) }, ROUNDS);
  const ratio = median(turns.map((time, round) => time / fast[round]));
  return { ratio, fast: median(fast), turns: median(turns) };
}

await measure('warm-up', 'alibaba-sdk', 60);
await measure('alibaba-sdk', 'alibaba-sdk', seconds);
await measure('hosted:reference', 'hosted:reference', seconds);
await measure('module', 'module:test/fixtures/clients/client.mjs', seconds);

const plan = poissonPlan({ clients: 1_000, requests: 200_000, perSecond: 50 });
const drained = await ratioOf(async (drainsAtOnce) => {
  const { usPerEvent, trace } = await drain(createClient, plan, drainsAtOnce);
  return { time: usPerEvent, outcome: trace };
});
const simulated = await ratioOf(async (drainsAtOnce) => {
  const { cpuSeconds, result } = await simulate('alibaba-sdk', seconds / 40, { drainsAtOnce });
  return { time: cpuSeconds, outcome: result };
});
console.log(
  `an event of an async client: ${drained.fast.toFixed(2)} us, ` +
    `${drained.turns.toFixed(2)} us by one setImmediate an event`,
);
console.log(
  `whole simulation of alibaba-sdk by turns of Node's loop: ${simulated.ratio.toFixed(1)} times the CPU`,
);
console.log(verdictRow('drained at once against one setImmediate an event', drained.ratio, TARGET));
