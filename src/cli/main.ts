#!/usr/bin/env node
/**
 * The command line. Each verb lives in a file of its own that is imported when it is asked for, so
 * `--help` costs nothing but commander.
 */
import { createRequire } from 'node:module';
import { EXIT, HarnessError } from '../kernel/errors.ts';

// commander is CommonJS: asked for as such it is there a few milliseconds sooner.
const require = createRequire(import.meta.url);
const { Command, CommanderError, Option } = require('commander') as typeof import('commander');
const { version } = require('../../../package.json') as { version: string };

const program = new Command('sts-harness')
  .description('Will the credential path hold at peak? Rehearse it before production does.')
  .version(version)
  .exitOverride()
  .showSuggestionAfterError()
  .configureOutput({
    outputError: (text, write) => write(text.replace(/^error: /, 'sts-harness: ')),
  })
  .addHelpText(
    'after',
    `
Examples:
  sts-harness run                           replay the evening peak of six million users
  sts-harness run cold-start --json         one result document on stdout
  sts-harness run smoke --subject module:./my-client.mjs,reference
                                            your own client, ours beside it
  sts-harness run smoke --target real --budget 20 --dry-run
                                            what real STS would be sent, and by whom
  sts-harness simulate peak-6m-users        the whole day of it in virtual time, in a moment
  sts-harness simulate cold-start --subject 'preset:*'
                                            the models of all SDKs side by side
  sts-harness size peak-6m-users            the quota to ask for, with the evidence
  sts-harness check ./my-client.ts          what a credential client should do, check by check
  sts-harness scenarios show peak-6m-users  what a scenario would offer, before any load
  sts-harness mock --port 8080              the mock STS alone

  sts-harness compare results/baseline/smoke.virtual.json result.json
                                            what got better, worse, or cannot be told
  sts-harness report result.json --format junit
                                            any report, made again from the document

Exit codes: 0 passed, 1 internal error, 2 wrong usage or scenario (before any load),
97 run invalid, 98 worse than the baseline, 99 a threshold or a check failed, 105 aborted by a threshold
or a guard rail, 130/143 ended by a signal (the partial result is kept).`,
  );

const collected = (text: string, texts: string[] = []) => [...texts, text];
const reportOption = (formats: string) =>
  new Option('--report <format=file>', `write a report too, may be repeated: ${formats}`).argParser(
    collected,
  );
const RESULT_REPORTS = 'junit, markdown, github, text, csv, benchmark-action, bencher';
const OUTCOME_REPORTS = 'junit, markdown, github';

program
  .command('run')
  .description('replay a scenario in real time against one or more credential clients')
  .argument('[scenario]', 'a name under scenarios/ or a path', 'peak-6m-users')
  .addOption(
    new Option(
      '-s, --subject <names>',
      'clients to replay, comma-separated, the first is under test: reference, alibaba-sdk, uncached, static-keys, module:<path> (default: the scenario’s)',
    ).env('STS_HARNESS_SUBJECT'),
  )
  .addOption(
    new Option('--seed <n>', 'seed of all chance (default: the scenario’s)').env(
      'STS_HARNESS_SEED',
    ),
  )
  .addOption(
    new Option('--workers <n>', 'driver threads (default: cores - 1)').env('STS_HARNESS_WORKERS'),
  )
  .addOption(
    new Option(
      '--pace <pace>',
      'fast: fast-forward between windows of interest; real: never (default: fast)',
    )
      .choices(['fast', 'real'])
      .env('STS_HARNESS_PACE'),
  )
  .addOption(
    new Option('--repeat <n>', 'replay each subject n times, in turns (A B A B)')
      .default('1')
      .env('STS_HARNESS_REPEAT'),
  )
  .addOption(reportOption(RESULT_REPORTS))
  .addOption(
    new Option('--out <dir>', 'where the result is kept').default('results').env('STS_HARNESS_OUT'),
  )
  .option('--json', 'print the result document alone on stdout')
  .option('-q, --quiet', 'no progress')
  .addOption(
    new Option(
      '--target <target>',
      'whom to call: the mock of this package, or real STS, whose quota production shares (docs/real-sts.md)',
    )
      .choices(['mock', 'real'])
      .default('mock'),
  )
  .option('--budget <n>', 'real: AssumeRole calls that may be sent at all; needed')
  .option('--ceiling <n>', 'real: calls that may be sent in any second (default: 5)')
  .option('--allow-throttling', 'real: go on when STS throttles a call')
  .option('--max-error-share <share>', 'real: end when more of the calls fail (default: 10%)')
  .option('--session-prefix <text>', 'real: what session names begin with (default: sts-harness)')
  .option('--region <region>', 'real: whose endpoint is called (default: the scenario’s)')
  .option(
    '--endpoint <name>',
    'real: sts.<region>.aliyuncs.com, sts-vpc.<region>.aliyuncs.com or sts.aliyuncs.com',
  )
  .option('--yes', 'real: confirmed; without it a terminal is asked')
  .option('--dry-run', 'real: identity and predicted calls alone, no AssumeRole')
  .action(async (scenario, flags) => {
    const { run } = await import('./run.ts');
    process.exitCode = await run(scenario, flags);
  });

