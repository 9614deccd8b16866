/**
 * Faults at the places around STS: every kind that can strike a place, tried at each, against the same
 * request in the same instant without it.
 */
import { describe, expect, it } from 'vitest';
import {
  FAULT_TARGETS,
  type FaultEffect,
  type FaultTarget,
  type MockFault,
  type MockStsConfig,
} from '../../../mock-sts/core/config.ts';
import { CredentialsUri } from '../../../mock-sts/core/credentials-uri.ts';
import { DataPlane } from '../../../mock-sts/core/data-plane/data-plane.ts';
import { ossStringToSign, signOss } from '../../../mock-sts/core/data-plane/oss-signature.ts';
import { readFault } from '../../../mock-sts/core/fault-form.ts';
import { EXAMPLE, FAULT_NAMES, faultKind } from '../../../mock-sts/core/fault-kinds.ts';
import { MetadataService } from '../../../mock-sts/core/metadata.ts';
import { RamSecrets } from '../../../mock-sts/core/ram-secrets.ts';
import { StsCore } from '../../../mock-sts/core/service.ts';
import { ServiceSessions } from '../../../mock-sts/core/service-sessions.ts';
import type { Credentials } from '../../../src/kernel/sts/credentials.ts';
import { askV1, credentialIn, KEY, landing, NOW_MS, trusting } from '../landing.ts';

const INSTANCE_ROLE = 'acs:ram::1000000000000009:role/ecs-role';
const FOR_ALL = { Effect: 'Allow', Action: ['kms:*', 'ecs:*', 'oss:*'], Resource: '*' } as const;
const POLICIES = [{ name: 'all', document: { Version: '1', Statement: [FOR_ALL] } as const }];

function config(faults: readonly MockFault[]): MockStsConfig {
  const base = landing({ faults });
  const ofService = {
    ...trusting(),
    Statement: [
      {
        Effect: 'Allow' as const,
        Action: 'sts:AssumeRole',
        Principal: { Service: 'ecs.aliyuncs.com' },
      },
    ],
  };
  return {
    ...base,
    users: base.users.map((user) => ({ ...user, policies: POLICIES })),
    roles: [
      ...base.roles.map((role) => ({ ...role, policies: POLICIES })),
      { arn: INSTANCE_ROLE, maxSessionDurationSeconds: 3_600, trust: ofService },
    ],
    instance: { role: INSTANCE_ROLE, hardened: false },
  };
}

type Ask = (
  nowMs?: number,
  key?: Credentials,
) => {
  readonly status: number;
  readonly body: string;
  readonly code: string;
  readonly delivery: { readonly kind: string };
  readonly latencyMs: number;
  readonly clockOffsetMs: number;
};
type Place = Exclude<FaultTarget, 'sts'> | 'oss';

/** A good request to each place, which keeps what it keeps between them. */
function places(...faults: readonly MockFault[]): Readonly<Record<Place, Ask>> {
  const all = config(faults);
  const sessions = () => new ServiceSessions(all.seed);
  const metadata = new MetadataService(all, sessions());
  const uri = new CredentialsUri(all, sessions());
  const services = new DataPlane(all, new RamSecrets(all));
  const path = '/latest/meta-data/ram/security-credentials/ecs-role';
  const rpc =
    (Action: string, Version: string, parameters: Record<string, string> = {}): Ask =>
    (nowMs = NOW_MS, key = KEY) =>
      asText(services.handle(askV1({ key, nowMs, common: { Action, Version }, parameters })));
  return {
    metadata: (nowMs = NOW_MS) =>
      metadata.handle({ method: 'GET', path, header: () => undefined, nowMs }),
    'credentials-uri': (nowMs = NOW_MS) => uri.handle('role-app-prd', nowMs),
    kms: rpc('GetSecretValue', '2016-01-20', { SecretName: 'acs/ram/user/app' }),
    resource: rpc('DescribeInstances', '2014-05-26'),
    oss: (nowMs = NOW_MS, key = KEY) => asText(services.handle(askOss(nowMs, key))),
  };
}

function asText<Answer extends { readonly body: string | Uint8Array }>(answer: Answer) {
  return { ...answer, body: String(answer.body) };
}

