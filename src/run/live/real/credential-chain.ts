/**
 * The default credential chain of `@alicloud/credentials`: environment, OIDC token, profiles, instance
 * role, credentials URI. What it gives stays in the thread of the gate.
 *
 * Some of its sources (a profile or an OIDC token with a role) call STS themselves, on demand, and
 * their calls count like any other: those of the first time are charged to the budget, and later the chain
 * is asked only with as many permissions in hand as it then needed. In between its last credential
 * is used: it renews a session when 15 minutes are left, so one that it gave lasts longer than that.
 * Source: @alicloud/credentials 2.4.7, `providers/default.ts`, `providers/session.ts`.
 *
 * Its error texts are kept back: they quote files and answers, and with them secrets.
 */
import { createRequire } from 'node:module';
import type { Credentials } from '../../../kernel/sts/credentials.ts';
import { watched } from './wire-watch.ts';

const ASK_AGAIN_MS = 5 * 60_000;

const { default: Credential } = createRequire(import.meta.url)(
  '@alicloud/credentials',
) as typeof import('@alicloud/credentials');

export interface ChainAnswer {
  /** Undefined where no source of the chain had one. */
  readonly credential: Credentials | undefined;
  /** Such as `default/env` or `default/oidc_role_arn`. */
  readonly provider: string;
  /** Calls of STS that the chain made for it. */
  readonly ownCalls: number;
}

export class CredentialChain {
  private readonly inner = new Credential();
  private held: Credentials | undefined;
  private askedAtMs = Number.NEGATIVE_INFINITY;

  /** `nowMs` of a monotonic counter. */
  async ask(nowMs: number): Promise<ChainAnswer> {
    const { value, seen } = await watched(() => this.inner.getCredential().catch(() => undefined));
    this.askedAtMs = nowMs;
    const { accessKeyId = '', accessKeySecret = '', securityToken } = value ?? {};
    const isThere = accessKeyId !== '' && accessKeySecret !== '';
    const session = securityToken ? { securityToken } : {};
    this.held = isThere ? { accessKeyId, accessKeySecret, ...session } : undefined;
    return {
      credential: this.held,
      provider: value?.providerName ?? '',
      ownCalls: seen.sessionCalls,
    };
  }

  isDue(nowMs: number): boolean {
    return nowMs - this.askedAtMs >= ASK_AGAIN_MS;
  }

  /** What it gave last. */
  get credential(): Credentials | undefined {
    return this.held;
  }
}
