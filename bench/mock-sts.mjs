// Is the mock fast enough never to be the bottleneck of a run? As ratios, in one interleaved run:
// against a bare node:http server, a straightforward Fastify mock, and itself over TLS and without
// policies (`servers/landing.mjs` says which).
//
//   npx tsc && node bench/mock-sts.mjs [--repetitions 5] [--seconds 2] [--only bare,mock]
//
// The server has one core and the load generator another. The figure to trust is requests per second
// of the server's CPU time: a busy neighbour moves it least. Medians over the repetitions; a new
// server process for each, warmed up first by a number of requests. Only answers of 200 count as
// work: `refused` must be 0.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from './medians.mjs';
import { APPLICATIONS, NARROWED_APPLICATIONS, ONE_APPLICATION } from './servers/landing.mjs';
import { CONNECTIONS, FASTEST_PER_SECOND, pinned, preparePool, TOOL } from './servers/load.mjs';

const { values } = parseArgs({
  options: {
    repetitions: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    only: { type: 'string' },
  },
});
const REPETITIONS = Number(values.repetitions);
const SECONDS = Number(values.seconds);
/** Answered before a measurement, however long it takes: by then the code is compiled. */
const WARM_UP_ANSWERS = 40_000;
/** A slow machine warms up for longer, and then sends less. */
const WARM_UP_SECONDS = 4;
const POOL = FASTEST_PER_SECOND * (WARM_UP_SECONDS + SECONDS);
/** Signed requests are good for a quarter of an hour; every server process is new, so is its memory. */
const POOL_LASTS_MS = 600_000;

const MODES = {
  bare: { server: 'bare', scheme: 'http' },
  mock: { server: 'mock', scheme: 'http' },
  naive: { server: 'naive', scheme: 'http' },
  'mock of landing zone': {
    server: 'mock',
    variant: 'landing-zone',
    scheme: 'http',
    applications: APPLICATIONS,
  },
  'mock with policies': {
    server: 'mock',
    variant: 'policed',
    scheme: 'http',
    applications: NARROWED_APPLICATIONS,
  },
  'mock TLS': { server: 'mock', scheme: 'https' },
  'bare TLS reconnecting': { server: 'bare', scheme: 'https', newConnections: true },
  'mock TLS reconnecting': { server: 'mock', scheme: 'https', newConnections: true },
};
const ROWS = [
  ['mock', 'bare', 0.55],
  ['mock', 'naive', 2.0],
  ['mock with policies', 'mock of landing zone', 0.8],
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

function poolOf(applications) {
  const known = pools.get(applications);
  if (known !== undefined && Date.now() - known.atMs <= POOL_LASTS_MS) return known.pool;
  known?.pool.drop();
  const atMs = Date.now();
  const pool = preparePool(POOL, applications);
  pools.set(applications, { pool, atMs });
  return pool;
}

async function measure(mode) {
  const { server, variant, scheme, newConnections, applications = ONE_APPLICATION } = mode;
  const pool = poolOf(applications);
  const [execPath, ...execArgv] = pinned(0, [process.execPath]);
  const path = fileURLToPath(new URL(`servers/${server}.mjs`, import.meta.url));
  // `fork` runs "<execPath> <execArgv> <path>", so the pinning program can stand in for node.
  const child = fork(path, variant === undefined ? [] : [variant], { execPath, execArgv });
  try {
    const [urls] = await once(child, 'message');
    const target = { url: urls[scheme], newConnections };
    // Over plain kept connections, which is soonest; then whatever else the mode needs.
    let from = await pool.warmUp({ url: urls.http, answers: WARM_UP_ANSWERS, from: 0 });
    if (scheme === 'https') from = await pool.warmUp({ ...target, answers: 1, from });
    const beforeUs = await cpuUs(child);
    const sent = await pool.send({ ...target, seconds: SECONDS, from });
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
    const figures = [medianOf(mode, 'perSecond'), medianOf(mode, 'perCpuSecond')];
    const [rate, perCpu] = figures.map((figure) => figure.toFixed(0));
    console.log(`${mode.padEnd(28)}${rate.padStart(9)}${perCpu.padStart(11)}  ${refused}`);
  }
  console.log(`\n${'ratio of requests per CPU second'.padEnd(56)}target   got`);
  for (const [mode, against, target] of ROWS) {
    if (!modes.includes(mode) || !modes.includes(against)) continue;
    const ratio = medianRatio(mode, against);
    const verdict = ratio >= target ? '' : '  MISSED';
    const row = `${mode} / ${against}`.padEnd(56);
    console.log(`${row}${target.toFixed(2).padStart(6)}  ${ratio.toFixed(2)}${verdict}`);
  }
}

function medianOf(mode, key) {
  return median(measured.get(mode).map((one) => one[key]));
}

/** Of the ratios of each repetition: its two sides ran soon after one another. */
function medianRatio(mode, against) {
  const others = measured.get(against);
  return median(measured.get(mode).map((one, i) => one.perCpuSecond / others[i].perCpuSecond));
}
