/** The standard normal distribution and its inverse. */
import { exp, log } from './portable-math.ts';

const INVERSE_SQRT_TWO_PI = 0.3989422804014327;
/** Where the series has become long enough for the continued fraction to be the shorter way. */
const TAIL_FROM = 3;
/** Enough for 1e-16 from TAIL_FROM on. */
const FRACTION_DEPTH = 60;

function normalDensity(z: number): number {
  return INVERSE_SQRT_TWO_PI * exp(-0.5 * z * z);
}

/** P(Z <= z), to about 1e-16 absolute; in the lower tail to about 1e-14 of itself. */
export function normalCdf(z: number): number {
  if (z <= -TAIL_FROM) return tail(-z);
  if (z >= TAIL_FROM) return 1 - tail(z);
  return 0.5 + normalDensity(z) * series(z);
}

/** z + z³/3 + z⁵/(3·5) + z⁷/(3·5·7) + …, which times the density is P(0 < Z <= z). */
function series(z: number): number {
  let term = z;
  let sum = z;
  for (let odd = 3; ; odd += 2) {
    term *= (z * z) / odd;
    const next = sum + term;
    if (!(Math.abs(next - sum) > 0)) return next;
    sum = next;
  }
}

/** P(Z > z) for large z: Laplace's continued fraction 1/(z + 1/(z + 2/(z + 3/(z + …)))). */
function tail(z: number): number {
  let denominator = z;
  for (let n = FRACTION_DEPTH; n > 0; n -= 1) denominator = z + n / denominator;
  return normalDensity(z) / denominator;
}

/**
 * The deviate z with P(Z <= z) = probability, between 0 and 1, to about 1e-16 of itself: M. J.
 * Wichura, "Algorithm AS 241: The percentage points of the normal distribution" (Applied Statistics
 * 37, 1988), PPND16, with its published coefficients as doubles. Rational functions: one for the
 * middle and two for the tails.
 */
export function normalQuantile(probability: number): number {
  const distance = probability - 0.5;
  if (Math.abs(distance) <= 0.425) {
    return distance * ratio(MIDDLE, 0.180625 - distance * distance);
  }
  const outer = distance < 0 ? probability : 1 - probability;
  if (!(outer > 0)) return distance < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const r = Math.sqrt(-log(outer));
  const z = r <= 5 ? ratio(TAIL, r - 1.6) : ratio(FAR_TAIL, r - 5);
  return distance < 0 ? -z : z;
}

interface Ratio {
  /** Coefficients from the constant one up. */
  readonly above: readonly number[];
  readonly below: readonly number[];
}

const MIDDLE: Ratio = {
  above: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946,
    45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  below: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597,
    39307.89580009271, 28729.085735721943, 5226.495278852854,
  ],
};

const TAIL: Ratio = {
  above: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045,
    1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  below: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008,
    0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-9,
  ],
};

const FAR_TAIL: Ratio = {
  above: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487,
    0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  below: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
    1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15,
  ],
};

function ratio({ above, below }: Ratio, x: number): number {
  let numerator = 0;
  let denominator = 0;
  for (let i = above.length - 1; i >= 0; i -= 1) {
    numerator = numerator * x + above[i]!;
    denominator = denominator * x + below[i]!;
  }
  return numerator / denominator;
}
