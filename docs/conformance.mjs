/**
 * Makes docs/conformance.md from `sts-harness check <client> --json`, the command that anybody can
 * repeat. Build first, then `npm run docs:conformance`; with `--check` nothing is written, and a page
 * that is not what the command gives is exit code 1.
 */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { seenText, toldCases } from '../dist/src/verdict/checks/told-cases.js';

const PAGE = fileURLToPath(new URL('./conformance.md', import.meta.url));
const MAIN = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));
const MOST_BYTES = 64 * 1024 * 1024;

const CLIENTS = [
  { name: 'reference', what: 'the [reference client](reference-client.md) of this project' },
  { name: 'alibaba-sdk', what: '`@alicloud/credentials` 2.4.7, unmodified, type `ram_role_arn`' },
  { name: 'uncached', what: 'one AssumeRole call for each request' },
];
const GRADES = { passed: '✓', failed: '**✗**', skipped: '–' };

const run = promisify(execFile);

/** The exit code tells of the verdict, which is in the document too. */
async function reportOn(client) {
  const args = [MAIN, 'check', client, '--json', '--quiet'];
  const { stdout } = await run(process.execPath, args, { maxBuffer: MOST_BYTES }).catch((error) => {
    if (error.code !== 99) throw error;
    return error;
  });
  return JSON.parse(stdout);
}

const reports = [];
for (const { name } of CLIENTS) reports.push(await reportOn(name));
const [{ checks, limits, seed }] = reports;
const families = [...new Set(checks.map(({ family }) => family))];
const checkNamed = (report, name) => report.checks.find((check) => check.name === name);

/** Text that a table's cell can hold, and that nobody reads HTML or a link into. */
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const grades = [
  `| client | passed | failed | skipped |`,
  '|---|---|---|---|',
  ...reports.map(({ client, counts }, index) => {
    const { passed, failed, skipped } = counts;
    return `| \`${client}\`: ${CLIENTS[index].what} | ${passed} | ${failed} | ${skipped} |`;
  }),
];

const familyTables = families.flatMap((family) => [
  `## ${family}`,
  '',
  `| check | what it proves, and why it matters | ${CLIENTS.map(({ name }) => `\`${name}\``).join(' | ')} |`,
  `|---|---|${CLIENTS.map(() => ':-:').join('|')}|`,
  ...checks
    .filter((check) => check.family === family)
    .map(({ name, proves, why }) => {
      const marks = reports.map((report) => GRADES[checkNamed(report, name).status]);
      return `| \`${name}\` | ${cell(proves)} ${cell(why)} | ${marks.join(' | ')} |`;
    }),
  '',
]);

const seenTables = reports
  .filter(({ counts }) => counts.failed > 0)
  .flatMap((report) => [
    `## What was seen of ${report.client}`,
    '',
    'Instants count from the start of the client, h:mm:ss.',
    '',
    '| check | seen | wanted |',
    '|---|---|---|',
    ...report.checks
      .filter(({ status }) => status === 'failed')
      .flatMap((check) =>
        toldCases(check, 'failed').map(
          (told) => `| \`${check.name}\` | ${cell(seenText(told))} | ${cell(told.wanted)} |`,
        ),
      ),
    '',
  ]);

const page = [
  '# Conformance',
  '',
  '<!-- Made by `npm run docs:conformance`. Do not edit. -->',
  '',
  `What a credential client should do, as ${checks.length} checks, and how the Node clients of this repository fare. Each`,
  'check plays one or more scripts on the real client in virtual time: who asks when, and what STS answers. Figures are',
  'the same on every machine.',
  '',
  '```sh',
  'npx sts-harness check ./my-client.ts',
  '```',
  '',
  ...grades,
  '',
  `Limits, where a promise is one of degree: at least ${limits.spareMs / 1000} s to spare before expiry, recovery within`,
  `${limits.recoverWithinMs / 1000} s, an answer within ${limits.answerWithinMs / 1000} s, ${limits.callsPerMinuteMax} calls a minute while STS refuses, ${limits.herdShareMax * 100} % of a fleet refreshing in one`,
  `second, ${limits.stampedeShareMax * 100} % retrying in one. Seed ${seed}. \`--limit\` sets others: [Checking a client](check.md).`,
  '',
  '✓ passed · ✗ failed · – does not apply: what the client does not offer cannot be checked.',
  '',
  ...familyTables,
  ...seenTables,
].join('\n');

if (!process.argv.includes('--check')) {
  writeFileSync(PAGE, page);
} else if (readFileSync(PAGE, 'utf8') !== page) {
  console.error('docs/conformance.md is not what the command gives: npm run docs:conformance');
  process.exitCode = 1;
}
