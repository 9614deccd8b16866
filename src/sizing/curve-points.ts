/** Which quotas the curve has, and how many runs each is simulated in. */

/** Of the quota with which nothing is throttled; at that, runs are those without a quota. */
export const CURVE_SHARES = [0.25, 0.5, 0.75, 0.9, 1];
export const CURVE_SEEDS = 3;

/** In a situation, at least. */
export const CURVE_SIMULATIONS = CURVE_SEEDS * CURVE_SHARES.filter((share) => share < 1).length;
