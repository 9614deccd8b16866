import { describe, expect, it } from 'vitest';
import type { FaultEffect, MockFault } from '../../../mock-sts/core/config.ts';
import { readFault } from '../../../mock-sts/core/fault-form.ts';
import {
  EXAMPLE,
  FAULT_NAMES,
  faultKind,
  renderFaultKinds,
} from '../../../mock-sts/core/fault-kinds.ts';
import { FAULTS_MAX } from '../../../mock-sts/core/fault-list.ts';
import { issuedAtMs, temporaryKeyId } from '../../../mock-sts/core/identifiers.ts';
import { StsCore } from '../../../mock-sts/core/service.ts';
import { stream } from '../../../src/kernel/rng.ts';
import { APP, askV1, KEY, landing, NOW_MS, ROLE_ARN } from '../landing.ts';

const REQUEST = { roleArn: ROLE_ARN, roleSessionName: 'session@1', durationSeconds: 3_600 };

function during(effect: FaultEffect, lengthMs = 1_000): MockFault {
  return { fromMs: NOW_MS, toMs: NOW_MS + lengthMs, ...effect };
}

function decide(...effects: FaultEffect[]) {
  const faults = effects.map((effect) => during(effect));
  return new StsCore(landing({ faults })).assumeRole(APP, REQUEST, NOW_MS);
}

describe('a decision carries its delivery', () => {
  it('which is normal without a fault', () => {
    const { delivery, clockOffsetMs, latencyMs } = decide();
    expect([delivery, clockOffsetMs, latencyMs]).toEqual([{ kind: 'normal' }, 0, 0]);
  });

  it.each<[FaultEffect, object]>([
    [
      { kind: 'connection-reset' },
      { code: 'ConnectionReset', outcome: 'failed', delivery: 'reset', latencyMs: 0 },
    ],
    [
      { kind: 'hang' },
      { code: 'Timeout', outcome: 'failed', delivery: 'hang', latencyMs: Infinity },
    ],
    [
      { kind: 'redirect-empty' },
      { code: 'Throttling', outcome: 'throttled', delivery: 'empty', latencyMs: 0 },
    ],
    [
      { kind: 'slow-body', overMs: 8_000 },
      { code: 'OK', outcome: 'succeeded', delivery: 'slow-body', latencyMs: 8_000 },
    ],
    ...(['truncated-json', 'malformed-json', 'missing-expiration'] as const).map(
      (kind): [FaultEffect, object] => [
        { kind },
        { code: 'BadResponse', outcome: 'failed', delivery: kind, latencyMs: 0 },
      ],
    ),
  ])('%o', (effect, expected) => {
    const { record, delivery, latencyMs } = decide(effect);
    const { code, outcome, serviceMs } = record;
    expect({ code, outcome, delivery: delivery.kind, latencyMs }).toEqual(expected);
    expect(serviceMs).toBe(0);
  });

  it('the first that strikes is the one, and times add up', () => {
    const decision = decide(
      { kind: 'latency', addMs: 300 },
      { kind: 'latency', added: { medianMs: 50, p99Ms: 50 } },
      { kind: 'errors', share: 0, code: 'NoPermission' },
      { kind: 'outage' },
      { kind: 'connection-reset' },
    );
    expect([decision.record.code, decision.latencyMs]).toEqual(['ServiceUnavailable', 350]);
  });

  it('a refusal can be spoilt as well, and is then no refusal that a client could read', () => {
    const core = new StsCore(landing({ faults: [during({ kind: 'malformed-json' })] }));
    const decision = core.assumeRole(APP, { ...REQUEST, durationSeconds: 1 }, NOW_MS);
    expect(decision.outcome).toMatchObject({
      error: { code: 'BadResponse', status: 400 },
      spoilt: { error: { code: 'InvalidParameter.DurationSeconds' } },
    });
  });
});

