// What real clients cost in virtual time: requests a second of one core, asked one by one.
//
//   npm run build && node bench/host.mjs [seconds of virtual time]
//
// A day of one client at 50 requests a second (86,400 s) should take less than 30 seconds of one core.
// The last two lines are one plan with promises run to their end at once, and left to turns of Node's
// own loop: the same figures, and at least three times the speed.

import { simulateHosted } from '../dist/src/run/virtual/host/simulate-hosted.js';
import { parseScenario } from '../dist/src/scenario/parse.js';

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

async function measure(label, override, lengthSeconds, more = {}) {
  const scenario = scenarioOf(lengthSeconds);
  const task = { scenario, name: override, override, seed: 1, skipsAhead: false, ...more };
  const before = cpuUsage();
  const { result } = await simulateHosted(task, { isStopped: () => false, onProgress: () => {} });
  const { user, system } = cpuUsage(before);
  const cpuSeconds = (user + system) / 1e6;
  const { requests, assumeRole } = result.totals;
  console.log(
    `${label.padEnd(28)} ${requests.offered} requests, ${assumeRole.calls} calls: ` +
      `${cpuSeconds.toFixed(1)} s of CPU, ${Math.round(requests.offered / cpuSeconds)} requests/s`,
  );
  return cpuSeconds;
}

await measure('warm-up', 'alibaba-sdk', 60);
await measure('alibaba-sdk', 'alibaba-sdk', seconds);
await measure('hosted:reference', 'hosted:reference', seconds);
await measure('module', 'module:test/fixtures/clients/client.mjs', seconds);
const fast = await measure('promises at once', 'alibaba-sdk', seconds / 10);
const turns = await measure('turns of Node', 'alibaba-sdk', seconds / 10, { drainsAtOnce: false });
console.log(`ratio ${(turns / fast).toFixed(1)}`);
