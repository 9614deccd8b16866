import type { Command } from 'commander';
import { Option } from '../commander.ts';
import { collected, OUTCOME_REPORTS, reportOption } from '../verb-options.ts';

export function declareCheck(verb: Command): void {
  verb
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
      const { check } = await import('../check.ts');
      process.exitCode = await check(client, flags);
    });
}
