/**
 * The AccessKey of a RAM user, from where KMS keeps and rotates it. A key that was read is used for
 * `ttlMs`, and read again in the second half of that time, or as soon as somebody is told that it is
 * not taken any more.
 * Sources: Alibaba Cloud, "GetSecretValue" of KMS 2016-01-20; "Manage and use RAM secrets".
 */
import { badInput } from '../kernel/errors.ts';
import { realClock } from '../kernel/real-clock.ts';
import type { AccessKey, Credentials, SessionCredentials } from '../kernel/sts/credentials.ts';
import { acs3Rpc } from './acs3-rpc.ts';
import type { CachedCredential } from './cached-credential.ts';
import { readOnDemand, type SourceSettings } from './cached-source.ts';
import { type CredentialSource, callAs, keySourceOf } from './caller-source.ts';
import { badResponse, networkFailure } from './classify.ts';
import { isKeySource, problem } from './client-options.ts';
import { kmsEndpointUrl } from './endpoint.ts';
import { readSecret } from './secret-answer.ts';
import { DEFAULT_SECRET_TTL_MS, secretPolicy } from './secret-policy.ts';
import { StampedEndpoint } from './stamped-endpoint.ts';
import type { AssumeRoleOutcome } from './sts-transport.ts';

export interface KmsSecretSourceOptions extends SourceSettings {
  /** `acs/ram/user/orders` */
  readonly secretName: string;
  /** Who may read the secret: an `InstanceRoleSource`, or a key. One that is given is not closed. */
  readonly source: Credentials | CredentialSource;
  /** `https://kms-vpc.cn-hangzhou.aliyuncs.com`; without it, the region's public endpoint. */
  readonly endpoint?: string;
  readonly region?: string;
  /** Certificate authority of the endpoint, PEM; the system's when not given. */
  readonly ca?: string;
  /** 600,000 when not given. */
  readonly ttlMs?: number;
}

const KMS_VERSION = '2016-01-20';
const TTL_MS_MAX = 86_400_000;
const KEY_SOURCE_ALLOWED = '{ accessKeyId, accessKeySecret } or { getCredentials() }';

export class KmsSecretSource implements CredentialSource {
  private readonly kms: StampedEndpoint;
  private readonly cache: CachedCredential;

  constructor(options: KmsSecretSourceOptions) {
    check(options);
    const ttlMs = options.ttlMs ?? DEFAULT_SECRET_TTL_MS;
    const clock = options.clock ?? realClock();
    const source = keySourceOf(options.source);
    this.kms = new StampedEndpoint(clock, kmsEndpointUrl(options), { ca: options.ca });
    const issue = (signal: AbortSignal) =>
      callAs(source, (key) => this.read(options.secretName, key, clock.nowMs() + ttlMs, signal));
    this.cache = readOnDemand({ ...options, clock }, { name: 'KMS', issue }, secretPolicy(ttlMs));
  }

  getCredentials(): AccessKey | Promise<AccessKey> {
    const key = this.cache.getCredentials();
    return key instanceof Promise ? key.then(withoutEnd) : withoutEnd(key);
  }

  invalidate(accessKeyId: string): void {
    this.cache.invalidate(accessKeyId);
  }

  /** Whoever waits, and whoever asks later, is refused. */
  async close(): Promise<void> {
    await this.cache.close();
    await this.kms.close();
  }

  private async read(
    secretName: string,
    key: Credentials,
    untilMs: number,
    signal: AbortSignal,
  ): Promise<AssumeRoleOutcome> {
    const call = {
      action: 'GetSecretValue',
      version: KMS_VERSION,
      inputs: { SecretName: secretName },
    };
    try {
      const { status, body } = await this.kms.send((stamp) => acs3Rpc(call, key, stamp), signal);
      if (body !== undefined) return readSecret({ status, body }, key, untilMs);
      return { kind: 'failed', failure: badResponse('the answer of KMS is too long', status) };
    } catch (error) {
      return { kind: 'failed', failure: networkFailure(error, 'KMS') };
    }
  }
}

function check({
  secretName,
  source,
  ttlMs = DEFAULT_SECRET_TTL_MS,
}: KmsSecretSourceOptions): void {
  const isTtl = Number.isInteger(ttlMs) && ttlMs >= 1_000 && ttlMs <= TTL_MS_MAX;
  const problems = [
    secretName ? undefined : problem('secretName', secretName, 'acs/ram/user/<name>'),
    isTtl ? undefined : problem('ttlMs', ttlMs, `whole milliseconds from 1000 to ${TTL_MS_MAX}`),
    isKeySource(source) ? undefined : problem('source', 'something else', KEY_SOURCE_ALLOWED),
  ].filter((found) => found !== undefined);
  if (problems.length > 0) throw badInput('CLIENT_OPTIONS_INVALID', problems);
}

/** The cache's end is no end of the key, and it has no token. */
function withoutEnd({ accessKeyId, accessKeySecret }: SessionCredentials): AccessKey {
  return { accessKeyId, accessKeySecret };
}
