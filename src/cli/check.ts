/** `sts-harness check <client>`. */
import { badInput, EXIT } from '../kernel/errors.ts';
import { sharedMonotonicMs } from '../kernel/real-clock.ts';
import { formatDuration } from '../kernel/units.ts';
import { type CheckProgress, check as checkClient } from '../library/check.ts';
import { renderCheckList, renderChecks } from '../report/check-lines.ts';
import { OUTCOME_FORMATS, renderOutcomes } from '../report/formats.ts';
import { limitsOfFile, limitsOfFlags } from '../verdict/checks/limits-form.ts';
import { outcomesOfChecks } from '../verdict/checks/outcomes.ts';
import { wholeNumber } from './flags.ts';
import { reportFiles, tellGithub, writeReports } from './reports.ts';
import { terminalLook } from './summary.ts';

export interface CheckFlags {
  readonly only?: readonly string[];
  readonly list?: boolean;
  readonly limit?: readonly string[];
  readonly limits?: string;
  readonly seed: string;
  readonly report?: readonly string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export async function check(client: string | undefined, flags: CheckFlags): Promise<number> {
  if (flags.list === true) {
    process.stdout.write(renderCheckList(terminalLook()));
    return EXIT.passed;
  }
  if (client === undefined) {
    const allowed = 'reference, alibaba-sdk, uncached, static-keys or a module such as ./client.ts';
    throw badInput('CLIENT_MISSING', [
      { file: 'sts-harness check', path: '<client>', found: 'nothing', allowed },
    ]);
  }
  const reports = await reportFiles(flags.report, OUTCOME_FORMATS);
  const seed = wholeNumber('--seed', flags.seed, { min: 0, max: Number.MAX_SAFE_INTEGER });
  const limits = {
    ...(flags.limits === undefined ? {} : await limitsOfFile(flags.limits)),
    ...limitsOfFlags(flags.limit ?? []),
  };
  const begunMs = sharedMonotonicMs();
  const progress = progressOn(process.stderr, flags.quiet === true);
  const report = await checkClient({
    client,
    seed,
    limits,
    ...(flags.only === undefined ? {} : { only: flags.only }),
    onProgress: progress.update,
  }).finally(progress.end);
  const took = formatDuration(sharedMonotonicMs() - begunMs);
  process.stdout.write(
    flags.json === true
      ? `${JSON.stringify(report, null, 2)}\n`
      : renderChecks(report, { ...terminalLook(), took }),
  );
  const outcomes = outcomesOfChecks(report);
  await writeReports(reports, (format) => renderOutcomes(format, outcomes));
  await tellGithub(outcomes);
  return report.verdict === 'failed' ? EXIT.thresholdFailed : EXIT.passed;
}

const CLEAR_LINE = '\r\u001b[K';

/** In place on a terminal; elsewhere nothing, since it is over in seconds. */
function progressOn(stream: NodeJS.WriteStream, quiet: boolean) {
  const isShown = !quiet && stream.isTTY === true && process.env.TERM !== 'dumb';
  return {
    update: ({ check: name, played, scripts }: CheckProgress) => {
      if (isShown) stream.write(`${CLEAR_LINE}${played}/${scripts} ${name}`);
    },
    end: () => {
      if (isShown) stream.write(CLEAR_LINE);
    },
  };
}
