/** `sts-harness baseline accept <result>`: what later results are held against. */
import { badInput, EXIT } from '../kernel/errors.ts';
import { readResult, writeBaseline } from '../measure/result-file.ts';
import { prepareDirectory } from './package-files.ts';

export interface BaselineFlags {
  readonly dir: string;
}

/** A result that failed a threshold can be a baseline: later ones must not be worse than it. */
export async function accept(path: string, { dir }: BaselineFlags): Promise<number> {
  const result = await readResult(path);
  const { run, verdict, reasons } = result;
  if (verdict === 'invalid' || verdict === 'aborted') {
    const allowed = 'the result of a run that is whole and valid';
    const found = `${verdict}: ${reasons[0] ?? ''}`;
    throw badInput('BASELINE_INVALID', [{ file: path, path: 'verdict', found, allowed }]);
  }
  await prepareDirectory('--dir', dir);
  const written = await writeBaseline(result, dir);
  process.stdout.write(`${written}: ${run.id}, ${verdict}. Commit it.\n`);
  return EXIT.passed;
}