program
  .command('simulate')
  .description('simulate a scenario in virtual time: a day of any fleet in a moment, exact by seed')
  .argument('[scenario]', 'a name under scenarios/ or a path', 'peak-6m-users')
  .addOption(
    new Option(
      '-s, --subject <names>',
      'clients to simulate, comma-separated, the first is under test: reference, alibaba-sdk (its model), uncached, static-keys, preset:<name>, preset:* for all models (default: the scenario’s)',
    ).env('STS_HARNESS_SUBJECT'),
  )
  .addOption(
    new Option('--seed <n>', 'seed of all chance (default: the scenario’s)').env(
      'STS_HARNESS_SEED',
    ),
  )
  .addOption(
    new Option('--replications <n>', 'seeds to simulate: intervals, and peaks as a distribution')
      .default('1')
      .env('STS_HARNESS_REPLICATIONS'),
  )
  .option('--check-determinism', 'simulate twice and compare every figure')
  .option('--no-skip-ahead', 'simulate every request one by one: slow, for comparison')
  .addOption(reportOption(RESULT_REPORTS))
  .addOption(
    new Option('--out <dir>', 'where the result is kept').default('results').env('STS_HARNESS_OUT'),
  )
  .option('--json', 'print the result document alone on stdout')
  .option('-q, --quiet', 'no progress')
  .action(async (scenario, flags) => {
    const { simulate } = await import('./simulate.ts');
    process.exitCode = await simulate(scenario, flags);
  });

program
  .command('size')
  .description(
    'size the quota to ask for: many simulations, the worst limiter, a statement of confidence',
  )
  .argument('[scenario]', 'a name under scenarios/ or a path', 'peak-6m-users')
  .addOption(
    new Option(
      '-s, --subject <name>',
      'whose clients call: reference, preset:<name>, alibaba-sdk, uncached, module:<path> (default: the scenario’s)',
    ).env('STS_HARNESS_SUBJECT'),
  )
  .addOption(
    new Option('--seed <n>', 'seed of all chance (default: the scenario’s)').env(
      'STS_HARNESS_SEED',
    ),
  )
  .addOption(
    new Option('--replications <n>', 'runs of each situation, each with a seed of its own')
      .default('60')
      .env('STS_HARNESS_REPLICATIONS'),
  )
  .option('--confirm <n>', 'runs with other seeds that the answer is tried with again', '20')
  .option('--confidence <share>', 'of the statements on chance', '95%')
  .addOption(
    new Option(
      '--objective <expression>',
      'a threshold that the quota has to be enough for, may be repeated (default: no throttled call, and no stall after the start)',
    ).argParser(collected),
  )
  .option(
    '--situation <names>',
    'only these, comma-separated: cold-start, steady-state, expiry-herd, recovery',
  )
  .option('--outage <duration>', 'how long STS is away before the recovery', '10m')
  .option('--scale <factors>', 'of load and hosts, such as users=2x,hosts=1.5x')
  .option('--growth <share>', 'forecast by month: 8%/month, or users=8%/month,hosts=4%/month')
  .option('--months <n>', 'how far the forecast goes', '12')
  .option(
    '--measures [n]',
    'which change of client, session, release or fleet makes n calls a second suffice (default: the present quota)',
  )
  .addOption(
    new Option('--workers <n>', 'threads (default: one a core)').env('STS_HARNESS_WORKERS'),
  )
  .addOption(
    new Option('--out <dir>', 'where document and CSV files are kept')
      .default('results')
      .env('STS_HARNESS_OUT'),
  )
  .option('--json', 'print the size document alone on stdout')
  .option('-q, --quiet', 'no progress')
  .action(async (scenario, flags) => {
    const { size } = await import('./size.ts');
    process.exitCode = await size(scenario, flags);
  });

