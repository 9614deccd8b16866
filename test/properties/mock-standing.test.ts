/**
 * What the data plane says to a credential in virtual time is what it says on the wire: for any
 * action, instant, end of the credential, revocation and policy, and for as long as it claims. The
 * wire's side is a request signed as the driver signs it.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MockFault, MockStsConfig } from '../../mock-sts/core/config.ts';
import { DataPlane } from '../../mock-sts/core/data-plane/data-plane.ts';
import { OSS_CALLS } from '../../mock-sts/core/data-plane/resource-actions.ts';
import { Standings } from '../../mock-sts/core/data-plane/standing.ts';
import { FaultList } from '../../mock-sts/core/fault-list.ts';
import { FaultSchedule } from '../../mock-sts/core/faults.ts';
import { temporaryKeyId } from '../../mock-sts/core/identifiers.ts';
import type { CallerIdentity } from '../../mock-sts/core/identity.ts';
import { RamSecrets } from '../../mock-sts/core/ram-secrets.ts';
import { TokenAuthority } from '../../mock-sts/core/token.ts';
import { stream } from '../../src/kernel/rng.ts';
import type { Credentials } from '../../src/kernel/sts/credentials.ts';
import { signedRequest } from '../../src/run/live/resource-request.ts';

const ROLE = { accountId: '1100000000000001', roleName: 'role-app-prd' };
const ROLE_ARN = `acs:ram::${ROLE.accountId}:role/${ROLE.roleName}`;
const HOST = '127.0.0.1:8080';
const KEY = { accessKeyId: 'LTAI5tAKeyOfTheTestsOwn1', accessKeySecret: 'no secret at all' };

const actions = fc.constantFrom(
  ...Object.keys(OSS_CALLS).map((action) => ({ product: 'oss', action })),
  { product: 'ecs', action: 'DescribeInstances' },
  { product: 'ram', action: 'ListUsers' },
);

/** Seconds; all instants lie in an hour from here. */
const BASE_SECONDS = 1_795_000_000;
const instants = fc.integer({ min: 0, max: 3_600_000 }).map((ms) => BASE_SECONDS * 1_000 + ms);

const cases = fc.record({
  action: actions,
  allowed: fc.constantFrom('*', 'oss:Get*', 'ecs:*'),
  isPermanent: fc.boolean(),
  issuedAtMs: instants,
  lifeSeconds: fc.integer({ min: 1, max: 1_800 }),
  nowMs: instants,
  laterMs: fc.integer({ min: 0, max: 600_000 }),
  revocations: fc.array(
    fc.tuple(instants, fc.integer({ min: 1, max: 900_000 })).map(
      ([fromMs, forMs]): MockFault => ({
        kind: 'early-revocation',
        fromMs,
        toMs: fromMs + forMs,
      }),
    ),
    { maxLength: 3 },
  ),
});

test('in this process and on the wire, a call is told the same, as long as it is said', () => {
  fc.assert(
    fc.property(cases, (one) => {
      const config = configOf(one.allowed);
      const list = new FaultList(one.revocations);
      const faults = new FaultSchedule(list, 'resource');
      const secrets = new RamSecrets(config);
      const wire = new DataPlane(config, secrets, list);
      const expiresAtMs = Math.floor(one.issuedAtMs / 1_000) * 1_000 + one.lifeSeconds * 1_000;
      const held = one.isPermanent ? permanent() : session(one.issuedAtMs, expiresAtMs);
      const standings = new Standings(config, faults);
      const standing = standings.of(held, one.action, one.nowMs);
      expect(standing.untilMs).toBeGreaterThan(one.nowMs);
      const lastMs = Math.min(one.nowMs + one.laterMs, standing.untilMs - 1);
      for (const atMs of [one.nowMs, lastMs]) {
        const request = signedRequest(one.action, held.credential, {
          host: HOST,
          nowMs: atMs,
          nonce: () => `nonce-${atMs}-${nonces++}`,
        });
        const answer = wire.handle({
          method: request.method,
          url: request.path,
          headers: Object.entries({ host: HOST, ...request.headers }).flat(),
          body: new Uint8Array(),
          nowMs: atMs,
          secure: false,
        });
        expect(answer.code).toBe(standing.refusal ?? 'OK');
      }
    }),
    { numRuns: 1_000 },
  );
});

let nonces = 0;

function permanent() {
  const caller: CallerIdentity = { kind: 'user', accountId: ROLE.accountId, name: 'app' };
  const credential: Credentials = KEY;
  return { caller, accessKeyId: KEY.accessKeyId, expiresAtMs: Infinity, credential };
}

function session(issuedAtMs: number, expiresAtMs: number) {
  const accessKeyId = temporaryKeyId(stream(1, 'a test'), issuedAtMs);
  const issued = new TokenAuthority(1).issue({
    accessKeyId,
    callerAccountId: '1000000000000001',
    roleArn: ROLE_ARN,
    roleSessionName: 'app-0',
    sourceIdentity: '',
    expiresAtMs,
  });
  const caller: CallerIdentity = {
    kind: 'role',
    ...ROLE,
    roleSessionName: 'app-0',
    sourceIdentity: undefined,
  };
  return { caller, accessKeyId, expiresAtMs, credential: { accessKeyId, ...issued } };
}

function configOf(allowed: string): MockStsConfig {
  const document = {
    Version: '1' as const,
    Statement: [{ Effect: 'Allow' as const, Action: allowed, Resource: '*' }],
  };
  const policies = [{ name: 'a policy', document }];
  return {
    seed: 1,
    region: 'cn-shanghai',
    users: [
      {
        accountId: ROLE.accountId,
        name: 'app',
        accessKeys: [{ ...KEY, active: true }],
        mayAssume: [],
        policies,
      },
    ],
    roles: [
      {
        arn: ROLE_ARN,
        maxSessionDurationSeconds: 3_600,
        trust: { Version: '1', Statement: [] },
        policies,
      },
    ],
    quota: { perRole: undefined, perAccount: undefined, limiter: { algorithm: 'fixed-window' } },
    latency: { medianMs: 0, p99Ms: 0 },
    faults: [],
  };
}
