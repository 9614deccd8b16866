/** `sts-harness import-trail`: what files of ActionTrail events hold, and a scenario made of them. */
import { dirname } from 'node:path';
import { badInput, EXIT, HarnessError } from '../kernel/errors.ts';
import { freshNonce } from '../kernel/real-clock.ts';
import { importTrail as importFiles } from '../library/import-trail.ts';
import { writeWhole } from '../measure/whole-file.ts';
import { trailText } from '../report/trail-text.ts';
import { keptNames, pseudonyms } from '../trail/pseudonyms.ts';
import { prepareDirectory } from './package-files.ts';

export interface ImportTrailFlags {
  readonly scenario?: string;
  readonly asRecorded?: boolean;
  readonly account?: string;
  readonly region?: string;
  readonly keepNames?: boolean;
  readonly json?: true;
}

export async function importTrail(
  files: readonly string[],
  { scenario, asRecorded = false, account, region, keepNames, json }: ImportTrailFlags,
): Promise<number> {
  if (asRecorded && scenario === undefined) throw nothingToWrite();
  if (scenario !== undefined) await prepareDirectory('--scenario', dirname(scenario));
  const { document, scenarioText } = await importFiles(files, {
    wanted: {
      ...(account === undefined ? {} : { accountId: account }),
      ...(region === undefined ? {} : { region }),
    },
    pseudonym: keepNames === true ? keptNames : pseudonyms(trailKey()),
    scenarioFile: scenario,
    asRecorded,
  });
  if (scenario !== undefined && scenarioText !== undefined) await write(scenario, scenarioText);
  process.stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : trailText(document));
  return EXIT.passed;
}

function nothingToWrite(): HarnessError {
  const allowed = 'with --scenario FILE, which is written so';
  return badInput('FLAG_INVALID', [
    { file: '--as-recorded', path: '', found: 'no --scenario', allowed },
  ]);
}

/** Whoever sets it gets the same pseudonyms each time; others get new ones that nobody can find out. */
function trailKey(): string {
  const { STS_HARNESS_TRAIL_KEY: key = '' } = process.env;
  return key === '' ? freshNonce() : key;
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeWhole(path, text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HarnessError(
      'SCENARIO_UNWRITABLE',
      `The scenario ${path} cannot be written: ${why}`,
      {
        cause,
      },
    );
  }
}
