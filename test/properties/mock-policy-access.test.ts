/**
 * Permissions of callers: a session policy only ever takes away, any instance judges a session alike,
 * and what is remembered of a caller is what would be worked out anew.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Authorizer } from '../../mock-sts/core/authorize.ts';
import type { CallerIdentity } from '../../mock-sts/core/identity.ts';
import { parsePolicy } from '../../mock-sts/core/policy/parse.ts';
import type { CallOrigin } from '../../mock-sts/core/request-context.ts';
import { RoleAccess } from '../../mock-sts/core/role-access.ts';
import { readSessionPolicy, sessionPolicyClaim } from '../../mock-sts/core/session-policy.ts';
import { TokenAuthority } from '../../mock-sts/core/token.ts';
import { APP, landing, NOW_MS, ROLE_ARN, trusting } from '../mock-sts/landing.ts';

const names = (...patterns: string[]) =>
  fc.array(fc.constantFrom(...patterns), { minLength: 1, maxLength: 2 });
const conditions = fc.constantFrom(
  undefined,
  { IpAddress: { 'acs:SourceIp': '10.0.0.0/8' } },
  { NotIpAddress: { 'acs:SourceIp': ['10.0.0.0/8'] } },
  { DateLessThan: { 'acs:CurrentTime': '2026-11-22T08:00:10Z' } },
  { StringEquals: { 'sts:ExternalId': 'partner-1' } },
  { StringNotLike: { 'sts:ExternalId': 'partner-*' } },
);
const statement = fc
  .tuple(
    fc.constantFrom('Allow', 'Allow', 'Deny'),
    names('*', 'sts:*', 'sts:AssumeRole', 'oss:Get*'),
    names('*', 'acs:ram:*:*:role/*', ROLE_ARN, 'acs:oss:*:*:b/*'),
    conditions,
  )
  .map(([Effect, Action, Resource, Condition]) => ({
    Effect,
    Action,
    Resource,
    ...(Condition === undefined ? {} : { Condition }),
  }));
const permission = fc
  .array(statement, { minLength: 1, maxLength: 3 })
  .map((Statement) => documentOf({ Version: '1', Statement }, 'permission'));
const trust = fc
  .array(
    fc.tuple(fc.constantFrom('Allow', 'Allow', 'Deny'), conditions).map(([Effect, Condition]) => ({
      ...trusting('acs:ram::*:*').Statement[0]!,
      Effect,
      ...(Condition === undefined ? {} : { Condition }),
    })),
    { minLength: 1, maxLength: 2 },
  )
  .map((Statement) => documentOf({ Version: '1', Statement }, 'trust'));

function documentOf(value: unknown, kind: 'permission' | 'trust') {
  const reading = parsePolicy(value, kind);
  if (reading.kind === 'problems') throw new Error(JSON.stringify(reading.problems));
  return reading.document;
}

function zone(own: ReturnType<typeof documentOf>, trusted?: ReturnType<typeof documentOf>) {
  const policies = [{ name: 'own', document: own }];
  const { users, roles } = landing();
  return landing({
    users: users.map((user) => ({ ...user, mayAssume: [], policies })),
    roles: roles.map((role) => ({
      ...role,
      policies,
      ...(trusted === undefined ? {} : { trust: trusted as never }),
    })),
  });
}

const SESSION: CallerIdentity = {
  kind: 'role',
  accountId: '1000000000000101',
  roleName: 'role-app-prd',
  roleSessionName: 's1',
  sourceIdentity: undefined,
};
const request = fc.record({
  action: fc.constantFrom('sts:AssumeRole', 'oss:GetObject', 'oss:PutObject'),
  resource: fc.constantFrom(ROLE_ARN, 'acs:oss:hz:1:b/k'),
  context: fc.record({ 'acs:SourceIp': fc.constantFrom(undefined, '10.0.0.1', '192.0.2.1') }),
});

describe('a session policy', () => {
  it('never widens what the role may, and both must allow', () => {
    fc.assert(
      fc.property(permission, permission, request, (role, session, asked) => {
        const authorizer = new Authorizer(zone(role));
        const narrowed = { ...SESSION, sessionPolicy: JSON.stringify(session) };
        const alone = new Authorizer(zone(session)).check(SESSION, asked);
        const without = authorizer.check(SESSION, asked);
        const within = authorizer.check(narrowed, asked);
        expect(within === undefined).toBe(without === undefined && alone === undefined);
      }),
      { numRuns: 2_000 },
    );
  });

  it('comes out of a token as it went in, whatever its length', () => {
    const authority = new TokenAuthority(1);
    fc.assert(
      fc.property(permission, fc.nat(1_500), (document, blanks) => {
        const text = `${JSON.stringify(document, undefined, 1)}${' '.repeat(blanks)}`;
        fc.pre(text.length <= 2_048);
        const issued = authority.issue({
          accessKeyId: 'STS.N0123456789abcdefghijklmn',
          callerAccountId: '1000000000000001',
          roleArn: ROLE_ARN,
          roleSessionName: 's1',
          sourceIdentity: '',
          expiresAtMs: NOW_MS,
          ...sessionPolicyClaim(text),
        });
        const verdict = new TokenAuthority(1).verify(
          issued.securityToken,
          'STS.N0123456789abcdefghijklmn',
          0,
        );
        if (verdict.kind === 'refused') throw new Error(verdict.code);
        const { sessionPolicy = '' } = verdict.claims;
        expect(JSON.parse(sessionPolicy)).toEqual(document);
        expect(readSessionPolicy(sessionPolicy)).toMatchObject({ text: sessionPolicy });
      }),
    );
  });
});

describe('what is remembered of a caller and a role', () => {
  const call = fc.record({
    externalId: fc.constantFrom(undefined, 'partner-1', 'partner-2'),
    secondsLater: fc.constantFrom(0, 20),
    origin: fc.constantFrom<CallOrigin>({}, { sourceIp: '10.0.0.1' }, { sourceIp: '192.0.2.1' }),
  });

  it('is what would be worked out anew, whatever the calls before it', () => {
    fc.assert(
      fc.property(
        permission,
        trust,
        fc.array(call, { minLength: 2, maxLength: 8 }),
        (own, trusted, calls) => {
          const config = zone(own, trusted);
          const remembering = new RoleAccess(config);
          for (const { externalId, secondsLater, origin } of calls) {
            const asked = {
              roleArn: ROLE_ARN,
              roleSessionName: 's1',
              durationSeconds: 900,
              ...(externalId === undefined ? {} : { externalId }),
            };
            const nowMs = NOW_MS + secondsLater * 1_000;
            const anew = new RoleAccess(config).check({ ...APP }, asked, nowMs, origin);
            const remembered = remembering.check(APP, asked, nowMs, origin);
            expect('kind' in remembered ? remembered : 'admitted').toEqual(
              'kind' in anew ? anew : 'admitted',
            );
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