program
  .command('mock')
  .description('start the mock STS alone')
  .addOption(
    new Option('--port <n>', 'plain HTTP port; 0 picks one')
      .default('8080')
      .env('STS_HARNESS_PORT'),
  )
  .addOption(
    new Option('--tls-port <n>', 'HTTPS port; 0 picks one')
      .default('8443')
      .env('STS_HARNESS_TLS_PORT'),
  )
  .addOption(
    new Option('--host <address>', 'address to listen on')
      .default('127.0.0.1')
      .env('STS_HARNESS_HOST'),
  )
  .addOption(
    new Option(
      '--metadata-port <n>',
      'port of the instance metadata service; 0 picks one (default: none)',
    ).env('STS_HARNESS_METADATA_PORT'),
  )
  .addOption(
    new Option(
      '--metadata-host <address>',
      'its address, such as 100.100.100.200 on a loopback alias (default: that of --host)',
    ).env('STS_HARNESS_METADATA_HOST'),
  )
  .addOption(
    new Option(
      '--resource-port <n>',
      'port of KMS and the data plane, plain HTTP; 0 picks one (default: none)',
    ).env('STS_HARNESS_RESOURCE_PORT'),
  )
  .option('--ca-dir <dir>', 'where its certificate authority is written (default: a temporary one)')
  .addOption(
    new Option('--config <file>', 'accounts, roles, quotas, latency (YAML)').env(
      'STS_HARNESS_CONFIG',
    ),
  )
  .option('--explain', 'do not start: tell why a call would be allowed or refused, by the policies')
  .option('--caller <who>', 'with --explain: user/<name>, role/<name>, an ARN, or a service')
  .option('--role <role>', 'with --explain: the role to assume, by name or ARN')
  .option('--action <action>', 'with --explain, in place of --role: such as oss:GetObject')
  .option('--resource <arn>', 'with --action: such as acs:oss:*:*:bucket/key')
  .option('--external-id <id>', 'with --role')
  .option('--source-ip <address>', 'with --explain: where the call comes from')
  .option('--time <instant>', 'with --explain: when it comes, ISO 8601 (default: now)')
  .option('--session-policy <json>', 'with --explain: of a calling role session')
  .option(
    '--context <key=value>',
    'with --explain: a further condition key; may be repeated',
    collected,
  )
  .option('--list-faults', 'do not start: list what can go wrong, with its parameters')
  .option('--actiontrail <file>', 'write each call as an ActionTrail event, a line of JSON each')
  .addOption(new Option('--log <format>', 'log each call on stderr').choices(['json']))
  .option('-q, --quiet', 'print the endpoints only')
  .action(async (flags) => {
    const { mock } = await import('./mock.ts');
    process.exitCode = await mock(flags);
  });

program
  .command('import-trail')
  .description('tell what files of ActionTrail events hold, and make a scenario of them')
  .argument('<file...>', 'JSON lines or arrays, of SLS, OSS or the mock; gzip or not')
  .option('--scenario <file>', 'write a scenario: callers as apps, with what is inferred of each')
  .option('--as-recorded', 'callers call when they called, and nothing is inferred of them')
  .option('--account <id>', 'whose quota: the account that calls (default: that with most calls)')
  .option('--region <region>', 'and the region (default: that with most calls)')
  .option(
    '--keep-names',
    'show users by name, not by pseudonyms (whose key is new each time, or env: STS_HARNESS_TRAIL_KEY)',
  )
  .option('--json', 'print the document as JSON')
  .action(async (files, flags) => {
    const { importTrail } = await import('./import-trail.ts');
    process.exitCode = await importTrail(files, flags);
  });

program
  .command('quota-request')
  .description('draft a request for a larger quota, with its evidence; nothing is sent')
  .argument('<scenario>', 'a name under scenarios/, a path, or a document of `size --json` (.json)')
  .option(
    '--quotas <file>',
    'what ListProductQuotas answers for STS: codes, and what can be applied for',
  )
  .option('--product-code <code>', 'of STS in Quota Center (default: that of --quotas)')
  .option('--quota-action-code <code>', 'of the quota of AssumeRole (default: that of --quotas)')
  .option(
    '--headroom <share>',
    'on top of the need: 25% puts it at 80 % of the quota, where the alarm is',
    '25%',
  )
  .option('--desired <n>', 'ask for so many calls a second, whatever is needed')
  .addOption(
    new Option('-s, --subject <name>', 'whose clients are simulated (default: the scenario’s)').env(
      'STS_HARNESS_SUBJECT',
    ),
  )
  .addOption(
    new Option('--seed <n>', 'seed of all chance (default: the scenario’s)').env(
      'STS_HARNESS_SEED',
    ),
  )
  .addOption(
    new Option('--out <dir>', 'where the drafts are kept')
      .default('results')
      .env('STS_HARNESS_OUT'),
  )
  .option('--json', 'print the request with its evidence as one JSON document on stdout')
  .option('-q, --quiet', 'no progress')
  .action(async (scenario, flags) => {
    const { quotaRequestVerb } = await import('./quota-request.ts');
    process.exitCode = await quotaRequestVerb(scenario, flags);
  });

