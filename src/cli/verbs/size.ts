import type { Command } from 'commander';
import { Option } from '../commander.ts';
import { collected, outOption, scenarioArgument, seedOption } from '../verb-options.ts';

export function declareSize(verb: Command): void {
  verb
    .addArgument(scenarioArgument())
    .addOption(
      new Option(
        '-s, --subject <name>',
        'whose clients call: reference, preset:<name>, alibaba-sdk, uncached, module:<path> (default: the scenario’s)',
      ).env('STS_HARNESS_SUBJECT'),
    )
    .addOption(seedOption())
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
    .addOption(outOption('where document and CSV files are kept'))
    .option('--json', 'print the size document alone on stdout')
    .option('-q, --quiet', 'no progress')
    .action(async (scenario, flags) => {
      const { size } = await import('../size.ts');
      process.exitCode = await size(scenario, flags);
    });
}
