import type { Command } from 'commander';
import { Option } from '../commander.ts';
import {
  outOption,
  RESULT_REPORTS,
  reportOption,
  scenarioArgument,
  seedOption,
} from '../verb-options.ts';

export function declareRun(verb: Command): void {
  verb
    .addArgument(scenarioArgument())
    .addOption(
      new Option(
        '-s, --subject <names>',
        'clients to replay, comma-separated, the first is under test: reference, alibaba-sdk, uncached, static-keys, module:<path> (default: the scenario’s)',
      ).env('STS_HARNESS_SUBJECT'),
    )
    .addOption(seedOption())
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
    .addOption(outOption('where the result is kept'))
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
      const { run } = await import('../run.ts');
      process.exitCode = await run(scenario, flags);
    });
}
