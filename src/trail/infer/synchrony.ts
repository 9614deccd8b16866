/**
 * Whether clients refresh in step: their calls as angles on a circle of one interval. `r` is the length
 * of the mean of those unit vectors: 1 where all fall on one angle, about 0 where they are spread. The
 * chance that n evenly spread calls reach it is about exp(-n r²) (Rayleigh's test).
 */
import { cosOfTurns, exp, sinOfTurns } from '../../kernel/portable-math.ts';

export interface Synchrony {
  readonly r: number;
  readonly p: number;
}

/** `calls` by second, from any second on. */
export function synchronyOf(calls: Uint32Array, intervalSeconds: number): Synchrony {
  let [x, y, n] = [0, 0, 0];
  for (let second = 0; second < calls.length; second += 1) {
    const count = calls[second]!;
    if (count === 0) continue;
    const turns = second / intervalSeconds;
    const phase = turns - Math.floor(turns);
    x += count * cosOfTurns(phase);
    y += count * sinOfTurns(phase);
    n += count;
  }
  if (n === 0) return { r: 0, p: 1 };
  const r = Math.sqrt(x * x + y * y) / n;
  return { r, p: exp(-n * r * r) };
}
