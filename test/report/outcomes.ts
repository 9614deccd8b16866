/** Outcomes as properties draw them, and a few plain ones. */
import fc from 'fast-check';
import type { Outcome, OutcomeReport } from '../../src/verdict/outcome.ts';

export function reportOf(outcomes: readonly Partial<Outcome>[]): OutcomeReport {
  return {
    title: 'sts-harness run smoke',
    verdict: 'failed',
    summary: ['stalls.requests == 0: it was 3.'],
    outcomes: outcomes.map((outcome, index) => ({
      suite: 'smoke: thresholds',
      name: `outcome ${index}`,
      status: 'passed',
      message: 'it was 0',
      details: [],
      ...outcome,
    })),
  };
}

/** Of every kind of character, half surrogate pairs and control characters among them. */
export const anyText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.constantFrom('<', '>', '&', '"', "'", ']]>', '|', '\n', '\r\n', '%', '::', ',', '\\', '`'),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

export const anyReport: fc.Arbitrary<OutcomeReport> = fc.record({
  title: anyText,
  verdict: anyText,
  summary: fc.array(anyText, { maxLength: 3 }),
  outcomes: fc.array(
    fc.record({
      suite: fc.oneof(fc.constantFrom('one', 'two'), anyText),
      name: anyText,
      status: fc.constantFrom('passed', 'failed', 'warning', 'skipped'),
      message: anyText,
      details: fc.array(anyText, { maxLength: 3 }),
    }),
    { maxLength: 8 },
  ),
});
