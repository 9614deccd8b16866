/**
 * How many calls there were in each second, as text that a person can still read: `3 0 12*1` is three
 * in the first second, none in the next, and one in each of the twelve after it.
 */

/** As long as a scenario may be. */
const SECONDS_MAX = 31 * 86_400;
const CALLS_MAX = 1_000_000;

export const SECOND_SERIES_FORM =
  'calls in each second, such as 3 0 12*1 (twelve times one), of at most 31 days';

/** The pattern of the whole text, for editors. */
export const SECOND_SERIES_PATTERN = String.raw`^\s*\d+(\*\d+)?(\s+\d+(\*\d+)?)*\s*$`;

/** Undefined for text of another form, or beyond the limits. */
export function parseSecondSeries(text: string): number[] | undefined {
  const calls: number[] = [];
  for (const part of text.trim().split(/\s+/)) {
    const match = /^(?:(\d{1,7})\*)?(\d{1,7})$/.exec(part);
    if (match === null) return undefined;
    const times = Number(match[1] ?? 1);
    const count = Number(match[2]);
    if (count > CALLS_MAX || calls.length + times > SECONDS_MAX) return undefined;
    for (let i = 0; i < times; i += 1) calls.push(count);
  }
  return calls;
}

/** Seconds without calls at the end are left out. */
export function formatSecondSeries(calls: readonly number[]): string {
  const parts: string[] = [];
  let end = calls.length;
  while (end > 0 && calls[end - 1] === 0) end -= 1;
  for (let at = 0; at < end; ) {
    const count = calls[at]!;
    let after = at + 1;
    while (after < end && calls[after] === count) after += 1;
    const times = after - at;
    // Twice the same is shorter as it is.
    parts.push(times > 2 ? `${times}*${count}` : Array(times).fill(count).join(' '));
    at = after;
  }
  return parts.length === 0 ? '0' : parts.join(' ');
}
