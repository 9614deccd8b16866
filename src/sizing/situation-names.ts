/** The situations that a quota is sized for; `situations.ts` says what they are. */
export const SITUATION_NAMES = ['coldStart', 'steadyState', 'expiryHerd', 'recovery'] as const;