function askOss(nowMs: number, { accessKeyId, accessKeySecret, securityToken }: Credentials) {
  const headers = ['Host', '127.0.0.1', 'Date', new Date(nowMs).toUTCString()];
  if (securityToken !== undefined) headers.push('x-oss-security-token', securityToken);
  // A list: a document, which can be spoilt as an object's bytes cannot.
  const target = { bucket: 'app-data', key: '', query: [] };
  const signature = signOss(accessKeySecret, ossStringToSign('GET', headers, target));
  headers.push('Authorization', `OSS ${accessKeyId}:${signature}`);
  const none = new Uint8Array();
  return { method: 'GET', url: '/app-data', headers, body: none, nowMs, secure: false };
}

const PLACES: readonly Place[] = ['metadata', 'kms', 'credentials-uri', 'resource', 'oss'];
const targetOf = (place: Place): FaultTarget => (place === 'oss' ? 'resource' : place);
const GIVERS: readonly Place[] = ['metadata', 'credentials-uri'];

function at(target: FaultTarget | undefined, effect: FaultEffect, fromMs = NOW_MS): MockFault {
  const where = target === undefined ? {} : { target };
  return { fromMs, toMs: fromMs + 3_600_000, ...where, ...effect };
}

describe.each(PLACES)('%s', (place) => {
  const asked = (effect: FaultEffect) => places(at(targetOf(place), effect))[place]();

  it('answers as ever without a fault, and under faults of other places', () => {
    const others = FAULT_TARGETS.filter((target) => target !== targetOf(place));
    const faulty = places(...others.map((target) => at(target, { kind: 'hang' })));
    for (const { [place]: ask } of [places(), faulty]) {
      const answer = { delivery: { kind: 'normal' }, latencyMs: 0, clockOffsetMs: 0 };
      expect(ask()).toMatchObject({ ...answer, status: 200, code: 'OK' });
    }
  });

  it.each<[FaultEffect, number, string]>([
    [{ kind: 'outage' }, 503, 'ServiceUnavailable'],
    [{ kind: 'errors', share: 1, code: 'InternalError' }, 500, 'InternalError'],
    [{ kind: 'errors', share: 1, code: 'Throttling', status: 429 }, 429, 'Throttling'],
    [{ kind: 'succeed-then-fail', calls: 0, code: 'Odd.Code' }, 500, 'Odd.Code'],
  ])('under %o says so in its own words', (effect, status, code) => {
    const answer = asked(effect);
    expect(answer).toMatchObject({ status, code, delivery: { kind: 'normal' } });
    expect(answer.body).toContain(code);
    if (place === 'metadata') expect(answer.body).toBe(code);
    else if (place === 'oss') expect(answer.body).toMatch(/^<\?xml .*<\/Error>$/s);
    else expect(JSON.parse(answer.body).Code).toBe(code);
  });

  it.each<[FaultEffect['kind'] & ('connection-reset' | 'hang' | 'redirect-empty'), string]>([
    ['connection-reset', 'reset'],
    ['hang', 'hang'],
    ['redirect-empty', 'empty'],
  ])('under %s leaves no answer', (kind, delivery) => {
    expect(asked({ kind })).toMatchObject({ delivery: { kind: delivery }, body: '' });
  });

  it('is late, slow, or unreadable', () => {
    expect(asked({ kind: 'latency', addMs: 300 }).latencyMs).toBe(300);
    const slow = { delivery: { kind: 'slow-body', bodyMs: 8_000 }, status: 200 };
    expect(asked({ kind: 'slow-body', overMs: 8_000 })).toMatchObject(slow);
    const whole = places()[place]().body;
    const cut = asked({ kind: 'truncated-json' });
    expect(cut).toMatchObject({ code: 'BadResponse', status: 200 });
    expect(cut.body).toHaveLength(Math.floor(whole.length / 2));
    if (place !== 'oss') {
      expect(() => JSON.parse(asked({ kind: 'malformed-json' }).body)).toThrow();
    }
  });

  it('succeeds so often before it fails', () => {
    const { [place]: ask } = places(
      at(targetOf(place), { kind: 'succeed-then-fail', calls: 2, code: 'InternalError' }),
    );
    expect([ask(), ask(), ask()].map(({ status }) => status)).toEqual([200, 200, 500]);
  });

  it('strikes a share, the same one for the same seed', () => {
    const codes = () => {
      const { [place]: ask } = places(at(targetOf(place), { kind: 'outage', share: 0.5 }));
      return Array.from({ length: 40 }, () => ask().status);
    };
    expect(new Set(codes())).toEqual(new Set([200, 503]));
    expect(codes()).toEqual(codes());
  });

  it('has a clock that can be off', () => {
    const ahead = asked({ kind: 'clock-skew', offsetMs: 1_800_000 });
    expect(ahead.clockOffsetMs).toBe(1_800_000);
    const judged = place === 'oss' ? 'RequestTimeTooSkewed' : 'InvalidTimeStamp.Expired';
    if (!GIVERS.includes(place)) expect(ahead.code).toBe(judged);
    else {
      const { Expiration } = JSON.parse(ahead.body);
      const usual = Date.parse(JSON.parse(places()[place]().body).Expiration);
      expect(Date.parse(Expiration) - usual).toBe(1_800_000);
    }
  });
});

