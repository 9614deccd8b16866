/**
 * No cache at all: one AssumeRole call for each request. The mistake behind most public reports of
 * a throttled STS, and the upper bound of what a client can cost.
 */
import type { Subject } from './subject.ts';

export const uncached: Subject = {
  name: 'uncached',
  fastForward: { mode: 'jump' },
  readsDate: false,
  createClient: (context) => ({ getCredentials: () => context.assumeRole() }),
};
