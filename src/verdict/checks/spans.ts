/** Lengths that scripts are made of, ms. */
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** Of a credential, where a script does not say otherwise. */
export const SESSION = HOUR;
