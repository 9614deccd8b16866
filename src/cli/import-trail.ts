/** `sts-harness import-trail`: what files of ActionTrail events hold. */
import { EXIT } from '../kernel/errors.ts';
import { trailText } from '../report/trail-text.ts';
import { readTrail, TrailTally } from '../trail/read-trail.ts';
import { TrailSummaryBuilder } from '../trail/summary.ts';

export interface ImportTrailFlags {
  readonly json?: true;
}

export async function importTrail(
  files: readonly string[],
  { json }: ImportTrailFlags,
): Promise<number> {
  const tally = new TrailTally();
  const builder = new TrailSummaryBuilder();
  for await (const events of readTrail(files, tally)) {
    for (const event of events) builder.add(event);
  }
  const summary = builder.summary(files, tally);
  process.stdout.write(json ? `${JSON.stringify(summary, null, 2)}\n` : trailText(summary));
  return EXIT.passed;
}
