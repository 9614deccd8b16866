/** Figures and instants, as the findings of checks say them. */

/** `1 call`, `2,000 calls`. */
export { counted } from '../expectations/finding.ts';

/** An instant of a script, h:mm:ss: `0:45:00`, `1:00:00.020`. */
export function instant(ms: number): string {
  const rounded = Math.round(ms);
  const seconds = Math.floor(rounded / 1_000);
  const two = (value: number) => String(value).padStart(2, '0');
  const fraction = rounded % 1_000 === 0 ? '' : `.${String(rounded % 1_000).padStart(3, '0')}`;
  return `${Math.floor(seconds / 3_600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${fraction}`;
}

/** `20 ms`, `5 s`, `2.5 min`, `1 h`. */
export function span(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${rounded(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${rounded(ms / 60_000)} min`;
  return `${rounded(ms / 3_600_000)} h`;
}

/** `10 %` */
export function share(value: number): string {
  return `${rounded(value * 100)} %`;
}

function rounded(value: number): string {
  return String(Math.round(value * 100) / 100);
}
