/** How sts-harness makes one client a process: ours, with the harness's clock, chance and STS. */
import type { SubjectContext } from 'sts-harness';
import { MARGIN_MS, SessionCache } from '../src/session-cache.ts';

/** It renews by timers of the clock, or when a request comes in the last minute of a session. */
export const fastForward = { leadMs: MARGIN_MS };

export default function createClient({ assumeRole, clock, random }: SubjectContext): SessionCache {
  return new SessionCache({
    assumeRole: async () => {
      const { securityToken = '', ...session } = await assumeRole();
      return { ...session, securityToken };
    },
    clock,
    random,
  });
}
