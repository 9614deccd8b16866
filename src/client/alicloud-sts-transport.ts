/**
 * AssumeRole through the official `@alicloud/sts20150401` client, for those who want the vendor's
 * code on the wire. The package is loaded by the first call, so that nobody else pays for it.
 *
 * It is the weaker transport: the package cannot abort a call (an aborted one goes on unseen until
 * its own timeouts), hides the headers of error answers (no repetition after a refused timestamp),
 * cannot tell a throttling `302` from a truncated answer, and is used for signed calls alone.
 */
import { createRequire } from 'node:module';
import type { Clock } from '../kernel/clock.ts';
import { realClock } from '../kernel/real-clock.ts';
import type { AssumeRoleRequest, CallerProof, Credentials } from '../kernel/sts/credentials.ts';
import { formatTimestamp } from '../kernel/sts/wire.ts';
import { readCredentials, serverAtMs } from './assume-role-answer.ts';
import { badResponse, classify, networkFailure, TIMEOUT } from './classify.ts';
import { endpointUrl } from './endpoint.ts';
import type { StsFailure } from './failure.ts';
import type { AssumeRoleOutcome, StsTransport } from './sts-transport.ts';

export interface AlicloudStsTransportOptions {
  readonly endpoint?: string;
  readonly region?: string;
  /** Certificate authority to trust, PEM. */
  readonly ca?: string;
  readonly connectTimeoutMs?: number;
  readonly readTimeoutMs?: number;
  /** Stamps the signatures. */
  readonly clock?: Clock;
}

type Package = typeof import('@alicloud/sts20150401');
type Client = Package['default'];
type Config = ConstructorParameters<Client>[0];
type RuntimeOptions = Parameters<InstanceType<Client>['assumeRoleWithOptions']>[1];

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
      const { client, input } = this.prepare(request, source);
      const answer = await client.assumeRoleWithOptions(input, this.runtime());
      const credentials = answer.body?.credentials;
      const fields = credentials && {
        AccessKeyId: credentials.accessKeyId,
        AccessKeySecret: credentials.accessKeySecret,
        SecurityToken: credentials.securityToken,
        Expiration: credentials.expiration,
      };
      return readCredentials(fields, serverAtMs(answer.headers?.date));
    } catch (error) {
      return { kind: 'failed', failure: failureOf(error, source) };
    }
  }

  private prepare(request: AssumeRoleRequest, source: Credentials) {
    // CommonJS compiled from an ES module, whose default export every loader sees differently:
    // `require` gives its exports as they are.
    const exported: Package = createRequire(import.meta.url)('@alicloud/sts20150401');
    const { default: Client, AssumeRoleRequest: Input } = exported;
    const config = {
      accessKeyId: source.accessKeyId,
      accessKeySecret: source.accessKeySecret,
      securityToken: source.securityToken,
      endpoint: this.url.host,
      protocol: this.url.protocol.slice(0, -1),
    };
    // The package reads plain fields; its own Config class is another package's.
    return { client: new Client(config as unknown as Config), input: new Input({ ...request }) };
  }

  private runtime(): RuntimeOptions {
    const headers = { 'x-acs-date': formatTimestamp(this.clock.nowMs()) };
    const runtime = {
      connectTimeout: this.options.connectTimeoutMs ?? 2_000,
      readTimeout: this.options.readTimeoutMs ?? 5_000,
      extendsParameters: { headers },
      ...(this.options.ca === undefined ? {} : { ca: this.options.ca }),
    };
    return runtime as unknown as RuntimeOptions;
  }
}

/** The package's errors carry the answer's fields; anything else came from the network or the parser. */
function failureOf(error: unknown, source: Credentials): StsFailure {
  const { statusCode, code, data, retryAfter } = (error ?? {}) as {
    statusCode?: unknown;
    code?: unknown;
    data?: { Message?: unknown; RequestId?: unknown };
    retryAfter?: unknown;
  };
  if (typeof statusCode !== 'number') {
    return error instanceof SyntaxError
      ? badResponse('the answer of STS is not JSON')
      : networkFailure(error);
  }
  const requestId = data?.RequestId;
  return classify(
    {
      status: statusCode,
      code: typeof code === 'string' && code !== 'undefined' ? code : '',
      message: typeof data?.Message === 'string' ? data.Message : '',
      isEmpty: false,
      ...(typeof requestId === 'string' ? { requestId } : {}),
      ...(typeof retryAfter === 'number' ? { retryAfter: String(retryAfter) } : {}),
    },
    source,
  );
}
