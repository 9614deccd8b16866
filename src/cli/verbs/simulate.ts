import type { Command } from 'commander';
import { Option } from '../commander.ts';
import {
  outOption,
  RESULT_REPORTS,
  reportOption,
  scenarioArgument,
  seedOption,
} from '../verb-options.ts';

export function declareSimulate(verb: Command): void {
  verb
    .addArgument(scenarioArgument())
    .addOption(
      new Option(
        '-s, --subject <names>',
        'clients to simulate, comma-separated, the first is under test: reference, alibaba-sdk (its model), uncached, static-keys, preset:<name>, preset:* for all models (default: the scenario’s)',
      ).env('STS_HARNESS_SUBJECT'),
    )
    .addOption(seedOption())
    .addOption(
      new Option('--replications <n>', 'seeds to simulate: intervals, and peaks as a distribution')
        .default('1')
        .env('STS_HARNESS_REPLICATIONS'),
    )
    .option('--check-determinism', 'simulate twice and compare every figure')
    .option('--no-skip-ahead', 'simulate every request one by one: slow, for comparison')
    .addOption(reportOption(RESULT_REPORTS))
    .addOption(outOption('where the result is kept'))
    .option('--json', 'print the result document alone on stdout')
    .option('-q, --quiet', 'no progress')
    .action(async (scenario, flags) => {
      const { simulate } = await import('../simulate.ts');
      process.exitCode = await simulate(scenario, flags);
    });
}