describe.each(GIVERS)('%s', (place) => {
  const asked = (effect: FaultEffect) =>
    JSON.parse(places(at(targetOf(place), effect))[place]().body);

  it('hands out credentials without their end, or after it', () => {
    const usual = JSON.parse(places()[place]().body);
    const { Expiration: _, ...rest } = usual;
    expect(asked({ kind: 'missing-expiration' })).toEqual(rest);
    const ended = asked({ kind: 'expired-credential', agoMs: 60_000 });
    expect(Date.parse(ended.Expiration)).toBe(NOW_MS - 60_000);
    expect(Object.keys(ended)).toEqual(Object.keys(usual));
    const key = {
      accessKeyId: ended.AccessKeyId,
      accessKeySecret: ended.AccessKeySecret,
      securityToken: ended.SecurityToken,
    };
    expect(JSON.parse(new StsCore(landing()).handle(askV1({ key })).body).Code).toBe(
      'InvalidSecurityToken.Expired',
    );
  });
});

describe('a key', () => {
  const session = credentialIn(new StsCore(config([])).handle(askV1()).body);
  const laterMs = NOW_MS + 60_000;
  const refusals = {
    kms: 'InvalidSecurityToken.Expired',
    resource: 'InvalidSecurityToken.Expired',
    oss: 'SecurityTokenExpired',
  };
  const disabled = {
    kms: 'InvalidAccessKeyId.Inactive',
    resource: 'InvalidAccessKeyId.Inactive',
    oss: 'InvalidAccessKeyId',
  };

  it.each(['kms', 'resource', 'oss'] as const)('that was revoked is refused at %s', (place) => {
    const code = (fault: MockFault, nowMs: number) => places(fault)[place](nowMs, session).code;
    const everywhere = at(undefined, { kind: 'early-revocation' }, laterMs);
    expect(code(everywhere, laterMs - 1)).not.toBe(refusals[place]);
    expect(code(everywhere, laterMs)).toBe(refusals[place]);
    const here = at(targetOf(place), { kind: 'early-revocation' }, laterMs);
    expect(code(here, laterMs)).toBe(refusals[place]);
    const elsewhere = at('sts', { kind: 'early-revocation' }, laterMs);
    expect(code(elsewhere, laterMs)).not.toBe(refusals[place]);
    const younger = at(undefined, { kind: 'early-revocation' }, NOW_MS);
    expect(code(younger, laterMs)).not.toBe(refusals[place]);
  });

  it.each(['kms', 'resource', 'oss'] as const)('that is disabled is refused at %s', (place) => {
    const fault = (target?: FaultTarget, user = 'app') =>
      places(at(target, { kind: 'access-key-disabled', user }))[place]().code;
    expect(fault()).toBe(disabled[place]);
    expect(fault(targetOf(place))).toBe(disabled[place]);
    expect(fault('sts')).toBe('OK');
    expect(fault(undefined, 'other')).toBe('OK');
  });
});

describe('a target, as somebody writes it', () => {
  it.each(FAULT_NAMES)('is taken for %s where the table says so', (name) => {
    const { parameters, targets = [] } = faultKind(name);
    const required = parameters.filter((one) => one.required);
    const fields = Object.fromEntries(required.map((one) => [one.name, EXAMPLE[one.form]]));
    const more = { latency: { add: '1s' }, 'clock-skew': { ahead: '5m' } }[name as string];
    for (const target of [...FAULT_TARGETS, 'elsewhere', 7]) {
      const read = readFault({ kind: name, ...fields, ...more, target }, NOW_MS);
      const fits = targets.some((known) => known === target);
      if (fits) expect(read).toMatchObject({ kind: 'fault', fault: { target } });
      else expect(read).toMatchObject({ kind: 'problem' });
    }
  });

  it('is told what there is', () => {
    expect(readFault({ kind: 'missing-expiration', target: 'kms' }, NOW_MS)).toMatchObject({
      problem: 'target: found "kms"; allowed: one of: sts, metadata, credentials-uri',
    });
  });
});
