/**
 * Makes docs/sdk-comparison.md from `sts-harness simulate <scenario> --subject 'preset:*'`, the command
 * that anybody can repeat: figures of virtual time are the same everywhere. Build first, then
 * `npm run docs:sdk-comparison`; with `--check` nothing is written, and a page that is not what the
 * command gives is exit code 1.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PRESETS } from '../dist/src/models/presets.js';
import { markdownHead, markdownRows } from '../dist/src/report/line-table.js';

const PAGE = fileURLToPath(new URL('./sdk-comparison.md', import.meta.url));
const MAIN = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));
const OUT = mkdtempSync(join(tmpdir(), 'sts-harness-comparison-'));
process.once('exit', () => rmSync(OUT, { recursive: true }));
const MOST_BYTES = 256 * 1024 * 1024;

/** What to look at in each. */
const SECTIONS = [
  {
    scenario: 'cold-start',
    look: 'Who makes one call a process, and who makes one for each request that comes before the first answer. 80 processes start within a second, and STS takes 65 ms.',
  },
  {
    scenario: 'busy-hourly-expiry',
    look: 'The hour after. 120 processes that started within four seconds refresh in step, as often as their lead makes them: `most in a second` is the herd, `requests stalled` is who waits for it.',
  },
  {
    scenario: 'noisy-neighbour',
    look: 'Others use 90 of the 100 calls a second. Who is throttled, and whose requests fail for it.',
  },
  {
    scenario: 'sts-outage-at-expiry',
    look: 'STS is gone for 13 minutes where most credentials are due for refresh, and back before they expire. Who lives through it without failing a request or serving an expired credential, and how many calls that takes.',
  },
];

const run = promisify(execFile);

/** The exit code tells of thresholds, which are meant for the reference client. */
async function subjectsOf(scenario, subject) {
  const args = [
    MAIN,
    'simulate',
    scenario,
    '--subject',
    subject,
    '--json',
    '--quiet',
    '--out',
    OUT,
  ];
  const { stdout } = await run(process.execPath, args, { maxBuffer: MOST_BYTES }).catch((error) => {
    if (error.code !== 99) throw error;
    return error;
  });
  const { run: about, subjects } = JSON.parse(stdout);
  return { about, subjects };
}

async function section({ scenario, look }) {
  const models = await subjectsOf(scenario, 'preset:*');
  const ours = await subjectsOf(scenario, 'reference');
  return [
    `## ${scenario}`,
    '',
    models.about.question,
    '',
    look,
    '',
    '```sh',
    `npx sts-harness simulate ${scenario} --subject 'preset:*'`,
    '```',
    '',
    ...markdownHead('client'),
    ...markdownRows(models.subjects),
    ...markdownRows(ours.subjects),
    '',
  ];
}

const lines = [
  '# SDKs side by side',
  '',
  '<!-- Made by `npm run docs:sdk-comparison`. Do not edit. -->',
  '',
  `How the credential caches of ${PRESETS.length} SDK versions fare in four of the shipped scenarios, and the reference`,
  'client of this project in the last row of each. They are models, simulated in virtual time:',
  '[presets](presets.md) says which version each stands for, where that was read and what it leaves out. Those of other',
  'clouds are given the same STS. All face the same arrivals, starts and latencies.',
  '',
  '`*`: each request is a call, and there are too many of them; the figures are of the windows of interest alone.',
  '',
];
for (const each of SECTIONS) lines.push(...(await section(each)));
lines.push(
  '## What the figures rest on',
  '',
  'Each scenario file says what it assumes. The quota is 100 calls a second of the account; what counts it is not',
  'documented, and these scenarios take a fixed window (`noisy-neighbour`: a sliding one). Network and TLS take no time.',
  '',
);
const page = lines.join('\n');
if (!process.argv.includes('--check')) {
  writeFileSync(PAGE, page);
} else if (readFileSync(PAGE, 'utf8') !== page) {
  console.error(
    'docs/sdk-comparison.md is not what the command gives: npm run docs:sdk-comparison',
  );
  process.exitCode = 1;
}
