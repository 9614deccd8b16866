/** What a result says of the STS that a replay was against. */
import type { CallLogExport } from '../../../measure/call-log.ts';
import { summarise } from '../../../measure/latency-summary.ts';
import { LogLinear } from '../../../measure/log-linear.ts';
import type { SubjectResult } from '../../../measure/result.ts';
import type { RealSts } from './real-sts.ts';

const US_PER_MS = 1_000;

export function realStsFigures(
  { terms, stopped }: Pick<RealSts, 'terms' | 'stopped'>,
  calls: CallLogExport | undefined,
): NonNullable<SubjectResult['realSts']> {
  const { budget, ceilingPerSecond } = terms.rules;
  return {
    endpoint: new URL(terms.endpoint).host,
    sessionPrefix: terms.sessionPrefix,
    budget,
    ceilingPerSecond,
    latency: latencyOf(calls),
    stoppedBy: stopped?.text ?? null,
  };
}

/** Of calls that gave a session: one that was refused, or got no answer, took another way. */
function latencyOf(calls: CallLogExport | undefined) {
  const histogram = new LogLinear();
  calls?.kindIndex.forEach((kind, index) => {
    if (calls.kinds[kind]!.kind.outcome !== 'succeeded') return;
    histogram.record(calls.serviceMs[index]! * US_PER_MS);
  });
  return summarise(histogram.snapshot());
}
