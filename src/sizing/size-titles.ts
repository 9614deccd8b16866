import type { Algorithm, SituationName } from './size-report.ts';

export const SITUATION_TITLES: Readonly<Record<SituationName, string>> = {
  coldStart: 'cold start',
  steadyState: 'steady state',
  expiryHerd: 'expiry herd',
  recovery: 'recovery from an outage',
};

export const LIMITER_TITLES: Readonly<Record<Algorithm, string>> = {
  'fixed-window': 'a fixed window',
  'sliding-window': 'a sliding window',
  'token-bucket': 'a token bucket',
};
