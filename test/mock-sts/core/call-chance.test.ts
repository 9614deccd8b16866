/** Callers in this process bring their own chance, and see a credential's secrets only if they look. */
import { describe, expect, test } from 'vitest';
import type { MockFault } from '../../../mock-sts/core/config.ts';
import type { CallChance } from '../../../mock-sts/core/decider.ts';
import { MintedCredential } from '../../../mock-sts/core/minted-credential.ts';
import { StsCore } from '../../../mock-sts/core/service.ts';
import { TokenAuthority, type TokenClaims } from '../../../mock-sts/core/token.ts';
import { stream } from '../../../src/kernel/rng.ts';
import type { AssumeRoleRequest } from '../../../src/kernel/sts/credentials.ts';
import { APP, CALLERS_ACCOUNT, landing, NOW_MS, ROLE_ARN } from '../landing.ts';

const REQUEST: AssumeRoleRequest = {
  roleArn: ROLE_ARN,
  roleSessionName: 'session@1',
  durationSeconds: 3_600,
};
const ERRORS: MockFault = {
  kind: 'errors',
  fromMs: NOW_MS - 1_000,
  toMs: NOW_MS + 60_000,
  share: 0.5,
  code: 'InternalError',
};

const chancy = () =>
  new StsCore(landing({ latency: { medianMs: 20, p99Ms: 90 }, faults: [ERRORS] }));

const chanceOf = (name: string): CallChance => ({
  latency: stream(1, 'latency', name),
  faults: stream(1, 'faults', name),
});

/** What chance decides about a call. */
function seen(core: StsCore, chance?: CallChance): readonly [latencyMs: number, code: string] {
  const { latencyMs, record } = core.assumeRole(APP, REQUEST, NOW_MS, chance);
  return [latencyMs, record.code];
}

const times = <Each>(count: number, call: () => Each) => Array.from({ length: count }, call);

describe('a call with chance of its own', () => {
  test('takes as long and meets the errors that its caller draws, whoever else calls', () => {
    const quiet = chancy();
    const mine = chanceOf('a');
    const alone = times(40, () => seen(quiet, mine));
    const busy = chancy();
    const [again, others] = [chanceOf('a'), chanceOf('b')];
    const amongOthers = times(40, () => {
      seen(busy);
      seen(busy, others);
      return seen(busy, again);
    });
    expect(amongOthers).toEqual(alone);
    expect(new Set(alone.map(([, code]) => code))).toEqual(new Set(['OK', 'InternalError']));
  });

  test('leaves the draws of calls without alone', () => {
    const quiet = chancy();
    const alone = times(40, () => seen(quiet));
    const busy = chancy();
    const others = chanceOf('b');
    const amongOthers = times(40, () => {
      seen(busy, others);
      return seen(busy);
    });
    expect(amongOthers).toEqual(alone);
  });

  test('draws from the streams that it is given, one latency a call', () => {
    const core = chancy();
    const latency = stream(1, 'latency', 'a');
    times(3, () => seen(core, { latency, faults: stream(1, 'faults', 'a') }));
    const expected = stream(1, 'latency', 'a');
    times(3, () => expected.normal());
    expect(latency.next()).toBe(expected.next());
  });

  test('is refused for its parameters at its own latency, too', () => {
    const config = landing({ latency: { medianMs: 20, p99Ms: 90 } });
    const bad = { ...REQUEST, roleSessionName: '!' };
    const latencyOf = (request: AssumeRoleRequest) =>
      new StsCore(config).assumeRole(APP, request, NOW_MS, chanceOf('a')).latencyMs;
    expect(latencyOf(bad)).toBe(latencyOf(REQUEST));
    expect(latencyOf(bad)).not.toBe(new StsCore(config).assumeRole(APP, bad, NOW_MS).latencyMs);
  });
});

describe('a minted credential', () => {
  const claimsOf = (accessKeyId: string): TokenClaims => ({
    accessKeyId,
    callerAccountId: CALLERS_ACCOUNT,
    roleArn: ROLE_ARN,
    roleSessionName: 'session@1',
    sourceIdentity: '',
    expiresAtMs: NOW_MS + 900_000,
  });

  test('has a token that verifies, with the secret that goes with it', () => {
    const claims = claimsOf('STS.NUgYrLnoC37mZZCNnAbez');
    const credential = new MintedCredential(claims, new TokenAuthority(7));
    // Judged by another instance of the same seed.
    const verdict = new TokenAuthority(7).verify(
      credential.securityToken,
      credential.accessKeyId,
      NOW_MS,
    );
    expect(verdict).toEqual({
      kind: 'valid',
      claims,
      accessKeySecret: credential.accessKeySecret,
    });
    expect(credential.expiresAtMs).toBe(claims.expiresAtMs);
  });

  test('is the same whenever it is looked at, and in whatever order', () => {
    const eager = new TokenAuthority(7);
    const ids = ['STS.first', 'STS.second', 'STS.third'];
    const expected = ids.map((id) => eager.issue(claimsOf(id)));
    const lazy = new TokenAuthority(7);
    const credentials = ids.map((id) => new MintedCredential(claimsOf(id), lazy));
    for (const index of [2, 0, 1, 2]) {
      const { accessKeySecret, securityToken } = credentials[index]!;
      expect({ accessKeySecret, securityToken }).toEqual(expected[index]);
    }
  });

  test('that nobody looks at is not signed', () => {
    let issued = 0;
    class CountingAuthority extends TokenAuthority {
      override issue(claims: TokenClaims) {
        issued += 1;
        return super.issue(claims);
      }
    }
    const credential = new MintedCredential(claimsOf('STS.one'), new CountingAuthority(7));
    expect([credential.accessKeyId, issued]).toEqual(['STS.one', 0]);
    void [credential.accessKeySecret, credential.securityToken, credential.securityToken];
    expect(issued).toBe(1);
  });

  test('from a decision verifies for as long as it lives', () => {
    const { outcome } = new StsCore(landing({ seed: 7 })).assumeRole(APP, REQUEST, NOW_MS);
    if (outcome.kind !== 'issued') throw new Error('the call was refused');
    const { accessKeyId, securityToken, expiresAtMs } = outcome.credential;
    const kindAt = (ms: number) =>
      new TokenAuthority(7).verify(securityToken!, accessKeyId, ms).kind;
    expect([kindAt(NOW_MS), kindAt(expiresAtMs - 1), kindAt(expiresAtMs)]).toEqual([
      'valid',
      'valid',
      'refused',
    ]);
  });
});
