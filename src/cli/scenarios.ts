/** `sts-harness scenarios list|show|validate`. */
import { EXIT, HarnessError } from '../kernel/errors.ts';
import { describeScenario, listScenarios } from '../scenario/describe.ts';
import { loadScenario } from '../scenario/load.ts';
import { parseThresholds } from '../verdict/thresholds.ts';
import { scenariosDirectory } from './package-files.ts';

export async function list(): Promise<number> {
  process.stdout.write(`${await listScenarios(scenariosDirectory)}\n`);
  return EXIT.passed;
}

export async function show(name: string): Promise<number> {
  const scenario = await loadScenario(name, { scenariosDirectory });
  process.stdout.write(`${describeScenario(scenario)}\n`);
  return EXIT.passed;
}

/** Goes on after a bad file, so that one call tells everything. */
export async function validate(names: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.passed;
  for (const name of names) {
    try {
      const scenario = await loadScenario(name, { scenariosDirectory });
      parseThresholds(scenario);
      process.stdout.write(`${name}: valid\n`);
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      process.stderr.write(`${name}: ${error.message}\n`);
      exitCode = error.exitCode;
    }
  }
  return exitCode;
}
