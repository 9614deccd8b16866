/**
 * What a record costs on the driver's hot path: our histogram against hdr-histogram-js recording the
 * same values, and the whole of `Recorder.hit`. The sides take turns, so that a busy machine
 * disturbs both; medians count. Build first (`npm run build`), then `node bench/recorder.mjs`.
 */
import hdr from 'hdr-histogram-js';
import { HIGHEST_US, LogLinear } from '../dist/src/measure/log-linear.js';
import { Recorder } from '../dist/src/measure/recorder.js';
import { interleaved, median, verdictRow } from './medians.mjs';

const OPERATIONS = 1_000_000;
const ROUNDS = 7;

/** Log-normal with a median of 12 ms, as of a request's work: whole microseconds. */
const values = Float64Array.from({ length: OPERATIONS }, (_, index) => {
  const phase = (index * 0.618033988749895) % 1;
  const radius = Math.sqrt(-2 * Math.log(1 - ((index * 0.7548776662466927) % 1)));
  return Math.round(12_000 * Math.exp(0.8 * radius * Math.cos(2 * Math.PI * phase)));
});

const shape = {
  apps: [
    { name: 'checkout', user: 'checkout', roleArn: 'acs:ram::1:role/checkout' },
    { name: 'search', user: 'search', roleArn: 'acs:ram::1:role/search' },
  ],
  windows: [{ name: 'peak', atMs: 0, forMs: 60_000 }],
  endMs: 60_000,
  stallThresholdMs: 1,
};

const sides = {
  'empty loop': () => {
    let sum = 0;
    for (let i = 0; i < OPERATIONS; i += 1) sum += values[i];
    return sum;
  },
  'LogLinear.record': () => {
    const histogram = new LogLinear();
    for (let i = 0; i < OPERATIONS; i += 1) histogram.record(values[i]);
    return histogram;
  },
  'hdr-histogram-js recordValue': () => {
    const histogram = hdr.build({
      bitBucketSize: 32,
      lowestDiscernibleValue: 1,
      highestTrackableValue: HIGHEST_US,
      numberOfSignificantValueDigits: 3,
      useWebAssembly: false,
    });
    for (let i = 0; i < OPERATIONS; i += 1) histogram.recordValue(values[i]);
    return histogram;
  },
  'Recorder.hit': () => {
    const recorder = new Recorder(shape);
    for (let i = 0; i < OPERATIONS; i += 1) {
      const dueMs = (i * 60_000) / OPERATIONS;
      recorder.hit(i & 1, dueMs, dueMs + 0.002, dueMs + values[i] / 1_000);
    }
    return recorder;
  },
};

for (const run of Object.values(sides)) run();
let kept;
const timed = Object.fromEntries(
  Object.entries(sides).map(([name, run]) => [
    name,
    () => {
      const begun = performance.now();
      kept = run();
      return ((performance.now() - begun) * 1e6) / OPERATIONS;
    },
  ]),
);
const nanoseconds = await interleaved(timed, ROUNDS);
for (const [name, list] of Object.entries(nanoseconds)) {
  console.log(`${name.padEnd(30)} ${median(list).toFixed(1).padStart(7)} ns`);
}

const snapshots = await interleaved(
  {
    ms: () => {
      const begun = performance.now();
      structuredClone(kept.snapshot());
      return performance.now() - begun;
    },
  },
  ROUNDS,
);
console.log(`${'snapshot and clone'.padEnd(30)} ${median(snapshots.ms).toFixed(2).padStart(7)} ms`);

const ratio =
  median(nanoseconds['hdr-histogram-js recordValue']) / median(nanoseconds['LogLinear.record']);
console.log(verdictRow('record() against hdr-histogram-js', ratio, 5));