describe('states of the service', () => {
  it('a clock that is off shows in Expiration, and refuses timestamps beyond the tolerance', () => {
    const skewed = decide({ kind: 'clock-skew', offsetMs: -600_000 });
    expect(skewed.clockOffsetMs).toBe(-600_000);
    expect(skewed.outcome).toMatchObject({
      credential: { expiresAtMs: NOW_MS - 600_000 + 3_600_000 },
    });
    const { record } = decide({ kind: 'clock-skew', offsetMs: 901_000 });
    expect(record.code).toBe('InvalidTimeStamp.Expired');
  });

  it('on the wire the same clock judges the signature’s timestamp', () => {
    const faults = [during({ kind: 'clock-skew', offsetMs: 901_000 })];
    const answer = new StsCore(landing({ faults })).handle(askV1());
    expect([answer.record.code, answer.clockOffsetMs]).toEqual([
      'InvalidTimeStamp.Expired',
      901_000,
    ]);
  });

  it('an expired credential ended before it was issued', () => {
    const { outcome, record } = decide({ kind: 'expired-credential', agoMs: 60_000 });
    expect(record.code).toBe('OK');
    expect(outcome).toMatchObject({ credential: { expiresAtMs: NOW_MS - 60_000 } });
  });

  it('a disabled key is refused, others are not', () => {
    expect(decide({ kind: 'access-key-disabled', user: 'app' }).record.code).toBe(
      'InvalidAccessKeyId.Inactive',
    );
    expect(decide({ kind: 'access-key-disabled', user: 'other' }).record.code).toBe('OK');
  });

  it('a key id tells its second', () => {
    for (const atMs of [0, NOW_MS, NOW_MS + 1_500, 4e12]) {
      const keyId = temporaryKeyId(stream(1, 'test'), atMs);
      expect(keyId).toMatch(/^STS\.N[A-Za-z0-9]{24}$/);
      expect(issuedAtMs(keyId)).toBe(Math.floor(atMs / 1_000) * 1_000);
    }
    expect(issuedAtMs(KEY.accessKeyId)).toBeUndefined();
  });

  it('revocation refuses what was issued before, and nothing after', () => {
    const fault: MockFault = {
      fromMs: NOW_MS + 10_000,
      toMs: NOW_MS + 60_000,
      kind: 'early-revocation',
    };
    const core = new StsCore(landing({ faults: [fault] }));
    const session = (nowMs: number) => {
      const { outcome } = core.assumeRole(APP, REQUEST, nowMs);
      if (outcome.kind !== 'issued') throw new Error('not issued');
      return outcome.credential;
    };
    const use = (key: ReturnType<typeof session>, nowMs: number) =>
      core.handle(askV1({ key, common: { Action: 'GetCallerIdentity' }, parameters: {}, nowMs }))
        .record.code;
    const before = session(NOW_MS);
    const after = session(NOW_MS + 11_000);
    expect(use(before, NOW_MS + 9_000)).toBe('OK');
    expect(use(before, NOW_MS + 11_000)).toBe('InvalidSecurityToken.Expired');
    expect(use(after, NOW_MS + 12_000)).toBe('OK');
    expect(use(before, NOW_MS + 60_000)).toBe('OK');
  });
});

it('so many calls succeed, then they fail', () => {
  const fault = during({ kind: 'succeed-then-fail', calls: 3, code: 'InternalError' });
  const core = new StsCore(landing({ faults: [fault] }));
  const codes = Array.from({ length: 5 }, () => core.assumeRole(APP, REQUEST, NOW_MS).record.code);
  expect(codes).toEqual(['OK', 'OK', 'OK', 'InternalError', 'InternalError']);
});

it.each(['hang', 'truncated-json', 'redirect-empty', 'outage'] as const)(
  'a share of %s is drawn once a call, the same for the same seed',
  (kind) => {
    const codes = () => {
      const core = new StsCore(landing({ faults: [during({ kind, share: 0.3 })] }));
      return Array.from(
        { length: 2_000 },
        (_, i) => core.assumeRole(APP, REQUEST, NOW_MS + i / 3).record.code,
      );
    };
    const first = codes();
    const struck = first.filter((code) => code !== 'OK').length;
    // Four standard deviations of a binomial count.
    expect(Math.abs(struck - 600)).toBeLessThan(4 * Math.sqrt(2_000 * 0.3 * 0.7));
    expect(codes()).toEqual(first);
  },
);

