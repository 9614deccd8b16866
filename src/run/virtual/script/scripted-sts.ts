/** The STS that a script is played against: a user, a role or one a client, no quota. */
import type { MockFault, MockRole, MockStsConfig } from '../../../../mock-sts/core/config.ts';
import { readFault } from '../../../../mock-sts/core/fault-form.ts';
import { fakeAccessKey } from '../../../../mock-sts/core/landing-zone.ts';
import type { Script, ScriptedFault } from '../../../scenario/script.ts';
import { ZERO_AT_MS } from '../host/host-time.ts';

const CALLER_ACCOUNT = '1000000000000001';
const ROLE_ACCOUNT = '1100000000000001';
const CALLER = 'app';
const LATENCY_MS = 20;

export function callerKey(seed: number) {
  return fakeAccessKey(seed, CALLER_ACCOUNT, CALLER);
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
    users: [
      {
        accountId: CALLER_ACCOUNT,
        name: CALLER,
        accessKeys: [{ ...callerKey(seed), active: true }],
        mayAssume: arns,
      },
    ],
    roles: arns.map((arn) => roleWith(arn, script.externalId)),
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
          Principal: { RAM: `acs:ram::${CALLER_ACCOUNT}:user/${CALLER}` },
          ...condition,
        },
      ],
    },
  };
}

function faultOf({ fromMs, toMs, fault }: ScriptedFault): MockFault {
  const read = readFault(fault, ZERO_AT_MS);
  if (read.kind === 'problem') throw new Error(read.problem);
  const endsAtMs = toMs === undefined ? Number.MAX_SAFE_INTEGER : ZERO_AT_MS + toMs;
  return { ...read.fault, fromMs: ZERO_AT_MS + fromMs, toMs: endsAtMs };
}
