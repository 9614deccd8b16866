import type { Command } from 'commander';

export function declareScenarios(scenarios: Command): void {
  for (const [verb, argument, description] of [
    ['list', '', 'the shipped scenarios, each with the question it answers'],
    ['show', '<scenario>', 'what a scenario would offer, and the AssumeRole calls to expect'],
    ['validate', '<scenario...>', 'check files; all problems at once'],
  ] as const) {
    const command = scenarios.command(verb).description(description);
    if (argument !== '') command.argument(argument);
    command.action(async (named: unknown) => {
      const verbs = await import('../scenarios.ts');
      process.exitCode = await verbs[verb](named as never);
    });
  }
}
