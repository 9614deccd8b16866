/**
 * Quantities as people write them: durations (`45m`, `900s`, `1h30m`, `250ms`), rates (`100/s`,
 * `20k/s`, `90/m`), counts (`6M`), shares (`30%`, `0.3`). A bare number is refused where its unit
 * would be a guess. Parsers give `undefined` for what they cannot read; the caller knows the place.
 */
const MS_PER_UNIT: Record<string, number> = {
  us: 0.001,
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const MULTIPLIER: Record<string, number> = { '': 1, k: 1e3, K: 1e3, M: 1e6, G: 1e9 };

const DURATION_PART = /(\d+(?:\.\d+)?)\s*(us|ms|s|min|m|h|d)/y;

/** `1h30m` -> 5400000. Several parts add up; a unit is required unless the value is 0. */
export function parseDurationMs(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === '0') return 0;
  let totalMs = 0;
  let at = 0;
  while (at < trimmed.length) {
    DURATION_PART.lastIndex = at;
    const match = DURATION_PART.exec(trimmed);
    if (match === null) return undefined;
    totalMs += Number(match[1]) * MS_PER_UNIT[match[2]!]!;
    at = DURATION_PART.lastIndex;
    while (trimmed[at] === ' ') at += 1;
  }
  return trimmed.length > 0 ? totalMs : undefined;
}

/** `20k/s` -> 20000, `90/m` -> 1.5 (per second). */
export function parseRatePerSecond(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kKMG]?)\s*\/\s*(ms|s|min|m|h|d)$/.exec(text.trim());
  if (match === null) return undefined;
  return (Number(match[1]) * MULTIPLIER[match[2]!]! * 1_000) / MS_PER_UNIT[match[3]!]!;
}

/** `6M` -> 6000000. */
export function parseCount(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kKMG]?)$/.exec(text.trim());
  return match === null ? undefined : Number(match[1]) * MULTIPLIER[match[2]!]!;
}

/** `30%` -> 0.3, `0.3` -> 0.3. */
export function parseShare(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim());
  if (match === null) return undefined;
  return match[2] === '%' ? Number(match[1]) / 100 : Number(match[1]);
}

/** Three significant digits and the unit that reads best: `1.25 s`, `45 min`, `820 µs`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  const size = Math.abs(ms);
  if (size === 0) return '0';
  if (size < 1) return `${digits(ms * 1_000)} µs`;
  if (size < 1_000) return `${digits(ms)} ms`;
  if (size < 120_000) return `${digits(ms / 1_000)} s`;
  if (size < 7_200_000) return `${digits(ms / 60_000)} min`;
  return `${digits(ms / 3_600_000)} h`;
}

/** `1234567` -> `1,234,567`; fractions keep three significant digits. */
export function formatCount(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (!Number.isInteger(value) && Math.abs(value) < 100) return digits(value);
  return Math.round(value).toLocaleString('en-US');
}

function digits(value: number): string {
  const rounded = Number(value.toPrecision(3));
  return Math.abs(rounded) >= 100 ? rounded.toFixed(0) : String(rounded);
}
