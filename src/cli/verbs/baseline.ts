import type { Command } from 'commander';

export function declareBaseline(verb: Command): void {
  verb
    .command('accept')
    .description('make a result the baseline of its scenario and engine')
    .argument('<result>', 'a result.json')
    .option('--dir <dir>', 'where baselines are kept, under version control', 'results/baseline')
    .action(async (result, flags) => {
      const { accept } = await import('../baseline.ts');
      process.exitCode = await accept(result, flags);
    });
}
