/**
 * Whose AccessKey signed a request: a permanent key of the configuration, or a temporary one that
 * its SecurityToken vouches for, whichever process issued it.
 */
import { missingParameter, type StsError, stsError } from '../../../src/kernel/sts/error-codes.ts';
import { parseRoleArn } from '../../../src/kernel/sts/wire.ts';
import type { MockStsConfig } from '../config.ts';
import type { CallerIdentity } from '../identity.ts';
import { PrefixSigner } from '../prefix-signer.ts';
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
  private readonly permanent: ReadonlyMap<string, PermanentKey>;
  private readonly tokens: TokenAuthority;

  constructor(config: MockStsConfig) {
    this.tokens = new TokenAuthority(config.seed);
    this.permanent = new Map(
      config.users.flatMap((user) =>
        user.accessKeys.map((key) => [
          key.accessKeyId,
          {
            identity: { kind: 'user', accountId: user.accountId, name: user.name },
            key: {
              secret: key.accessKeySecret,
              signer: new PrefixSigner(`${key.accessKeySecret}&`),
            },
            active: key.active,
          },
        ]),
      ),
    );
  }

  /** An empty token counts as none. */
  find(
    accessKeyId: string,
    securityToken: string | undefined,
    nowMs: number,
  ): KeyHolder | StsError {
    const token = securityToken === '' ? undefined : securityToken;
    if (accessKeyId.startsWith(TEMPORARY_PREFIX)) return this.temporary(accessKeyId, token, nowMs);
    const holder = this.permanent.get(accessKeyId);
    if (holder === undefined) return stsError('InvalidAccessKeyId.NotFound');
    if (!holder.active) return stsError('InvalidAccessKeyId.Inactive');
    if (token !== undefined) return stsError('InvalidSecurityToken.MismatchWithAccessKey');
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
    const { roleArn, roleSessionName, sourceIdentity } = verdict.claims;
    const role = parseRoleArn(roleArn);
    if (role === undefined) return stsError('InvalidSecurityToken.Malformed');
    return {
      identity: {
        kind: 'role',
        ...role,
        roleSessionName,
        sourceIdentity: sourceIdentity === '' ? undefined : sourceIdentity,
      },
      key: { secret: verdict.accessKeySecret, signer: undefined },
    };
  }
}