program
  .command('check')
  .description('put a credential client through the conformance kit, in virtual time')
  .argument(
    '[client]',
    'reference, alibaba-sdk, uncached, static-keys, or a module such as ./my-client.ts',
  )
  .addOption(
    new Option('--only <names...>', 'only these checks, by name (see --list)').env(
      'STS_HARNESS_ONLY',
    ),
  )
  .option('--list', 'do not check: list the checks, and what each proves')
  .addOption(
    new Option(
      '--limit <name=value>',
      'where a promise is one of degree, may be repeated: spare=60s, recover-within=60s, answer-within=30s, calls-per-minute=30, herd-share=10%, stampede-share=50%',
    ).argParser(collected),
  )
  .addOption(
    new Option('--limits <file>', 'limits as a YAML file, a line each; --limit beats it').env(
      'STS_HARNESS_LIMITS',
    ),
  )
  .addOption(new Option('--seed <n>', 'seed of all chance').default('1').env('STS_HARNESS_SEED'))
  .addOption(reportOption(OUTCOME_REPORTS))
  .option('--json', 'print the report as one JSON document on stdout')
  .option('-q, --quiet', 'no progress')
  .action(async (client, flags) => {
    const { check } = await import('./check.ts');
    process.exitCode = await check(client, flags);
  });

program
  .command('compare')
  .description('hold a result against a baseline: better, worse, or cannot be told')
  .argument('<baseline>', 'a result.json')
  .argument('[candidate]', 'another one; without it, two subjects of the first')
  .option(
    '-s, --subject <names>',
    'whom to compare: baseline,candidate (default: those under test)',
  )
  .option('--figures <paths>', 'only these, such as totals,latency.credentialWait,apps.checkout')
  .addOption(
    new Option('--tolerance <share>', 'a live figure that changes by less is the same').default(
      '5%',
    ),
  )
  .addOption(
    new Option(
      '--allow <what>',
      'compare although it differs, may be repeated: scenario, seed, engine, subject',
    ).argParser(collected),
  )
  .addOption(reportOption(OUTCOME_REPORTS))
  .option('--json', 'print the comparison alone on stdout')
  .action(async (baseline, candidate, flags) => {
    const { compare } = await import('./compare.ts');
    process.exitCode = await compare(baseline, candidate, flags);
  });

program
  .command('baseline')
  .description('keep results that later ones are held against')
  .command('accept')
  .description('make a result the baseline of its scenario and engine')
  .argument('<result>', 'a result.json')
  .option('--dir <dir>', 'where baselines are kept, under version control', 'results/baseline')
  .action(async (result, flags) => {
    const { accept } = await import('./baseline.ts');
    process.exitCode = await accept(result, flags);
  });

program
  .command('report')
  .description('make any report again from a result document')
  .argument('<result>', 'a result.json')
  .addOption(new Option('--format <format>', `on stdout: ${RESULT_REPORTS} (default: the summary)`))
  .addOption(reportOption(RESULT_REPORTS))
  .action(async (result, flags) => {
    const { report } = await import('./report.ts');
    process.exitCode = await report(result, flags);
  });

const scenarios = program
  .command('scenarios')
  .description('list, show and validate scenario files');
for (const [verb, argument, description] of [
  ['list', '', 'the shipped scenarios, each with the question it answers'],
  ['show', '<scenario>', 'what a scenario would offer, and the AssumeRole calls to expect'],
  ['validate', '<scenario...>', 'check files; all problems at once'],
] as const) {
  const command = scenarios.command(verb).description(description);
  if (argument !== '') command.argument(argument);
  command.action(async (named: unknown) => {
    const verbs = await import('./scenarios.ts');
    process.exitCode = await verbs[verb](named as never);
  });
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = complain(error);
}

/** One clear message on stderr, and the exit code that belongs to it. */
function complain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.passed : EXIT.usage;
  if (error instanceof HarnessError) {
    const hint = error.hint === undefined ? '' : `\n${error.hint}`;
    process.stderr.write(`sts-harness: ${error.message}${hint}\n`);
    return error.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`sts-harness: internal error, please report it\n${text}\n`);
  return EXIT.internalError;
}
