/**
 * The mock as real STS: TLS under the name of a real endpoint, and a command line for which that name
 * leads to it. The credential chain finds the key of a RAM user in the environment.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MockStsConfig, MockUser } from '../../../mock-sts/core/config.ts';
import { type MockSts, startMockSts } from '../../../mock-sts/server/start.ts';
import { realClock } from '../../../src/kernel/real-clock.ts';
import type { CallRecord } from '../../../src/kernel/sts/call-record.ts';
import { mockConfigOf } from '../../../src/scenario/identities.ts';
import { parseScenario } from '../../../src/scenario/parse.ts';
import { temporaryFolder } from '../../temporary.ts';
import { type CliOptions, cli, type Ended, fixture } from '../cli.ts';

export const ENDPOINT = 'sts.cn-shanghai.aliyuncs.com';
export const VPC_ENDPOINT = 'sts-vpc.cn-shanghai.aliyuncs.com';

/** In no output, result or log may any of it be found. */
export const CANARY = {
  accessKeyId: 'LTAI5tCanaryKeyIdOfTests',
  accessKeySecret: 'CanarySecretThatNobodyMaySee01',
} as const;

const POSE = fileURLToPath(new URL('./pose.mjs', import.meta.url));

export interface PosingSts {
  readonly mock: MockSts;
  /** All calls, whatever the action, oldest first. */
  readonly calls: readonly CallRecord[];
  readonly env: Readonly<Record<string, string>>;
  /** Of the command line: profiles are looked for there. The trail of STS is in it as `trail.jsonl`. */
  readonly home: string;
  /** `run <scenario> --target real …` with a directory of its own for results. */
  run(scenario: string, args: readonly string[], options?: CliOptions): Promise<Ended & Kept>;
  close(): Promise<void>;
}

export interface Kept {
  readonly out: string;
}

/** Assumed by a chain that assumes a role before anything else. */
export const REHEARSAL_ROLE = 'acs:ram::1000000000000001:role/rehearsal';

export const OIDC_PROVIDER = 'acs:ram::1000000000000001:oidc-provider/pods';

export async function posingSts(
  changes: Partial<MockStsConfig> = {},
  user: Partial<MockUser> = {},
): Promise<PosingSts> {
  const landing = landingOf('real/steady.yaml');
  const caDirectory = temporaryFolder();
  const calls: CallRecord[] = [];
  const mock = await startMockSts({
    config: { ...landing, users: [{ ...landing.users[0]!, ...user }], ...changes },
    clock: realClock(),
    tlsPort: 0,
    metadataPort: 0,
    caDirectory,
    tlsNames: [ENDPOINT, VPC_ENDPOINT, 'sts.aliyuncs.com'],
    actionTrail: { file: join(caDirectory, 'trail.jsonl') },
    onCall: (record) => calls.push(record),
  });
  const env = {
    NODE_OPTIONS: `--import ${POSE}`,
    NODE_EXTRA_CA_CERTS: mock.caFile,
    POSING_PORT: mock.httpsHost.split(':')[1]!,
    POSING_METADATA_PORT: new URL(mock.metadataUrl).port,
    ALIBABA_CLOUD_ACCESS_KEY_ID: CANARY.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: CANARY.accessKeySecret,
    ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true',
    HOME: caDirectory,
  };
  return {
    mock,
    calls,
    home: caDirectory,
    env,
    run: async (scenario, args, options = {}) => {
      const out = temporaryFolder();
      const line = ['run', fixture(scenario), '--target', 'real', '--out', out, ...args];
      return { out, ...(await cli(line, { ...options, env: { ...env, ...options.env } })) };
    },
    close: () => mock.close(),
  };
}

/** The scenario's roles; its user has the canary's key. */
function landingOf(file: string): MockStsConfig {
  const scenario = parseScenario(readFileSync(fixture(file), 'utf8'), file);
  const config = mockConfigOf(scenario, { epochOfZeroMs: 0 });
  const [user] = config.users;
  const mayAssume = [...config.users.flatMap((each) => each.mayAssume), REHEARSAL_ROLE];
  const trusted = { RAM: `acs:ram::${user!.accountId}:root` };
  const roles = config.roles.map((role) => ({
    ...role,
    trust: {
      ...role.trust,
      Statement: role.trust.Statement.map((statement) => ({
        ...statement,
        Principal: trusted,
      })),
    },
  }));
  const statements = [
    { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: trusted },
    { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: ['ecs.aliyuncs.com'] } },
    { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Federated: [OIDC_PROVIDER] } },
  ] as const;
  const trust = { Version: '1', Statement: statements } as const;
  const rehearsal = { ...roles[0]!, arn: REHEARSAL_ROLE, mayAssume, trust };
  const accessKeys = [{ ...CANARY, active: true }];
  return {
    ...config,
    users: [{ ...user!, name: 'rehearsal', mayAssume, accessKeys }],
    roles: [...roles, rehearsal],
    instance: { role: REHEARSAL_ROLE, hardened: true },
    identityProviders: [
      {
        account: user!.accountId,
        name: 'pods',
        issuer: 'https://issuer.example.com',
        clientIds: ['sts.aliyuncs.com'],
      },
    ],
    latency: { medianMs: 20, p99Ms: 60 },
  };
}

export function sessionCalls(calls: readonly CallRecord[]): readonly CallRecord[] {
  return calls.filter(({ action }) => action.startsWith('AssumeRole'));
}

/** Most calls in any half-open second. */
export function slidingPeak(calls: readonly CallRecord[]): number {
  const atMs = sessionCalls(calls)
    .map((call) => call.atMs)
    .sort((a, b) => a - b);
  return Math.max(
    0,
    ...atMs.map((from, i) => atMs.slice(i).filter((at) => at < from + 1_000).length),
  );
}
