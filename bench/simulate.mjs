/**
 * The simulator: how its time grows, and what skipping ahead over cache hits is worth. Everything in
 * one process on one core; medians of interleaved rounds after a warm-up.
 *
 * Build first (`npm run build`), then `node bench/simulate.mjs`. The request-by-request side of the
 * comparison takes a minute a round; `--rounds 1` is enough to see its order of magnitude.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runVirtual } from '../dist/src/run/virtual/virtual-run.js';
import { loadScenario } from '../dist/src/scenario/load.js';
import { parseScenario } from '../dist/src/scenario/parse.js';
import { interleaved, median, verdictRow } from './medians.mjs';

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
    fleet: { type: 'boolean' },
  },
});
const ROUNDS = Number(flags.rounds);
const SCENARIOS = fileURLToPath(new URL('../scenarios', import.meta.url));

function scenarioOf({ processes, peakPerSecond, duration, within = '45m' }) {
  const low = peakPerSecond * 0.3;
  return parseScenario(
    `# How fast is the simulator?
seed: 1
duration: ${duration}
caller: { account: '1000000000000001', region: cn-shanghai }
apps:
  app:
    role: { arn: 'acs:ram::1100000000000001:role/role-app-prd' }
    hosts: ${processes}
    start: { mode: together, within: ${within} }
    load: { curve: [[0s, ${low}/s], [2h, ${low}/s], [4h, ${peakPerSecond}/s], [6h, ${low}/s]] }
windows:
  - { name: peak, at: 4h, for: 10s }
`,
    'bench.yaml',
  );
}

async function simulate(scenario, subject, skipsAhead = true) {
  const begunMs = performance.now();
  const { subjects } = await runVirtual({
    scenario,
    subjects: [subject],
    replications: 1,
    skipsAhead,
    command: 'bench',
    version: '0',
    stop: new AbortController().signal,
    onProgress: () => {},
  });
  return { ms: performance.now() - begunMs, subject: subjects[0] };
}

const timed = (scenario, subject) => async () => (await simulate(scenario, subject)).ms;

if (flags.fleet) {
  // By itself in a process, so that its memory is its own.
  const scenario = scenarioOf({ processes: 10_000, peakPerSecond: 500_000, duration: '168h' });
  const { ms, subject } = await simulate(scenario, 'reference');
  const peakMb = process.resourceUsage().maxRSS / 1_024;
  process.send({
    ms,
    peakMb,
    calls: subject.totals.assumeRole.calls,
    offered: subject.totals.requests.offered,
  });
  process.disconnect();
} else {
  const parts = { day, growth, fleet, skipping };
  for (const [name, run] of Object.entries(parts)) {
    if (flags.only === undefined || flags.only === name) await run();
  }
}

/** The whole day of the default scenario, and the target day: 1,000 processes, 50,000 requests a second. */
async function day() {
  const peak = loadScenario('peak-6m-users', { scenariosDirectory: SCENARIOS });
  const target = scenarioOf({ processes: 1_000, peakPerSecond: 50_000, duration: '24h' });
  for (const [name, scenario] of [
    ['peak-6m-users, 24 h', peak],
    ['1,000 processes, 50 k/s, 24 h', target],
  ]) {
    for (const subject of ['reference', 'alibaba-sdk']) {
      const cold = await simulate(scenario, subject);
      const { warm } = await interleaved({ warm: timed(scenario, subject) }, ROUNDS);
      const seconds = median(warm) / 1_000;
      const { offered } = cold.subject.totals.requests;
      console.log(
        `${`${name}, ${subject}`.padEnd(46)} ${(seconds * 1_000).toFixed(0).padStart(5)} ms (first ${cold.ms.toFixed(0)} ms)  ${(offered / seconds / 1e9).toFixed(1)} G requests/s, ${cold.subject.totals.assumeRole.calls} calls`,
      );
      if (scenario === peak)
        console.log(verdictRow('  seconds for the day, at most', seconds, 1, { atMost: true }));
      else console.log(verdictRow('  simulated seconds a second', 86_400 / seconds, 500_000));
    }
  }
}

/** Ten times the requests at one fleet; ten times the processes at one rate a process. */
async function growth() {
  const plain = scenarioOf({ processes: 300, peakPerSecond: 30_000, duration: '24h' });
  const busier = scenarioOf({ processes: 300, peakPerSecond: 300_000, duration: '24h' });
  const larger = scenarioOf({ processes: 3_000, peakPerSecond: 300_000, duration: '24h' });
  for (const scenario of [plain, busier, larger]) await simulate(scenario, 'reference');
  const times = await interleaved(
    {
      plain: timed(plain, 'reference'),
      busier: timed(busier, 'reference'),
      larger: timed(larger, 'reference'),
    },
    2 * ROUNDS,
  );
  const base = median(times.plain);
  console.log(
    verdictRow('time at 10 x the requests', median(times.busier) / base, 1.5, { atMost: true }),
  );
  console.log(
    verdictRow('time at 10 x the processes', median(times.larger) / base, 12, { atMost: true }),
  );
}

/** 10,000 processes for seven days. */
async function fleet() {
  const child = fork(fileURLToPath(import.meta.url), ['--fleet']);
  const { ms, peakMb, calls, offered } = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('error', reject);
  });
  console.log(
    `10,000 processes for seven days: ${(offered / 1e9).toFixed(0)} G requests, ${calls} calls`,
  );
  console.log(verdictRow('  seconds', ms / 1_000, 60, { atMost: true }));
  console.log(verdictRow('  MB of memory at most', peakMb, 500, { atMost: true }));
}

/** The same plan with every request simulated: 100 processes, 5,000 requests a second, 6 hours. */
async function skipping() {
  const scenario = scenarioOf({ processes: 100, peakPerSecond: 5_000, duration: '6h' });
  await simulate(scenario, 'alibaba-sdk');
  const ratios = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const on = [];
    for (let i = 0; i < 5; i += 1) on.push((await simulate(scenario, 'alibaba-sdk')).ms);
    const off = await simulate(scenario, 'alibaba-sdk', false);
    ratios.push(off.ms / median(on));
    if (round > 0) continue;
    const skipped = (await simulate(scenario, 'alibaba-sdk')).subject;
    const figures = ({ totals, latency }) =>
      `${totals.requests.offered} requests, ${totals.assumeRole.calls} calls, ${totals.stalls.requests} stalled, request p99.99 ${latency.request.p9999Ms} ms`;
    console.log(`skipping ahead: ${median(on).toFixed(1)} ms; ${figures(skipped)}`);
    console.log(`one by one: ${off.ms.toFixed(0)} ms; ${figures(off.subject)}`);
  }
  console.log(verdictRow('skip-ahead off / on', median(ratios), 1_000));
}
