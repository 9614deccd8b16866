import type { Command } from 'commander';
import { Option } from '../commander.ts';
import { collected, OUTCOME_REPORTS, reportOption } from '../verb-options.ts';

export function declareCompare(verb: Command): void {
  verb
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
      const { compare } = await import('../compare.ts');
      process.exitCode = await compare(baseline, candidate, flags);
    });
}
