/** Student's t distribution: how far a mean of few observations may lie from the true one. */
import { normalQuantile } from './normal.ts';
import { exp, log } from './portable-math.ts';
import { logGamma } from './stirling.ts';

/** From here the expansion about the normal deviate is good to 1e-11 for what a report asks. */
const NEARLY_NORMAL_FROM = 500;
/** The continued fraction's terms; it is used where it converges fast. */
const FRACTION_DEPTH = 200;

/**
 * The t with P(T <= t) = probability, 0 < probability < 1, to 1e-9; for a two-sided 95 % interval
 * ask for 0.975. Degrees of freedom need not be whole (Welch's are not).
 */
export function studentTQuantile(probability: number, degreesOfFreedom: number): number {
  if (!(probability > 0 && probability < 1)) throw new RangeError(`no quantile at ${probability}`);
  if (probability === 0.5) return 0;
  if (probability < 0.5) return -studentTQuantile(1 - probability, degreesOfFreedom);
  if (degreesOfFreedom >= NEARLY_NORMAL_FROM) {
    return aboutNormal(normalQuantile(probability), degreesOfFreedom);
  }
  const outer = 1 - probability;
  let low = 0;
  let high = 2;
  while (upperTail(high, degreesOfFreedom) > outer) {
    low = high;
    high *= 2;
  }
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (upperTail(middle, degreesOfFreedom) > outer) low = middle;
    else high = middle;
  }
}

/** P(T > t) for t >= 0: half the incomplete beta function I_x(ν/2, 1/2) at x = ν / (ν + t²). */
function upperTail(t: number, degreesOfFreedom: number): number {
  const a = degreesOfFreedom / 2;
  const b = 0.5;
  const square = t * t;
  const x = degreesOfFreedom / (degreesOfFreedom + square);
  const rest = square / (degreesOfFreedom + square);
  // The fraction converges fast below about the mean; beyond it, take the one from the other end.
  return x < (a + 1) / (a + b + 2)
    ? 0.5 * incompleteBeta({ a, b, x, rest })
    : 0.5 - 0.5 * incompleteBeta({ a: b, b: a, x: rest, rest: x });
}

/**
 * I_x(a, b) by its continued fraction (Abramowitz and Stegun 26.5.8), from the innermost term
 * outwards. `rest` is 1 - x without its rounding.
 */
function incompleteBeta(of: { a: number; b: number; x: number; rest: number }): number {
  const { a, b, x, rest } = of;
  if (x === 0) return 0;
  let fraction = 1;
  for (let m = FRACTION_DEPTH; m >= 0; m -= 1) {
    const even = ((m + 1) * (b - m - 1) * x) / ((a + 2 * m + 1) * (a + 2 * m + 2));
    const odd = ((a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    fraction = 1 - odd / (1 + even / fraction);
  }
  const logOfFactor =
    a * log(x) + b * log(rest) + logGamma(a + b) - logGamma(a) - logGamma(b) - log(a);
  return exp(logOfFactor) / fraction;
}

/** Abramowitz and Stegun 26.7.5. */
function aboutNormal(z: number, degreesOfFreedom: number): number {
  const s = z * z;
  const terms = [
    (s + 1) / 4,
    ((5 * s + 16) * s + 3) / 96,
    (((3 * s + 19) * s + 17) * s - 15) / 384,
    ((((79 * s + 776) * s + 1_482) * s - 1_920) * s - 945) / 92_160,
  ];
  return z * (1 + terms.reduceRight((sum, term) => (sum + term) / degreesOfFreedom, 0));
}
