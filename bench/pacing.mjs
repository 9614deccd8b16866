/**
 * How exactly a driver thread paces, and what that costs the client's own I/O: our pacer against the
 * usual way, batches from `setTimeout(1)`, on the same Poisson arrivals with a loopback ping-pong as
 * the I/O probe. And how many arrivals a second one thread holds without a growing backlog. Run
 * `npm run build` first.
 */
import net from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { interleaved, median, verdictRow } from './medians.mjs';

const SECONDS = 2;
/** Of them, while code is compiled and caches fill, on either side. */
const WARM_UP_MS = 500;
const ROUNDS = 5;
const LAG_RATES = [1_000, 10_000, 100_000];
const HOLD_RATES = [1_000_000, 2_000_000];
const PROCESSES = 320;

if (isMainThread) await main();
else await replay(workerData);

async function main() {
  const lag = (pacer, rate) => () => inWorker({ pacer, rate });
  const cases = {};
  for (const rate of LAG_RATES) {
    for (const pacer of ['ours', 'setTimeout']) cases[`${pacer} ${rate}`] = lag(pacer, rate);
  }
  const figures = await interleaved(cases, ROUNDS);
  const of = (name, field) => median(figures[name].map((figure) => figure[field]));
  console.log('rate/s   pacer        lag p50 µs   lag p99 µs   I/O probe p50 µs');
  for (const name of Object.keys(cases)) {
    const [pacer, rate] = name.split(' ');
    const row = ['lagP50Us', 'lagP99Us', 'probeP50Us'].map((f) =>
      of(name, f).toFixed(0).padStart(11),
    );
    console.log(`${rate.padEnd(8)} ${pacer.padEnd(10)} ${row.join('  ')}`);
  }
  for (const rate of LAG_RATES) {
    const ratio = (field) => of(`ours ${rate}`, field) / of(`setTimeout ${rate}`, field);
    console.log(verdictRow(`${rate}/s lag p50`, ratio('lagP50Us'), 0.01, { atMost: true }));
    console.log(verdictRow(`${rate}/s lag p99`, ratio('lagP99Us'), 0.5, { atMost: true }));
    console.log(verdictRow(`${rate}/s I/O probe p50`, ratio('probeP50Us'), 1.1, { atMost: true }));
  }
  for (const rate of HOLD_RATES) {
    const held = await interleaved({ held: lag('ours', rate) }, ROUNDS);
    const share = median(
      held.held.map((figure) => figure.started / (rate * (SECONDS - WARM_UP_MS / 1_000))),
    );
    const backlogMs = median(held.held.map((figure) => figure.lastLagMs));
    console.log(
      `${rate}/s offered: ${(100 * share).toFixed(1)} % started in time, backlog at the end ${backlogMs.toFixed(2)} ms`,
    );
  }
}

function inWorker(data) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: data });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

async function replay({ pacer, rate }) {
  const { lags, lastLagMs, probe, started } =
    pacer === 'ours' ? await ours(rate) : await timeouts(rate);
  lags.sort();
  probe.sort((a, b) => a - b);
  const at = (list, share) => 1_000 * (list[Math.floor(share * (list.length - 1))] ?? 0);
  parentPort.postMessage({
    lagP50Us: Math.max(at(lags, 0.5), 0.1),
    lagP99Us: at(lags, 0.99),
    probeP50Us: at(probe, 0.5),
    lastLagMs,
    started,
  });
}

