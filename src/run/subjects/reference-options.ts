/**
 * Options of the scenario's `client` for the reference client, live and simulated: `share: host`
 * gives the processes of a host one client, `policy` lays numbers over the default cache policy.
 */
import { type CachePolicy, cachePolicy } from '../../client/policy.ts';
import { badInput } from '../../kernel/errors.ts';

export interface ReferenceOptions {
  readonly share: 'process' | 'host';
  /** Numbers laid over the defaults. */
  readonly policy: Partial<CachePolicy>;
}

/** Throws HarnessError (exit 2) for anything else. */
export function referenceOptions(options: Readonly<Record<string, unknown>>): ReferenceOptions {
  const { share = 'process', policy = {} } = options;
  if (share !== 'process' && share !== 'host') throw refused('share', share, 'process or host');
  if (typeof policy !== 'object' || policy === null) throw refused('policy', policy, 'a mapping');
  cachePolicy(policy);
  return { share, policy };
}

function refused(path: string, found: unknown, allowed: string): Error {
  return badInput('SUBJECT_INVALID', [
    { file: 'client reference', path, found: String(found), allowed },
  ]);
}
