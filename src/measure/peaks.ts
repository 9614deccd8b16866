/**
 * Most calls in one second, two ways. Aligned: in a second counted from virtual zero, as a quota
 * with a fixed window sees it. Sliding: in any half-open second, as the caller should fear it. A
 * half-open second touches at most two aligned ones, so aligned <= sliding <= 2 x aligned.
 */
const SECOND_MS = 1_000;

export interface Peaks {
  readonly peakPerSecond: number;
  readonly slidingPeakPerSecond: number;
}

/** `atMs` ascending. */
export function peaksOf(atMs: Float64Array): Peaks {
  let aligned = 0;
  let inSecond = 0;
  let second = Number.NaN;
  let sliding = 0;
  let first = 0;
  for (let index = 0; index < atMs.length; index += 1) {
    const at = atMs[index]!;
    const thisSecond = Math.floor(at / SECOND_MS);
    inSecond = thisSecond === second ? inSecond + 1 : 1;
    second = thisSecond;
    if (inSecond > aligned) aligned = inSecond;
    while (at - atMs[first]! >= SECOND_MS) first += 1;
    if (index - first + 1 > sliding) sliding = index - first + 1;
  }
  return { peakPerSecond: aligned, slidingPeakPerSecond: sliding };
}
