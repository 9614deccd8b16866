/**
 * KMS, as far as applications read their AccessKey from it: `GetSecretValue` of RAM secrets.
 * Sources: Alibaba Cloud, "GetSecretValue" (KMS 2016-01-20), "Manage and use RAM secrets", "QPS
 * limits" of KMS.
 */

import { missingParameter, type StsError, stsError } from '../../../src/kernel/sts/error-codes.ts';
import { formatTimestamp } from '../../../src/kernel/sts/wire.ts';
import type { Authorizer } from '../authorize.ts';
import type { MockStsConfig } from '../config.ts';
import { refused } from '../decision.ts';
import type { CallerIdentity } from '../identity.ts';
import { createLimiter, type Limiter } from '../limiter.ts';
import type { KeyVersion, RamSecret, RamSecrets } from '../ram-secrets.ts';
import { type CallOrigin, requestContext } from '../request-context.ts';
import type { RpcCall, RpcOutcome, RpcRefusal } from './rpc-front.ts';

/** Of an account in a region, over the shared gateway; it cannot be raised. */
const CALLS_PER_SECOND_MAX = 450;
const STAGES = ['ACSCurrent', 'ACSPrevious'] as const;
type Stage = (typeof STAGES)[number];

const RESOURCE_NOT_FOUND: StsError = {
  code: 'Forbidden.ResourceNotFound',
  status: 404,
  message: 'Resource not found.',
};
const NO_PERMISSION: StsError = {
  code: 'Forbidden.NoPermission',
  status: 403,
  message: 'This operation is forbidden by permission system.',
};
const INVALID_PARAMETER: StsError = {
  code: 'InvalidParameter',
  status: 400,
  message: 'The specified parameter is not valid.',
};
const THROTTLED: StsError = {
  code: 'Rejected.Throttling',
  status: 429,
  message: 'QPS Limit Exceeded',
};

/** One version of a secret, as it was asked for. */
export interface SecretRead {
  readonly kind: 'read';
  readonly secret: RamSecret;
  readonly version: KeyVersion;
  readonly stage: Stage;
}

type SecretValue = Readonly<Record<string, unknown>>;

export interface KmsDeps {
  readonly config: MockStsConfig;
  readonly secrets: RamSecrets;
  readonly authorizer: Pick<Authorizer, 'check'>;
}

export class Kms {
  private readonly deps: KmsDeps;
  private readonly limiters = new Map<string, Limiter>();

  constructor(deps: KmsDeps) {
    this.deps = deps;
  }

  act(call: RpcCall): RpcOutcome {
    if (call.action !== 'GetSecretValue') return refused(stsError('InvalidAction.NotFound'));
    const { caller, parameters, request } = call;
    const asked = {
      name: parameters.get('SecretName') ?? '',
      stage: parameters.get('VersionStage') ?? '',
    };
    const read = this.read(caller, asked, request);
    if (read.kind === 'refused') return read;
    const extended = parameters.get('FetchExtendedConfig') === 'true';
    return { kind: 'done', values: secretValue(read, extended) };
  }

  /** The decision alone: no signature, no wire. */
  read(
    caller: CallerIdentity,
    asked: { readonly name: string; readonly stage?: string },
    origin: CallOrigin & { readonly nowMs: number },
  ): SecretRead | RpcRefusal {
    const { accountId } = caller;
    const { nowMs } = origin;
    if (!this.limiter(accountId).take(nowMs)) return refused(THROTTLED);
    if (asked.name === '') return refused(missingParameter('SecretName'));
    const stage = stageOf(asked.stage ?? '');
    if (stage === undefined) return refused(INVALID_PARAMETER);
    const name = this.secretName(asked.name, accountId);
    if (name === undefined) return refused(RESOURCE_NOT_FOUND);
    const denied = this.deps.authorizer.check(caller, {
      action: 'kms:GetSecretValue',
      resource: `acs:kms:${this.deps.config.region}:${accountId}:secret/${name}`,
      context: requestContext(caller, nowMs, origin),
    });
    if (denied !== undefined) return refused(NO_PERMISSION);
    const secret = this.deps.secrets.find(accountId, name, nowMs);
    const version = secret?.versions.at(stage === 'ACSCurrent' ? -1 : -2);
    if (secret === undefined || version === undefined) return refused(RESOURCE_NOT_FOUND);
    return { kind: 'read', secret, version, stage };
  }

  /** An ARN names a secret, too; one of another account would need a policy of that secret. */
  private secretName(named: string, accountId: string): string | undefined {
    if (!named.startsWith('acs:')) return named;
    const prefix = `acs:kms:${this.deps.config.region}:${accountId}:secret/`;
    return named.startsWith(prefix) ? named.slice(prefix.length) : undefined;
  }

  private limiter(accountId: string): Limiter {
    const known = this.limiters.get(accountId);
    if (known !== undefined) return known;
    const limiter = createLimiter(CALLS_PER_SECOND_MAX, this.deps.config.quota.limiter);
    this.limiters.set(accountId, limiter);
    return limiter;
  }
}

function stageOf(asked: string): Stage | undefined {
  return asked === '' ? 'ACSCurrent' : STAGES.find((stage) => stage === asked);
}

function secretValue({ secret, version, stage }: SecretRead, extended: boolean): SecretValue {
  const { accessKeyId, accessKeySecret } = version.accessKey;
  const generatedAt = formatTimestamp(version.createdAtMs);
  const data = {
    AccessKeyId: accessKeyId,
    AccessKeySecret: accessKeySecret,
    GenerateTimestamp: generatedAt,
  };
  const config = { SecretSubType: 'RamUserAccessKey', UserName: secret.userName };
  return {
    SecretName: secret.name,
    VersionId: version.versionId,
    CreateTime: generatedAt,
    SecretData: JSON.stringify(data),
    SecretDataType: 'text',
    SecretType: 'RAMCredentials',
    ...rotationOf(secret),
    VersionStages: { VersionStage: [stage] },
    ...(extended ? { ExtendedConfig: JSON.stringify(config) } : {}),
  };
}

function rotationOf({ versions, nextRotationAtMs }: RamSecret): SecretValue {
  const lastAtMs = versions.at(-1)!.createdAtMs;
  const last = versions.length > 1 ? { LastRotationDate: formatTimestamp(lastAtMs) } : {};
  if (nextRotationAtMs === undefined) return { AutomaticRotation: 'Disabled', ...last };
  return {
    AutomaticRotation: 'Enabled',
    ...last,
    NextRotationDate: formatTimestamp(nextRotationAtMs),
    ...(versions.length > 1
      ? { RotationInterval: `${Math.round((nextRotationAtMs - lastAtMs) / 1_000)}s` }
      : {}),
  };
}
