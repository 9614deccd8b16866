/**
 * AssumeRole and AssumeRoleWithOIDC over undici, the former signed here (ACS3).
 */
import type { Clock } from '../kernel/clock.ts';
import { realClock } from '../kernel/real-clock.ts';
import type { AssumeRoleRequest, CallerProof } from '../kernel/sts/credentials.ts';
import { readAnswer } from './assume-role-answer.ts';
import { assumeRoleCall, assumeRoleWithOidcCall } from './assume-role-call.ts';
import { badResponse, networkFailure, TIMEOUT } from './classify.ts';
import { endpointUrl } from './endpoint.ts';
import type { HttpEndpointOptions } from './http-endpoint.ts';
import { StampedEndpoint } from './stamped-endpoint.ts';
import type { AssumeRoleOutcome, StsTransport } from './sts-transport.ts';

export interface UndiciTransportOptions extends HttpEndpointOptions {
  /** `https://sts.cn-hangzhou.aliyuncs.com`, `http://127.0.0.1:8080`; without a scheme, https. */
  readonly endpoint?: string;
  /** Picks the region's public endpoint where `endpoint` is not given. */
  readonly region?: string;
  /** Stamps the calls. */
  readonly clock?: Clock;
}

export class UndiciTransport implements StsTransport {
  private readonly sts: StampedEndpoint;

  constructor(options: UndiciTransportOptions = {}) {
    this.sts = new StampedEndpoint(options.clock ?? realClock(), endpointUrl(options), options);
  }

  async assumeRole(
    request: AssumeRoleRequest,
    source: CallerProof,
    signal: AbortSignal,
  ): Promise<AssumeRoleOutcome> {
    try {
      const { status, body, header } = await this.sts.send(
        (stamp) =>
          'oidcToken' in source
            ? assumeRoleWithOidcCall(request, source, stamp)
            : assumeRoleCall(request, source, stamp),
        signal,
      );
      if (body === undefined) {
        return { kind: 'failed', failure: badResponse('the answer of STS is too long', status) };
      }
      const retryAfter = header('x-acs-retry-after');
      return readAnswer({ status, body, date: header('date'), retryAfter }, source);
    } catch (error) {
      return { kind: 'failed', failure: signal.aborted ? TIMEOUT : networkFailure(error) };
    }
  }

  close(): Promise<void> {
    return this.sts.close();
  }
}
