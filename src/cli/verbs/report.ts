import type { Command } from 'commander';
import { RESULT_REPORTS, reportOption } from '../verb-options.ts';

export function declareReport(verb: Command): void {
  verb
    .argument('<result>', 'a result.json')
    .option('--format <format>', `on stdout: ${RESULT_REPORTS} (default: the summary)`)
    .addOption(reportOption(RESULT_REPORTS))
    .action(async (result, flags) => {
      const { report } = await import('../report.ts');
      process.exitCode = await report(result, flags);
    });
}
