/**
 * The official `@alicloud/sts20150401` client, set up for one call, and what its errors mean. The package
 * is loaded by the first call, so that nobody else pays for it.
 */
import { createRequire } from 'node:module';
import type { Clock } from '../kernel/clock.ts';
import type { Credentials } from '../kernel/sts/credentials.ts';
import { formatTimestamp } from '../kernel/sts/wire.ts';
import { badResponse, classify, networkFailure } from './classify.ts';
import type { StsFailure } from './failure.ts';

type Package = typeof import('@alicloud/sts20150401');
type Client = Package['default'];
type Config = ConstructorParameters<Client>[0];
type RuntimeOptions = Parameters<InstanceType<Client>['assumeRoleWithOptions']>[1];

export interface AlicloudCallTerms {
  /** Certificate authority to trust, PEM. */
  readonly ca?: string;
  /** 2,000 ms when not given. */
  readonly connectTimeoutMs?: number;
  /** 5,000 ms when not given. */
  readonly readTimeoutMs?: number;
}

export function alicloudPackage(): Package {
  // CommonJS compiled from an ES module, whose default export every loader sees differently:
  // `require` gives its exports as they are.
  return createRequire(import.meta.url)('@alicloud/sts20150401');
}

export function alicloudClient(url: URL, source: Credentials): InstanceType<Client> {
  const { default: Client } = alicloudPackage();
  const config = {
    accessKeyId: source.accessKeyId,
    accessKeySecret: source.accessKeySecret,
    securityToken: source.securityToken,
    endpoint: url.host,
    protocol: url.protocol.slice(0, -1),
  };
  // The package reads plain fields; its own Config class is another package's.
  return new Client(config as unknown as Config);
}

/** `clock` stamps the signature. */
export function alicloudRuntime(clock: Clock, terms: AlicloudCallTerms): RuntimeOptions {
  const headers = { 'x-acs-date': formatTimestamp(clock.nowMs()) };
  const runtime = {
    connectTimeout: terms.connectTimeoutMs ?? 2_000,
    readTimeout: terms.readTimeoutMs ?? 5_000,
    extendsParameters: { headers },
    ...(terms.ca === undefined ? {} : { ca: terms.ca }),
  };
  return runtime as unknown as RuntimeOptions;
}

/** The package's errors carry the answer's fields; anything else came from the network or the parser. */
export function alicloudFailure(error: unknown, source: Credentials): StsFailure {
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
