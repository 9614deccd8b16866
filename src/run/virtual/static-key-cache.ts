/**
 * What roles replace: a permanent AccessKey. It is always at hand, never ends and asks nobody.
 */
import type { CredentialCache, Effect } from '../../client/credential-cache.ts';
import type { SessionCredentials } from '../../kernel/sts/credentials.ts';

const NEVER: readonly Effect[] = Object.freeze([]);

export class StaticKeyCache implements CredentialCache {
  readonly quietUntilMs = Number.POSITIVE_INFINITY;
  readonly timerAtMs = undefined;
  readonly inFlight = 0;
  readonly current: SessionCredentials = {
    accessKeyId: 'a permanent key',
    accessKeySecret: '',
    securityToken: '',
    expiresAtMs: Number.POSITIVE_INFINITY,
  };

  request(_: number, waiter: number): readonly Effect[] {
    return [{ kind: 'serve', waiter, credential: this.current }];
  }

  refreshSucceeded(): readonly Effect[] {
    return NEVER;
  }

  refreshFailed(): readonly Effect[] {
    return NEVER;
  }

  timer(): readonly Effect[] {
    return NEVER;
  }
}
