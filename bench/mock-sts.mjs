// Is the mock fast enough never to be the bottleneck of a run? As ratios, in one interleaved run:
// against a bare node:http server, a straightforward Fastify mock, and itself over TLS and without
// policies.
//
//   npx tsc && node bench/mock-sts.mjs [--repetitions 5] [--seconds 2] [--only bare,mock]
//
// The server has one core and the load generator another. The figure to trust is requests per second
// of the server's CPU time: a busy neighbour moves it least. Medians over the repetitions; a new
// server process for each, warmed up first. Only answers of 200 count as work: `refused` must be 0.
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
/** Twice: over plain kept connections, which compiles the code soonest, then in the mode itself. */
const WARM_UP_SECONDS = 1;
/** More than any server here can take: a nonce that comes twice is refused. */
const FASTEST_PER_SECOND = 60_000;
const WARM_UP = FASTEST_PER_SECOND * WARM_UP_SECONDS;
const POOL = 2 * WARM_UP + FASTEST_PER_SECOND * SECONDS;
/** Signed requests are good for a quarter of an hour; every server process is new, so is its memory. */
const POOL_LASTS_MS = 600_000;

const MODES = {
  bare: { server: 'bare', scheme: 'http' },
  naive: { server: 'naive', scheme: 'http' },
  mock: { server: 'mock', scheme: 'http' },
  'mock without policies': { server: 'mock', scheme: 'http', sessionPolicy: false },
  'mock with policies': { server: 'mock', variant: 'policed', scheme: 'http' },
  'mock TLS': { server: 'mock', scheme: 'https' },
  'bare TLS reconnecting': { server: 'bare', scheme: 'https', newConnections: true },
  'mock TLS reconnecting': { server: 'mock', scheme: 'https', newConnections: true },
};
const ROWS = [
  ['mock', 'bare', 0.55],
  ['mock', 'naive', 2.0],
  ['mock with policies', 'mock without policies', 0.8],
  ['mock TLS', 'mock', 0.7],
  ['mock TLS reconnecting', 'bare TLS reconnecting', 0.8],
];

const modes = Object.keys(MODES).filter((mode) => values.only?.split(',').includes(mode) ?? true);
const measured = new Map(modes.map((mode) => [mode, []]));
const pools = new Map();
for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
  for (const mode of modes) measured.get(mode).push(await measure(MODES[mode]));
  process.stderr.write(`repetition ${repetition} of ${REPETITIONS} done\n`);
}
for (const { pool } of pools.values()) pool.drop();
print();

/** With a session policy in each request, or without. */
function poolOf(sessionPolicy) {
  const known = pools.get(sessionPolicy);
  if (known !== undefined && Date.now() - known.atMs <= POOL_LASTS_MS) return known.pool;
  known?.pool.drop();
  const atMs = Date.now();
  const pool = preparePool(POOL, { sessionPolicy });
  pools.set(sessionPolicy, { pool, atMs });
  return pool;
}

async function measure(mode) {
  const { server, variant, scheme, newConnections = false, sessionPolicy = true } = mode;
  const pool = poolOf(sessionPolicy);
  const [execPath, ...execArgv] = pinned(0, [process.execPath]);
  const path = fileURLToPath(new URL(`servers/${server}.mjs`, import.meta.url));
  // `fork` runs "<execPath> <execArgv> <path>", so the pinning program can stand in for node.
  const child = fork(path, variant === undefined ? [] : [variant], { execPath, execArgv });
  try {
    const [urls] = await once(child, 'message');
    const target = { url: urls[scheme], newConnections };
    const warmUp = { seconds: WARM_UP_SECONDS, count: WARM_UP };
    await pool.send({ ...warmUp, url: urls.http, from: 0 });
    await pool.send({ ...warmUp, ...target, from: WARM_UP });
    const beforeUs = await cpuUs(child);
    const rest = { seconds: SECONDS, from: 2 * WARM_UP, count: POOL - 2 * WARM_UP };
    const sent = await pool.send({ ...target, ...rest });
    const usedUs = (await cpuUs(child)) - beforeUs;
    return { ...sent, perCpuSecond: (sent.requests * 1e6) / usedUs };
  } finally {
    child.disconnect();
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
