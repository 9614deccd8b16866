import type { Command } from 'commander';

export function declareImportTrail(verb: Command): void {
  verb
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
      const { importTrail } = await import('../import-trail.ts');
      process.exitCode = await importTrail(files, flags);
    });
}
