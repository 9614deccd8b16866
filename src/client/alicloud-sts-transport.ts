/**
 * AssumeRole through the official `@alicloud/sts20150401` client, for those who want the vendor's
 * code on the wire.
 *
 * It is the weaker transport: the package cannot abort a call (an aborted one goes on unseen until
 * its own timeouts), hides the headers of error answers (no repetition after a refused timestamp),
 * cannot tell a throttling `302` from a truncated answer, and is used for signed calls alone.
 */
import type { Clock } from '../kernel/clock.ts';
import { realClock } from '../kernel/real-clock.ts';
import type { AssumeRoleRequest, CallerProof, Credentials } from '../kernel/sts/credentials.ts';
import {
  type AlicloudCallTerms,
  alicloudClient,
  alicloudFailure,
  alicloudPackage,
  alicloudRuntime,
} from './alicloud-sts-client.ts';
import { readCredentials, serverAtMs } from './assume-role-answer.ts';
import { TIMEOUT } from './classify.ts';
import { endpointUrl } from './endpoint.ts';
import type { StsFailure } from './failure.ts';
import type { AssumeRoleOutcome, StsTransport } from './sts-transport.ts';

export interface AlicloudStsTransportOptions extends AlicloudCallTerms {
  readonly endpoint?: string;
  readonly region?: string;
  /** Stamps the signatures. */
  readonly clock?: Clock;
}

const NO_TOKENS: StsFailure = {
  kind: 'fatal',
  code: 'TokenUnsupported',
  message: 'this transport makes no AssumeRoleWithOIDC calls: UndiciTransport does',
};

export class AlicloudStsTransport implements StsTransport {
  private readonly url: URL;
  private readonly options: AlicloudStsTransportOptions;
  private readonly clock: Clock;

  constructor(options: AlicloudStsTransportOptions = {}) {
    this.url = endpointUrl(options);
    this.options = options;
    this.clock = options.clock ?? realClock();
  }

  async assumeRole(
    request: AssumeRoleRequest,
    source: CallerProof,
    signal: AbortSignal,
  ): Promise<AssumeRoleOutcome> {
    if ('oidcToken' in source) return { kind: 'failed', failure: NO_TOKENS };
    const aborted = new Promise<AssumeRoleOutcome>((resolve) => {
      const end = () => resolve({ kind: 'failed', failure: TIMEOUT });
      if (signal.aborted) end();
      else signal.addEventListener('abort', end, { once: true });
    });
    return Promise.race([this.call(request, source), aborted]);
  }

  /** The package keeps its sockets in agents of the whole process; idle ones hold nothing up. */
  close(): void {}

  private async call(request: AssumeRoleRequest, source: Credentials): Promise<AssumeRoleOutcome> {
    try {
      const { AssumeRoleRequest: Input } = alicloudPackage();
      const answer = await alicloudClient(this.url, source).assumeRoleWithOptions(
        new Input({ ...request }),
        alicloudRuntime(this.clock, this.options),
      );
      const credentials = answer.body?.credentials;
      const fields = credentials && {
        AccessKeyId: credentials.accessKeyId,
        AccessKeySecret: credentials.accessKeySecret,
        SecurityToken: credentials.securityToken,
        Expiration: credentials.expiration,
      };
      return readCredentials(fields, serverAtMs(answer.headers?.date));
    } catch (error) {
      return { kind: 'failed', failure: alicloudFailure(error, source) };
    }
  }
}
