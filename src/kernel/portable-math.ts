/**
 * Exponential, logarithm and circular functions whose results are the same, bit for bit, on every
 * machine and Node version. ECMAScript leaves the precision of `Math.exp`, `Math.log`, `Math.cos`
 * and `**` to the engine, and V8's differ: `**` between Node 22 and 24, the others between x64 and
 * arm64, where some builds fuse multiplications with additions (nodejs/node#59095). Addition,
 * multiplication, division and `Math.sqrt` round correctly by IEEE 754, and the language forbids
 * fusing them; so these functions are made of nothing else. Whatever a run computes from its seed
 * goes through them. Errors stay within one or two units in the last place.
 */

/** ln 2 in two parts; the first ends in 21 zero bits, so that a whole number times it is exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const LEAST_NORMAL = 2.2250738585072014e-308;
const TWO_54 = 18_014_398_509_481_984;

const LEAST_EXPONENT = -1_074;
const POWERS_OF_TWO = powersOfTwo();
/** The higher half of √½'s bits: as far as these differ, so do the exponents. */
const SQRT_HALF_WORD = 0x3fe6a09e;
/** The bits of one number: written to one view, read from the other. */
const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
const HIGH = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/**
 * e^x = 2^k e^r with |r| <= ln 2 / 2, where Taylor's series needs thirteen terms. `tail` is what
 * rounding took from r.
 */
export function exp(x: number): number {
  if (!(x < 709.79)) return x > 0 ? Number.POSITIVE_INFINITY : x;
  if (x < -745.14) return 0;
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const tail = high - r - low;
  const y = 1 + (r + (r * r * exponentialRest(r) + tail));
  return k < -1_021 ? (y * powerOfTwo(k + 54)) / TWO_54 : y * 2 * powerOfTwo(k - 1);
}

function powerOfTwo(exponent: number): number {
  return POWERS_OF_TWO[exponent - LEAST_EXPONENT]!;
}

/** (e^r - 1 - r) / r^2. */
function exponentialRest(r: number): number {
  const upper =
    1 / 40_320 +
    r *
      (1 / 362_880 +
        r * (1 / 3_628_800 + r * (1 / 39_916_800 + r * (1 / 479_001_600 + r / 6_227_020_800))));
  return (
    1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + r * (1 / 5_040 + r * upper)))))
  );
}

/**
 * ln x = k ln 2 + ln(1 + f) with 1 + f between 1/√2 and √2. With s = f / (2 + f) it is
 * 2 artanh s = 2s + s R, R = 2 (s²/3 + s⁴/5 + …); and 2s = f - s f keeps the exact f in front.
 */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  const isSubnormal = x < LEAST_NORMAL;
  const normal = isSubnormal ? x * TWO_54 : x;
  double[0] = normal;
  const k = (words[HIGH]! - SQRT_HALF_WORD) >> 20;
  const f = normal * powerOfTwo(-k) - 1;
  const s = f / (2 + f);
  const rest = artanhRest(s * s);
  const n = isSubnormal ? k - 54 : k;
  return n * LN2_HIGH - (s * (f - rest) - n * LN2_LOW - f);
}

/** 2 (z/3 + z²/5 + … + z¹⁰/21); z is at most 0.0295. */
function artanhRest(z: number): number {
  const upper = 2 / 13 + z * (2 / 15 + z * (2 / 17 + z * (2 / 19 + z * (2 / 21))));
  return z * (2 / 3 + z * (2 / 5 + z * (2 / 7 + z * (2 / 9 + z * (2 / 11 + z * upper)))));
}

/** ln(1 + x) for small x: the error of rounding 1 + x is the same in both factors (W. Kahan). */
export function log1p(x: number): number {
  const rounded = 1 + x;
  if (rounded === 1) return x;
  if (rounded === Number.POSITIVE_INFINITY) return x;
  return log(rounded) * (x / (rounded - 1));
}

/** cos(2π t). In turns, reduction to an eighth of the circle is exact. */
export function cosOfTurns(turns: number): number {
  const quarter = Math.floor(4 * turns + 0.5);
  const x = 2 * Math.PI * (turns - quarter / 4);
  return quarterTurned(x, quarter);
}

/** sin(2π t). */
export function sinOfTurns(turns: number): number {
  const quarter = Math.floor(4 * turns + 0.5);
  const x = 2 * Math.PI * (turns - quarter / 4);
  return quarterTurned(x, quarter - 1);
}

/** cos(x + quarter π/2) for |x| <= π/4. */
function quarterTurned(x: number, quarter: number): number {
  const which = quarter - 4 * Math.floor(quarter / 4);
  if (which === 0) return cosine(x);
  if (which === 1) return -sine(x);
  return which === 2 ? -cosine(x) : sine(x);
}

/** Taylor's series to x^17. */
function sine(x: number): number {
  const z = x * x;
  const upper =
    1 / 362_880 -
    z *
      (1 / 39_916_800 -
        z * (1 / 6_227_020_800 - z * (1 / 1_307_674_368_000 - z / 355_687_428_096_000)));
  return x - x * z * (1 / 6 - z * (1 / 120 - z * (1 / 5_040 - z * upper)));
}

/** Taylor's series to x^16; the second line puts back what rounding 1 - x²/2 lost. */
function cosine(x: number): number {
  const z = x * x;
  const half = z / 2;
  const rounded = 1 - half;
  const upper =
    1 / 40_320 -
    z * (1 / 3_628_800 - z * (1 / 479_001_600 - z * (1 / 87_178_291_200 - z / 20_922_789_888_000)));
  return rounded + (1 - rounded - half + z * z * (1 / 24 - z * (1 / 720 - z * upper)));
}

/** 2^-1074 to 2^1023, by halving and doubling, which are exact. */
function powersOfTwo(): Float64Array {
  const powers = new Float64Array(1_024 - LEAST_EXPONENT);
  powers[-LEAST_EXPONENT] = 1;
  for (let i = -LEAST_EXPONENT; i > 0; i -= 1) powers[i - 1] = powers[i]! / 2;
  for (let i = -LEAST_EXPONENT; i + 1 < powers.length; i += 1) powers[i + 1] = powers[i]! * 2;
  return powers;
}
