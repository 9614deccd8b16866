/**
 * What it costs a thread to read a credential that another one holds: through shared memory, and by
 * asking for it over a MessageChannel.
 *
 *   npx tsc && node bench/client-shared.mjs
 *
 * The holder publishes a new credential ten times a second meanwhile. Nanoseconds a read, medians of
 * interleaved rounds.
 */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isMainThread, MessageChannel, parentPort, Worker, workerData } from 'node:worker_threads';
import { SharedCredential } from '../dist/src/client/index.js';
import { interleaved, median, verdictRow } from './medians.mjs';

const ROUNDS = 7;
const READS = 2_000_000;
const ROUND_TRIPS = 5_000;
const TARGET = 1 / 1_000;

const credential = {
  accessKeyId: 'STS.bench0123456789abcdefgh',
  accessKeySecret: 'x'.repeat(44),
  securityToken: 'CAIS'.repeat(200),
  expiresAtMs: Date.now() + 3_600_000,
};

if (isMainThread) await measure();
else hold(workerData);

function hold({ buffer, port }) {
  const shared = new SharedCredential(buffer);
  port.on('message', () => port.postMessage(credential));
  shared.publish(credential);
  setInterval(() => shared.publish(credential), 100);
  parentPort.postMessage('ready');
}

async function measure() {
  const shared = new SharedCredential();
  const { port1, port2 } = new MessageChannel();
  const holder = new Worker(fileURLToPath(import.meta.url), {
    workerData: { buffer: shared.buffer, port: port2 },
    transferList: [port2],
  });
  await once(holder, 'message');
  const nowMs = Date.now();
  const figures = await interleaved(
    {
      shared: () => nsPerRead(READS, () => shared.read(nowMs)),
      sharedAndClock: () => nsPerRead(READS, () => shared.read(Date.now())),
      messageChannel: () => nsPerRoundTrip(port1),
    },
    ROUNDS,
  );
  const ns = Object.fromEntries(
    Object.entries(figures).map(([name, each]) => [name, median(each)]),
  );
  for (const [name, value] of Object.entries(ns)) {
    console.log(`${name.padEnd(16)} ${value.toFixed(1).padStart(10)} ns a read`);
  }
  const ratio = ns.shared / ns.messageChannel;
  console.log(verdictRow('shared read against a round trip', ratio, TARGET, { atMost: true }));
  port1.close();
  await holder.terminate();
}

function nsPerRead(reads, read) {
  let found = 0;
  const begun = process.hrtime.bigint();
  for (let i = 0; i < reads; i += 1) if (read() !== undefined) found += 1;
  const tookNs = Number(process.hrtime.bigint() - begun);
  if (found !== reads) throw new Error(`${reads - found} reads found nothing`);
  return tookNs / reads;
}

async function nsPerRoundTrip(port) {
  const begun = process.hrtime.bigint();
  for (let i = 0; i < ROUND_TRIPS; i += 1) {
    const answer = once(port, 'message');
    port.postMessage('?');
    await answer;
  }
  return Number(process.hrtime.bigint() - begun) / ROUND_TRIPS;
}
