/** `sts-harness report <result>`: any report, made again from the result document. */
import { EXIT } from '../kernel/errors.ts';
import { readResult } from '../measure/result-file.ts';
import { RESULT_FORMATS, renderResult } from '../report/formats.ts';
import { formatNamed, reportFiles, writeReports } from './reports.ts';
import { summaryFor } from './summary.ts';

export interface ReportFlags {
  readonly format?: string;
  readonly report?: readonly string[];
}

/** On stdout, but for what `--report` sends to files. */
export async function report(path: string, flags: ReportFlags): Promise<number> {
  const files = await reportFiles(flags.report, RESULT_FORMATS);
  const format =
    flags.format === undefined ? undefined : formatNamed('--format', flags.format, RESULT_FORMATS);
  const result = await readResult(path);
  await writeReports(files, (each) => renderResult(each, result, path));
  if (format !== undefined) process.stdout.write(renderResult(format, result, path));
  else if (files.length === 0) process.stdout.write(summaryFor(result, path));
  return EXIT.passed;
}
