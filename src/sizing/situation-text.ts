/** What the situations of a size document are called in sentences. */
import type { SituationName } from './size-report.ts';

export const SITUATION_TEXT: Readonly<Record<SituationName, string>> = {
  coldStart: 'the cold start',
  steadyState: 'the steady state',
  expiryHerd: 'the herd at expiry',
  recovery: 'the recovery from an outage',
};
