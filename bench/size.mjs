/**
 * Sizing: what a second worker thread is worth, and how time grows with the number of runs. Each sizing
 * is a process of its own, as a user starts it; medians of interleaved rounds.
 *
 * Build first (`npm run build`), then `node bench/size.mjs`. Two idle cores are needed for the first row.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { interleaved, median, verdictRow } from './medians.mjs';
import { temporaryFolder } from './temporary.mjs';

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    scenario: { type: 'string', default: 'peak-6m-users' },
    replications: { type: 'string', default: '60' },
  },
});
const MAIN = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));
const out = temporaryFolder();

/** Seconds of one sizing. */
function sized(workers, replications) {
  const begunMs = performance.now();
  const args = [
    ...['size', flags.scenario, '--workers', String(workers)],
    ...['--replications', String(replications), '--quiet', '--json', '--out', out],
  ];
  const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return (performance.now() - begunMs) / 1_000;
}

const runs = Number(flags.replications);
const seconds = await interleaved(
  {
    one: () => sized(1, runs),
    two: () => sized(2, runs),
    twoTwice: () => sized(2, 2 * runs),
    twoFourfold: () => sized(2, 4 * runs),
  },
  Number(flags.rounds),
);
const [one, two, twice, fourfold] = [
  seconds.one,
  seconds.two,
  seconds.twoTwice,
  seconds.twoFourfold,
].map(median);
console.log(
  `${flags.scenario}, ${runs} runs: ${one.toFixed(1)} s with one worker, ${two.toFixed(1)} s with two`,
);
console.log(verdictRow('two workers, of the time of one', two / one, 0.6, { atMost: true }));
console.log(verdictRow('seconds with two workers', two, 20, { atMost: true }));
// What is the same for any number of runs (start, curve, confirmation) cancels in the differences.
const growth = (fourfold - twice) / (2 * (twice - two));
console.log(
  verdictRow('two further runs, of the time of one and one', growth, 1.1, { atMost: true }),
);
