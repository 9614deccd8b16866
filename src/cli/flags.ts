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
  const allowed = `a whole number from ${range.min} to ${range.max}`;
  throw badInput('FLAG_INVALID', [{ file: flag, path: '', found: `"${text}"`, allowed }]);
}

/** `reference, alibaba-sdk` -> its names; none where the flag was not given. Repeated names are refused. */
export function namesIn(text: string | undefined, flag = '--subject'): string[] {
  if (text === undefined) return [];
  const names = text.split(',').map((name) => name.trim());
  const isFine = names.every((name) => name !== '') && new Set(names).size === names.length;
  if (isFine) return names;
  const allowed = 'different names, separated by commas';
  throw badInput('FLAG_INVALID', [{ file: flag, path: '', found: `"${text}"`, allowed }]);
}

/** The scenario with the seed of the command line, if one was given. */
export function withSeed<T extends { readonly seed: number }>(scenario: T, seed?: string): T {
  if (seed === undefined) return scenario;
  return {
    ...scenario,
    seed: wholeNumber('--seed', seed, { min: 0, max: Number.MAX_SAFE_INTEGER }),
  };
}
