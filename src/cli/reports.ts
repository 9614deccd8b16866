/** Reports beside the summary: those that `--report` names, and what GitHub Actions shows by itself. */
import { appendFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { badInput, HarnessError } from '../kernel/errors.ts';
import { writeWhole } from '../measure/whole-file.ts';
import { renderOutcomes } from '../report/formats.ts';
import { oneOf } from '../scenario/issues.ts';
import type { OutcomeReport } from '../verdict/outcome.ts';
import { prepareDirectory } from './package-files.ts';

export interface ReportFile<Format extends string> {
  readonly format: Format;
  readonly path: string;
}

/** `junit=out/junit.xml`, each; refused before anything is run where it could not be written. */
export async function reportFiles<Format extends string>(
  texts: readonly string[] | undefined,
  formats: readonly Format[],
): Promise<ReportFile<Format>[]> {
  const files = (texts ?? []).map((text) => {
    const [, name = '', path = ''] = /^([^=]*)=(.+)$/.exec(text) ?? [];
    if (path !== '') return { format: formatNamed('--report', name, formats), path };
    const allowed = `<format>=<file>, the format ${oneOf(text, formats)}`;
    throw badInput('FLAG_INVALID', [{ file: '--report', path: '', found: `"${text}"`, allowed }]);
  });
  for (const { path } of files) await prepareDirectory('--report', dirname(path));
  return files;
}

export function formatNamed<Format extends string>(
  flag: string,
  name: string,
  formats: readonly Format[],
): Format {
  const known = formats.find((format) => format === name);
  if (known !== undefined) return known;
  const allowed = oneOf(name, formats);
  throw badInput('FLAG_INVALID', [{ file: flag, path: '', found: `"${name}"`, allowed }]);
}

export async function writeReports<Format extends string>(
  files: readonly ReportFile<Format>[],
  render: (format: Format) => string,
): Promise<void> {
  for (const { format, path } of files) await write(path, render(format), writeWhole);
}

/**
 * In a job of GitHub Actions: annotations on stderr, where the runner reads them as on stdout, and the
 * job's summary, to which all steps of a job append. Elsewhere nothing.
 */
export async function tellGithub(report: OutcomeReport): Promise<void> {
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY } = process.env;
  if (GITHUB_ACTIONS === 'true') process.stderr.write(renderOutcomes('github', report));
  if (GITHUB_STEP_SUMMARY === undefined || GITHUB_STEP_SUMMARY === '') return;
  await write(GITHUB_STEP_SUMMARY, renderOutcomes('markdown', report), appendFile);
}

async function write(
  path: string,
  text: string,
  put: (path: string, text: string) => Promise<void>,
): Promise<void> {
  try {
    await put(path, text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HarnessError('REPORT_UNWRITABLE', `The report ${path} cannot be written: ${why}`, {
      cause,
    });
  }
}
