/** Flag values that commander leaves as text. */
import { badInput } from '../kernel/errors.ts';

/** Throws HarnessError `FLAG_INVALID` (exit 2) unless `text` is a whole number in the range. */
export function wholeNumber(
  flag: string,
  text: string,
  range: { readonly min: number; readonly max: number },
): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= range.min && value <= range.max) return value;
  throw badInput('FLAG_INVALID', [
    {
      file: flag,
      path: '',
      found: `"${text}"`,
      allowed: `a whole number from ${range.min} to ${range.max}`,
    },
  ]);
}
