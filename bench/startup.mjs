/**
 * What `sts-harness --help` costs to start, against an empty Node program. Run `npm run build` first.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { interleaved, median, verdictRow } from './medians.mjs';
import { temporaryFolder } from './temporary.mjs';

const ROUNDS = 25;
const main = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));
const empty = join(temporaryFolder(), 'empty.js');
writeFileSync(empty, '');

const timed =
  (...args) =>
  () => {
    const begun = performance.now();
    spawnSync(process.execPath, args, { stdio: 'ignore' });
    return performance.now() - begun;
  };

const figures = await interleaved({ empty: timed(empty), help: timed(main, '--help') }, ROUNDS);
const [emptyMs, helpMs] = [median(figures.empty), median(figures.help)];
console.log(`node empty.js        ${emptyMs.toFixed(0)} ms`);
console.log(`sts-harness --help   ${helpMs.toFixed(0)} ms`);
console.log(
  verdictRow('--help against an empty program', helpMs / emptyMs, 1.35, { atMost: true }),
);
