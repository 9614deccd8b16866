import type { Command } from 'commander';
import { Option } from '../commander.ts';
import { outOption, seedOption } from '../verb-options.ts';

export function declareQuotaRequest(verb: Command): void {
  verb
    .argument(
      '<scenario>',
      'a name under scenarios/, a path, or a document of `size --json` (.json)',
    )
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
      new Option(
        '-s, --subject <name>',
        'whose clients are simulated (default: the scenario’s)',
      ).env('STS_HARNESS_SUBJECT'),
    )
    .addOption(seedOption())
    .addOption(outOption('where the drafts are kept'))
    .option('--json', 'print the request with its evidence as one JSON document on stdout')
    .option('-q, --quiet', 'no progress')
    .action(async (scenario, flags) => {
      const { quotaRequestVerb } = await import('../quota-request.ts');
      process.exitCode = await quotaRequestVerb(scenario, flags);
    });
}