describe('while it runs', () => {
  it('faults come and go', () => {
    const core = new StsCore(landing());
    const code = (nowMs: number) => core.assumeRole(APP, REQUEST, nowMs).record.code;
    const fault = { fromMs: NOW_MS + 10, toMs: NOW_MS + 20, kind: 'outage' } as const;
    const added = core.changeFaults(NOW_MS, (faults) => faults.add(fault));
    expect(added?.id).toBe('fault-1');
    expect([9, 10, 19, 20, 15].map((ms) => code(NOW_MS + ms))).toEqual([
      'OK',
      'ServiceUnavailable',
      'ServiceUnavailable',
      'OK',
      'ServiceUnavailable',
    ]);
    expect(core.changeFaults(NOW_MS + 15, (faults) => faults.remove('fault-1'))).toBe(true);
    expect(core.changeFaults(NOW_MS + 15, (faults) => faults.remove('fault-1'))).toBe(false);
    expect(code(NOW_MS + 15)).toBe('OK');
  });

  it("others' use of the quota begins when it is added, and ends when it is removed", () => {
    const quota = {
      perRole: undefined,
      perAccount: 10,
      limiter: { algorithm: 'fixed-window' },
    } as const;
    const core = new StsCore(landing({ quota }));
    const passed = (fromMs: number) =>
      Array.from({ length: 10 }, (_, i) => core.assumeRole(APP, REQUEST, fromMs + 900 + i)).filter(
        ({ record }) => record.code === 'OK',
      ).length;
    expect(passed(NOW_MS)).toBe(10);
    const fault: MockFault = {
      kind: 'background',
      fromMs: NOW_MS - 10_000,
      toMs: NOW_MS + 60_000,
      ratePerSecond: 5,
      roleArn: undefined,
    };
    core.changeFaults(NOW_MS + 1_000, (faults) => faults.add(fault));
    expect(passed(NOW_MS + 1_000)).toBe(5);
    expect(core.quotaLevels(NOW_MS + 1_950)).toMatchObject([{ limit: 10, used: 10 }]);
    core.changeFaults(NOW_MS + 2_000, (faults) => faults.removeAll());
    expect(passed(NOW_MS + 3_000)).toBe(10);
  });

  it('there are at most so many', () => {
    const faults = Array.from({ length: FAULTS_MAX }, () => during({ kind: 'outage' }));
    const core = new StsCore(landing({ faults }));
    expect(core.faults.add(during({ kind: 'outage' }))).toBeUndefined();
    core.faults.remove('fault-1');
    expect(core.faults.add(during({ kind: 'outage' }))?.id).toBe(`fault-${FAULTS_MAX + 1}`);
  });
});

describe('a fault as somebody writes it', () => {
  const read = (value: unknown) => {
    const reading = readFault(value, NOW_MS);
    return reading.kind === 'fault' ? reading.fault : reading.problem;
  };

  it('has its times from now', () => {
    expect(read({ kind: 'slow-body', over: '10s', share: '30%', after: '1m', for: '2m' })).toEqual({
      kind: 'slow-body',
      overMs: 10_000,
      share: 0.3,
      fromMs: NOW_MS + 60_000,
      toMs: NOW_MS + 180_000,
    });
    expect(read({ kind: 'hang' })).toEqual({
      kind: 'hang',
      fromMs: NOW_MS,
      toMs: Number.MAX_SAFE_INTEGER,
    });
  });

  it.each([
    [7, 'fault: found 7; allowed: an object with a kind and its parameters'],
    [{ kind: 'outrage' }, '(did you mean outage?)'],
    [{ kind: 'toString' }, 'kind: found "toString"'],
    [
      { kind: 'hang', ovr: 1 },
      'key: found "ovr"; allowed: one of: kind, after, for, target, share',
    ],
    [{ kind: 'slow-body' }, 'over: found nothing; allowed: a duration such as 10s, at most 100d'],
    [{ kind: 'hang', share: 2 }, 'share: found 2; allowed: a share such as 30% or 0.3'],
    [{ kind: 'hang', for: '0s' }, 'for: found "0s"'],
    [{ kind: 'latency' }, 'add: found nothing; allowed: either add, or median and p99'],
    [{ kind: 'background' }, 'rate: found nothing; allowed: either rate or bySecond'],
    [
      { kind: 'background', bySecond: '1;2' },
      'bySecond: found "1;2"; allowed: calls in each second',
    ],
    [{ kind: 'errors', share: 1, code: '<b>' }, 'code: found "<b>"; allowed: an error code'],
  ])('%j is told what is wrong with it', (value, text) => {
    expect(read(value)).toContain(text);
  });
});

it('the list names every fault with every parameter and an example of it', () => {
  const list = renderFaultKinds();
  for (const name of FAULT_NAMES) {
    expect(list).toMatch(new RegExp(`^ {2}${name} +\\S`, 'm'));
    for (const parameter of faultKind(name).parameters) {
      expect(list).toContain(`${parameter.name}: ${EXAMPLE[parameter.form]}`);
    }
  }
});
