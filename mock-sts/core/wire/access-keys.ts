/**
 * Whose AccessKey signed a request: a permanent key of the configuration or of a rotation, which is
 * judged by the instant, or a temporary one that its SecurityToken vouches for, whichever process
 * issued it.
 */
import { missingParameter, type StsError, stsError } from '../../../src/kernel/sts/error-codes.ts';
import { parseRoleArn } from '../../../src/kernel/sts/wire.ts';
import type { MockAccessKey, MockStsConfig } from '../config.ts';
import type { CallerIdentity } from '../identity.ts';
import { PrefixSigner } from '../prefix-signer.ts';
import { RamSecrets } from '../ram-secrets.ts';
import { TokenAuthority } from '../token.ts';
import type { SigningKey } from './parameters.ts';

export interface KeyHolder {
  readonly identity: CallerIdentity;
  readonly key: SigningKey;
}

interface PermanentKey extends KeyHolder {
  readonly active: boolean;
}

const TEMPORARY_PREFIX = 'STS.';

export class AccessKeys {
  private readonly permanent: Map<string, PermanentKey>;
  private readonly secrets: RamSecrets;
  private readonly tokens: TokenAuthority;

  constructor(config: MockStsConfig, secrets = new RamSecrets(config)) {
    this.secrets = secrets;
    this.tokens = new TokenAuthority(config.seed);
    this.permanent = new Map([
      ...config.users.flatMap((user) =>
        keysOf({ kind: 'user', accountId: user.accountId, name: user.name }, user.accessKeys),
      ),
      ...(config.accounts ?? []).flatMap(({ id, accessKeys = [] }) =>
        keysOf({ kind: 'account', accountId: id }, accessKeys),
      ),
    ]);
  }

  /** An empty token counts as none. */
  find(
    accessKeyId: string,
    securityToken: string | undefined,
    nowMs: number,
  ): KeyHolder | StsError {
    const token = securityToken === '' ? undefined : securityToken;
    if (accessKeyId.startsWith(TEMPORARY_PREFIX)) return this.temporary(accessKeyId, token, nowMs);
    const holder = this.alive(accessKeyId, nowMs);
    if (holder === undefined) return stsError('InvalidAccessKeyId.NotFound');
    if (!holder.active) return stsError('InvalidAccessKeyId.Inactive');
    if (token !== undefined) return stsError('InvalidSecurityToken.MismatchWithAccessKey');
    return holder;
  }

  /** The permanent key, unless a rotation has removed it; a rotation's new key once it is made. */
  private alive(accessKeyId: string, nowMs: number): PermanentKey | undefined {
    const known = this.permanent.get(accessKeyId);
    const rotated = this.secrets.keyHolder(accessKeyId, nowMs);
    if (rotated === 'gone') return undefined;
    if (known !== undefined || rotated === undefined) return known;
    const { secret, version } = rotated;
    const holder: PermanentKey = {
      identity: { kind: 'user', accountId: secret.accountId, name: secret.userName },
      key: signingKey(version.accessKey.accessKeySecret),
      active: true,
    };
    this.permanent.set(accessKeyId, holder);
    return holder;
  }

  private temporary(
    accessKeyId: string,
    securityToken: string | undefined,
    nowMs: number,
  ): KeyHolder | StsError {
    if (securityToken === undefined) return missingParameter('SecurityToken');
    const verdict = this.tokens.verify(securityToken, accessKeyId, nowMs);
    if (verdict.kind === 'refused') return stsError(verdict.code);
    const { roleArn, roleSessionName, sourceIdentity, sessionPolicy } = verdict.claims;
    const role = parseRoleArn(roleArn);
    if (role === undefined) return stsError('InvalidSecurityToken.Malformed');
    return {
      identity: {
        kind: 'role',
        ...role,
        roleSessionName,
        sourceIdentity: sourceIdentity === '' ? undefined : sourceIdentity,
        ...(sessionPolicy === undefined ? {} : { sessionPolicy }),
      },
      key: { secret: verdict.accessKeySecret, signer: undefined },
    };
  }
}

function keysOf(
  identity: CallerIdentity,
  accessKeys: readonly MockAccessKey[],
): (readonly [string, PermanentKey])[] {
  return accessKeys.map(({ accessKeyId, accessKeySecret, active }) => [
    accessKeyId,
    { identity, key: signingKey(accessKeySecret), active },
  ]);
}

function signingKey(secret: string): SigningKey {
  return { secret, signer: new PrefixSigner(`${secret}&`) };
}
