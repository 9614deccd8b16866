/**
 * One subject's column of a live run that was repeated: the figures are those of the first
 * repetition, and every repetition's are kept beside them for a comparison.
 */
import { figuresOf, pathText } from './figures.ts';
import type { SubjectResult } from './result.ts';

/** Of at least one. The column is as valid as its worst repetition, and as complete. */
export function withRepetitions(repetitions: readonly SubjectResult[]): SubjectResult {
  const first = repetitions[0]!;
  if (repetitions.length === 1) return first;
  return {
    ...first,
    partial: repetitions.some(({ partial }) => partial),
    validity: {
      ...first.validity,
      ok: repetitions.every(({ validity }) => validity.ok),
      reasons: repetitions.flatMap(({ validity }, index) =>
        validity.reasons.map((reason) => `Repetition ${index + 1}: ${reason}`),
      ),
    },
    repetitions: repetitions.map((repetition) => ({
      ok: repetition.validity.ok,
      partial: repetition.partial,
      figures: Object.fromEntries(
        [...figuresOf(repetition)].map(({ path, value }) => [pathText(path), value]),
      ),
    })),
  };
}
