// Is the mock fast enough never to be the bottleneck of a run? As ratios, in one interleaved run:
// against a bare node:http server, a straightforward Fastify mock, and itself over TLS.
//
//   npx tsc && node bench/mock-sts.mjs [--repetitions 5] [--seconds 2] [--only bare,mock]
//
// The server has one core and the load generator another. The figure to trust is requests per second
// of the server's CPU time: a busy neighbour moves it least. Medians over the repetitions; a new
// server process for each, warmed up for a second.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CONNECTIONS, pinned, preparePool, TOOL } from './servers/load.mjs';

const { values } = parseArgs({
  options: {
    repetitions: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    only: { type: 'string' },
  },
});
const REPETITIONS = Number(values.repetitions);
const SECONDS = Number(values.seconds);
const WARM_UP_SECONDS = 2;
const POOL_FOR_WARM_UP = 40_000;
const POOL = POOL_FOR_WARM_UP + 25_000 * SECONDS;

const MODES = {
  bare: { server: 'bare', scheme: 'http' },
  naive: { server: 'naive', scheme: 'http' },
  mock: { server: 'mock', scheme: 'http' },
  'mock TLS': { server: 'mock', scheme: 'https' },
  'bare TLS, new connections': { server: 'bare', scheme: 'https', newConnections: true },
  'mock TLS, new connections': { server: 'mock', scheme: 'https', newConnections: true },
};
const ROWS = [
  ['mock', 'bare', 0.55],
  ['mock', 'naive', 2.0],
  ['mock TLS', 'mock', 0.7],
  ['mock TLS, new connections', 'bare TLS, new connections', 0.8],
];

const modes = Object.keys(MODES).filter((mode) => values.only?.split(',').includes(mode) ?? true);
const measured = new Map(modes.map((mode) => [mode, []]));
for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
  for (const mode of modes) measured.get(mode).push(await measure(MODES[mode]));
  process.stderr.write(`repetition ${repetition} of ${REPETITIONS} done\n`);
}
print();

async function measure({ server, scheme, newConnections = false }) {
  const pool = preparePool(POOL);
  const [execPath, ...execArgv] = pinned(0, [process.execPath]);
  const path = fileURLToPath(new URL(`servers/${server}.mjs`, import.meta.url));
  // `fork` runs "<execPath> <execArgv> <path>", so the pinning program can stand in for node.
  const child = fork(path, [], { execPath, execArgv });
  try {
    const [urls] = await once(child, 'message');
    const target = { url: urls[scheme], newConnections };
    await pool.send({ ...target, seconds: WARM_UP_SECONDS, from: 0 });
    const beforeUs = await cpuUs(child);
    const sent = await pool.send({ ...target, seconds: SECONDS, from: POOL_FOR_WARM_UP });
    const usedUs = (await cpuUs(child)) - beforeUs;
    return { ...sent, perCpuSecond: (sent.requests * 1e6) / usedUs };
  } finally {
    child.disconnect();
    pool.drop();
  }
}

async function cpuUs(child) {
  child.send('cpu');
  const [{ cpuUs: used }] = await once(child, 'message');
  return used;
}

function print() {
  console.log(`${TOOL}, ${CONNECTIONS} connections, median of ${REPETITIONS} x ${SECONDS} s\n`);
  console.log(`${'server'.padEnd(28)}${'req/s'.padStart(9)}${'req/CPU s'.padStart(11)}  refused`);
  for (const mode of modes) {
    const refused = measured.get(mode).reduce((sum, one) => sum + one.refused, 0);
    const figures = [median(mode, 'perSecond'), median(mode, 'perCpuSecond')];
    const [rate, perCpu] = figures.map((figure) => figure.toFixed(0));
    console.log(`${mode.padEnd(28)}${rate.padStart(9)}${perCpu.padStart(11)}  ${refused}`);
  }
  console.log(`\n${'ratio of requests per CPU second'.padEnd(56)}target   got`);
  for (const [mode, against, target] of ROWS) {
    if (!modes.includes(mode) || !modes.includes(against)) continue;
    const ratio = median(mode, 'perCpuSecond') / median(against, 'perCpuSecond');
    const verdict = ratio >= target ? '' : '  MISSED';
    const row = `${mode} / ${against}`.padEnd(56);
    console.log(`${row}${target.toFixed(2).padStart(6)}  ${ratio.toFixed(2)}${verdict}`);
  }
}

function median(mode, key) {
  const sorted = measured
    .get(mode)
    .map((one) => one[key])
    .sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