async function ours(rate) {
  const { Pacer } = await import('../dist/src/run/live/pacer.js');
  const { RunClock, newRunClockShare } = await import('../dist/src/run/live/run-clock.js');
  const { ArrivalMerge } = await import('../dist/src/scenario/arrival-merge.js');
  const { planOf } = await import('../dist/src/scenario/plan.js');
  const clock = new RunClock(newRunClockShare());
  const plan = planOf(scenarioAt(rate), 1);
  const slots = plan.processes.map((process) => ({
    process,
    client: {},
    pending: 0,
    gapDueMs: Infinity,
    credentialChanged: false,
    scheduleInGap() {},
    skipWhileFresh() {},
  }));
  const arrivals = new ArrivalMerge(plan, plan.processes);
  const zeroAtMs = clock.nowMs() + 150;
  const sample = newSample(rate);
  const probing = probeIo();
  await new Promise((onEnd) => {
    const requester = {
      pending: 0,
      readMs: 0,
      now() {
        this.readMs = clock.nowMs() - zeroAtMs;
        return this.readMs;
      },
      request(_slot, dueMs) {
        if (dueMs >= WARM_UP_MS) sample.add(this.readMs - dueMs);
      },
      noteRemaining() {},
    };
    new Pacer({
      clock,
      zeroAtMs,
      windows: [{ name: 'all', atMs: 0, forMs: SECONDS * 1_000 }],
      slots,
      arrivals,
      requester,
      recorder: { notStarted() {} },
      startClient() {},
      httpInFlight: () => 0,
      nextTimerMs: () => Infinity,
      onSettled() {},
      onEnd,
    }).start();
  });
  return { ...sample.take(), probe: await probing.stop() };
}

/** The baseline: whatever is due by now is started by a timer of one millisecond. */
async function timeouts(rate) {
  const { sharedMonotonicMs } = await import('../dist/src/kernel/real-clock.js');
  const { ArrivalMerge } = await import('../dist/src/scenario/arrival-merge.js');
  const { planOf } = await import('../dist/src/scenario/plan.js');
  const plan = planOf(scenarioAt(rate), 1);
  const arrivals = new ArrivalMerge(plan, plan.processes);
  const zeroMs = sharedMonotonicMs() + 150;
  const sample = newSample(rate);
  const probing = probeIo();
  await new Promise((resolve) => {
    const tick = () => {
      const nowMs = sharedMonotonicMs() - zeroMs;
      while (arrivals.atMs <= nowMs && arrivals.atMs < SECONDS * 1_000) {
        if (arrivals.atMs >= WARM_UP_MS) sample.add(nowMs - arrivals.atMs);
        arrivals.advance();
      }
      if (nowMs >= SECONDS * 1_000) resolve();
      else setTimeout(tick, 1);
    };
    tick();
  });
  return { ...sample.take(), probe: await probing.stop() };
}

function newSample(rate) {
  const lags = new Float64Array(Math.ceil(rate * SECONDS * 1.1) + 1_000);
  let count = 0;
  return {
    add: (lagMs) => {
      if (count < lags.length) lags[count] = lagMs;
      count += 1;
    },
    take: () => ({
      lastLagMs: count === 0 ? 0 : lags[count - 1],
      started: lags.subarray(0, count).filter((lagMs) => lagMs <= 50).length,
      lags: lags.slice(0, count),
    }),
  };
}

/** One message to and fro over loopback, again and again; the far end is another thread. */
function probeIo() {
  const times = [];
  const echo = new Worker(
    `const net = require('node:net');
     const { parentPort } = require('node:worker_threads');
     const server = net.createServer((socket) => { socket.setNoDelay(true); socket.on('error', () => {}); socket.pipe(socket); });
     server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`,
    { eval: true },
  );
  let socket;
  let stopped = false;
  echo.once('message', (port) => {
    socket = net.connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    let sentAt = 0;
    const ping = () => {
      if (stopped) return;
      sentAt = performance.now();
      socket.write('x');
    };
    socket.on('connect', ping);
    socket.on('data', () => {
      times.push(performance.now() - sentAt);
      setTimeout(ping, 5);
    });
    socket.on('error', () => {});
  });
  return {
    stop: async () => {
      stopped = true;
      socket?.destroy();
      await echo.terminate();
      return times;
    },
  };
}

function scenarioAt(rate) {
  return {
    name: 'bench',
    seed: 1,
    durationMs: SECONDS * 1_000 + 1_000,
    apps: [
      {
        name: 'bench',
        hosts: PROCESSES,
        processesPerHost: 1,
        start: { mode: 'together', atMs: 0, withinMs: 0 },
        load: { arrivals: 'poisson', curve: [{ atMs: 0, ratePerSecond: rate }] },
      },
    ],
  };
}
