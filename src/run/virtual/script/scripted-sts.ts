/**
 * The STS that a script is played against: a user, a role or one a client, no quota; with a rotation, a
 * machine that may read the user's key from KMS.
 */
import type { MockFault, MockRole, MockStsConfig } from '../../../../mock-sts/core/config.ts';
import { readFault } from '../../../../mock-sts/core/fault-form.ts';
import { fakeAccessKey } from '../../../../mock-sts/core/landing-zone.ts';
import { ramSecretName, rotatedKey } from '../../../../mock-sts/core/ram-secrets.ts';
import type { AccessKey } from '../../../kernel/sts/credentials.ts';
import { machineRole } from '../../../scenario/identities.ts';
import type { CallerAccount } from '../../../scenario/scenario.ts';
import type { Script, ScriptedFault } from '../../../scenario/script.ts';
import type { SubjectContext } from '../../subjects/subject.ts';
import { ZERO_AT_MS } from '../host/host-time.ts';
import { aroundEndpoints } from '../host/mock-cloud.ts';

const CALLER_ACCOUNT: CallerAccount = {
  accountId: '1000000000000001',
  region: 'cn-shanghai',
  instance: { roleName: 'machine', metadata: 'normal' },
};
const ROLE_ACCOUNT = '1100000000000001';
const CALLER = 'app';
const LATENCY_MS = 20;

/** The user's AccessKeys, in the order in which they come. */
export function callerKeys(
  { rotation }: Script,
  seed: number,
): readonly [AccessKey, ...AccessKey[]] {
  const { accountId } = CALLER_ACCOUNT;
  const first = fakeAccessKey(seed, accountId, CALLER);
  return rotation === undefined ? [first] : [first, rotatedKey(seed, accountId, CALLER, 1)];
}

/** What clients are told of the key that they call with, beside what every context says. */
export function callerContext(script: Script, seed: number): Partial<SubjectContext> {
  if (script.rotation === undefined) return {};
  const { metadataEndpoint, kmsEndpoint } = aroundEndpoints(CALLER_ACCOUNT.region);
  return {
    identity: {
      kind: 'kms',
      kmsEndpoint,
      secretName: ramSecretName(CALLER),
      ttlMs: script.rotation.ttlMs,
      metadataEndpoint,
      metadataMode: CALLER_ACCOUNT.instance.metadata,
    },
    ...callerKeys(script, seed)[0],
  };
}

/** `name` is the script's: no two scripts have a role in common, whatever clients keep by role. */
export function roleArnOf(script: Script, name: string, client: number): string {
  const number = script.rolePerClient === true ? `-${client}` : '';
  return `acs:ram::${ROLE_ACCOUNT}:role/${name}${number}`;
}

export function scriptedSts(script: Script, name: string, seed: number): Partial<MockStsConfig> {
  const latencyMs = script.latencyMs ?? LATENCY_MS;
  const clients = script.rolePerClient === true ? (script.startsAtMs?.length ?? 1) : 1;
  const arns = Array.from({ length: clients }, (_, client) => roleArnOf(script, name, client));
  return {
    region: CALLER_ACCOUNT.region,
    users: [
      {
        accountId: CALLER_ACCOUNT.accountId,
        name: CALLER,
        accessKeys: [{ ...callerKeys(script, seed)[0], active: true }],
        mayAssume: arns,
      },
    ],
    ...withKms(
      arns.map((arn) => roleWith(arn, script.externalId)),
      script,
    ),
    latency: { medianMs: latencyMs, p99Ms: latencyMs },
    faults: (script.faults ?? []).map(faultOf),
  };
}

function roleWith(arn: string, externalId: string | undefined): MockRole {
  const condition =
    externalId === undefined
      ? {}
      : { Condition: { StringEquals: { 'sts:ExternalId': externalId } } };
  return {
    arn,
    maxSessionDurationSeconds: 43_200,
    trust: {
      Version: '1',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { RAM: `acs:ram::${CALLER_ACCOUNT.accountId}:user/${CALLER}` },
          ...condition,
        },
      ],
    },
  };
}

function withKms(roles: readonly MockRole[], { rotation }: Script) {
  if (rotation === undefined) return { roles };
  const machine = machineRole(CALLER_ACCOUNT, { readsKeysOf: [CALLER], mayAssume: [] });
  const { atMs, overlapMs } = rotation;
  return {
    roles: [...roles, machine],
    instance: { role: machine.arn, hardened: false },
    rotations: [{ secret: ramSecretName(CALLER), atMs: ZERO_AT_MS + atMs, overlapMs }],
  };
}

function faultOf({ fromMs, toMs, fault }: ScriptedFault): MockFault {
  const read = readFault(fault, ZERO_AT_MS);
  if (read.kind === 'problem') throw new Error(read.problem);
  const endsAtMs = toMs === undefined ? Number.MAX_SAFE_INTEGER : ZERO_AT_MS + toMs;
  return { ...read.fault, fromMs: ZERO_AT_MS + fromMs, toMs: endsAtMs };
}
