/** Sessions that a service of the cloud renews by itself, and the credentials URI over them. */
import { describe, expect, it } from 'vitest';
import { CredentialsUri } from '../../../mock-sts/core/credentials-uri.ts';
import { StsCore } from '../../../mock-sts/core/service.ts';
import {
  INSTANCE_SESSION_MS,
  RENEWAL_BEFORE_END_MS,
  ServiceSessions,
} from '../../../mock-sts/core/service-sessions.ts';
import { askV1, credentialIn, landing, NOW_MS, OTHER_ROLE_ARN, ROLE_ARN } from '../landing.ts';

const SESSION = {
  role: { accountId: '1000000000000101', roleName: 'role-app-prd' },
  roleSessionName: 'vm-ram-i-1',
  lifeMs: INSTANCE_SESSION_MS,
};

describe('a session of a service', () => {
  it('has one credential until half an hour before its end, then the next', () => {
    const sessions = new ServiceSessions(7);
    const first = sessions.credential(SESSION, NOW_MS + 250);
    expect(first).toMatchObject({
      issuedAtMs: NOW_MS,
      expiresAtMs: NOW_MS + INSTANCE_SESSION_MS,
      accessKeyId: expect.stringMatching(/^STS\.N\w{24}$/),
      securityToken: expect.stringMatching(/^CAIS/),
    });
    const renewedAtMs = NOW_MS + INSTANCE_SESSION_MS - RENEWAL_BEFORE_END_MS;
    expect(sessions.credential(SESSION, renewedAtMs - 1)).toEqual(first);
    const second = sessions.credential(SESSION, renewedAtMs);
    expect(second.accessKeyId).not.toBe(first.accessKeyId);
    expect(second.issuedAtMs).toBe(renewedAtMs);
  });

  it('is renewed on time, though nobody looks', () => {
    const everyMs = INSTANCE_SESSION_MS - RENEWAL_BEFORE_END_MS;
    const looked = new ServiceSessions(7);
    const slept = new ServiceSessions(7);
    for (const sessions of [looked, slept]) sessions.credential(SESSION, NOW_MS);
    for (let step = 0; step < 40; step += 1) looked.credential(SESSION, NOW_MS + step * 3_600_000);
    const lateMs = NOW_MS + 7 * everyMs + 1_234_567;
    expect(slept.credential(SESSION, lateMs)).toEqual(looked.credential(SESSION, lateMs));
    expect(slept.credential(SESSION, lateMs).issuedAtMs).toBe(NOW_MS + 7 * everyMs);
  });

  it('signs at STS, old and new while both are good, and goes on to further roles', () => {
    const sessions = new ServiceSessions(7);
    const config = landing();
    const roles = config.roles.map((role) => ({
      ...role,
      mayAssume: ['*'],
      trust: {
        Version: '1' as const,
        Statement: [
          {
            Effect: 'Allow' as const,
            Action: 'sts:AssumeRole',
            Principal: { RAM: ['acs:ram::1000000000000101:root'] },
          },
        ],
      },
    }));
    const core = new StsCore({ ...config, roles });
    const first = sessions.credential(SESSION, NOW_MS);
    const nowMs = first.expiresAtMs - 60_000;
    const second = sessions.credential(SESSION, nowMs);
    for (const key of [first, second]) {
      const parameters = { RoleArn: OTHER_ROLE_ARN, RoleSessionName: 'chained' };
      const answer = core.handle(askV1({ key, parameters, nowMs }));
      expect(answer.status, answer.body).toBe(200);
      expect(answer.record.caller).toBe('role/role-app-prd');
      expect(credentialIn(answer.body).accessKeyId).toMatch(/^STS\./);
    }
    const over = core.handle(askV1({ key: first, nowMs: first.expiresAtMs }));
    expect(JSON.parse(over.body).Code).toBe('InvalidSecurityToken.Expired');
  });
});

describe('the credentials document', () => {
  const read = (name: string) => {
    const { status, body } = new CredentialsUri(landing(), new ServiceSessions(7)).handle(
      name,
      NOW_MS,
    );
    return { status, document: JSON.parse(body) };
  };

  it.each([['role-app-prd'], [ROLE_ARN], ['app']])('of %s is a session of the role', (name) => {
    expect(read(name).document).toEqual({
      Code: 'Success',
      AccessKeyId: expect.stringMatching(/^STS\./),
      AccessKeySecret: expect.stringMatching(/^\w{40}$/),
      SecurityToken: expect.stringMatching(/^CAIS/),
      Expiration: '2026-11-22T09:00:00Z',
    });
  });

  it.each([['nobody'], ['app-prd'], ['']])('of %j does not exist', (name) => {
    expect(read(name)).toMatchObject({ status: 404, document: { Code: 'NotFound' } });
  });
});
