/** Files of ActionTrail events, read once: what they hold, and a scenario made of it. */
import { badInput } from '../kernel/errors.ts';
import { parseScenario } from '../scenario/parse.ts';
import { CallerTable, type QuotaKey } from '../trail/caller-table.ts';
import { quotaDocument, type TrailDocument } from '../trail/document.ts';
import { importedQuota } from '../trail/imported.ts';
import type { Pseudonym } from '../trail/pseudonyms.ts';
import { readTrail, TrailTally } from '../trail/read-trail.ts';
import { scenarioText } from '../trail/scenario/scenario-text.ts';
import { TrailSummaryBuilder } from '../trail/summary.ts';

export interface ImportOptions {
  /** Whose quota is looked at; that with most calls where left out. */
  readonly wanted: Partial<QuotaKey>;
  readonly pseudonym: Pseudonym;
  /** Where the scenario is to be kept; its text is made, and checked, for that name. */
  readonly scenarioFile: string | undefined;
  /** Callers call when they called; nothing is inferred. */
  readonly asRecorded?: boolean;
}

export interface Imported {
  readonly document: TrailDocument;
  readonly scenarioText: string | undefined;
}

/** Throws HarnessError for files that cannot be read, and where no scenario can be made of them. */
export async function importTrail(
  files: readonly string[],
  { wanted, pseudonym, scenarioFile, asRecorded = false }: ImportOptions,
): Promise<Imported> {
  const tally = new TrailTally();
  const builder = new TrailSummaryBuilder();
  const table = new CallerTable();
  for await (const events of readTrail(files, tally)) {
    for (const event of events) {
      if (builder.add(event) && event.action === 'AssumeRole') table.add(event);
    }
  }
  const summary = builder.summary(files, tally, pseudonym);
  const quota = importedQuota(table, wanted);
  if (quota === undefined && wantsOne(wanted)) throw noSuchQuota(table, wanted);
  const written =
    quota && scenarioFile !== undefined
      ? scenarioText(quota, pseudonym, { asRecorded })
      : undefined;
  if (scenarioFile !== undefined) {
    if (written === undefined) throw noScenario(files);
    parseScenario(written.text, scenarioFile);
  }
  const { furtherCalls } = table;
  return {
    document: {
      schemaVersion: 1,
      ...summary,
      quota:
        quota === undefined ? null : quotaDocument(quota, { pseudonym, furtherCalls, written }),
      scenario:
        written === undefined
          ? null
          : {
              file: scenarioFile!,
              apps: written.apps.size,
              backgroundCalls: written.backgroundCalls,
            },
    },
    scenarioText: written?.text,
  };
}

function wantsOne({ accountId, region }: Partial<QuotaKey>): boolean {
  return accountId !== undefined || region !== undefined;
}

function noSuchQuota({ uses }: CallerTable, { accountId, region }: Partial<QuotaKey>): Error {
  const known = uses.slice(0, 10).map((use) => `${use.accountId} in ${use.region}`);
  const allowed =
    known.length === 0 ? 'none, since no event assumes a role' : `one of: ${known.join(', ')}`;
  const file = accountId === undefined ? '--region' : '--account';
  const found = [accountId, region].filter((part) => part !== undefined).join(' in ');
  return badInput('TRAIL_QUOTA_UNKNOWN', [{ file, path: '', found, allowed }]);
}

function noScenario(files: readonly string[]): Error {
  return badInput(
    'TRAIL_WITHOUT_CALLERS',
    [
      {
        file: files.join(', '),
        path: '',
        found: 'no caller whose AssumeRole calls say what it is',
        allowed:
          'five calls of one caller that succeeded, in a trail longer than 1.2 of its credentials',
      },
    ],
    'Without --scenario, import-trail tells what the files hold.',
  );
}
