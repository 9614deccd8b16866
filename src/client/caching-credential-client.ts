/**
 * The credential client for production: a session of one role, kept at hand. One instance serves one
 * role and session: give all callers of a process the same one, or a `CredentialHolder` where there
 * are many.
 *
 * It has the shape of a provider of `@alicloud/credentials`, so any Alibaba Cloud Node client takes
 * it: `new Credential(null, client)`. It is a source of another client's credential, too.
 *
 * It follows a monotonic clock, which stands still while a machine is suspended: call `invalidate`
 * where a service refuses a credential.
 */
import { freshSeed, realClock } from '../kernel/real-clock.ts';
import { stream } from '../kernel/rng.ts';
import { assumeRole } from './assume-role.ts';
import { CachedCredential } from './cached-credential.ts';
import { sourceOf } from './caller-source.ts';
import { type ClientOptions, DEFAULT_CALL_TIMEOUT_MS, requestOf } from './client-options.ts';
import { cachePolicy } from './policy.ts';
import type { StsTransport } from './sts-transport.ts';
import { UndiciTransport } from './undici-transport.ts';

export class CachingCredentialClient extends CachedCredential {
  /** To be closed with the client; one that was passed in is not. */
  private readonly ownTransport: StsTransport | undefined;

  constructor(options: ClientOptions) {
    const request = requestOf(options);
    const source = sourceOf(options.source);
    const clock = options.clock ?? realClock();
    const rng = options.rng ?? stream(freshSeed(), 'client');
    const policy = cachePolicy(options.policy);
    const transport = options.transport ?? new UndiciTransport({ ...options, clock });
    const call = { source, transport, request, clock };
    super({
      issuer: { name: 'STS', issue: (signal) => assumeRole(call, signal) },
      policy,
      clock,
      rng,
      backoffRng: options.backoffRng ?? rng,
      callTimeoutMs: options.callTimeoutMs ?? DEFAULT_CALL_TIMEOUT_MS,
      refresh: options.refresh ?? 'ahead',
    });
    this.ownTransport = options.transport === undefined ? transport : undefined;
  }

  /** `@alicloud/credentials` shows it as the credential's type. */
  getProviderName(): string {
    return 'ram_role_arn';
  }

  override async close(): Promise<void> {
    await super.close();
    await this.ownTransport?.close();
  }
}
