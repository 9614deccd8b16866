/** The admin API beyond counters and journal: faults, clock, state, metrics, trail, log lines. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TRAIL_EVENTS_MAX } from '../../../mock-sts/server/action-trail.ts';
import { LineFile } from '../../../mock-sts/server/line-file.ts';
import { SERIES_MAX } from '../../../mock-sts/server/metrics.ts';
import { VirtualClock } from '../../../src/kernel/virtual-clock.ts';
import { temporaryFolder } from '../../temporary.ts';
import { askAcs3, askV1, CALLERS_ACCOUNT, KEY, landing, NOW_MS, ROLE_ARN } from '../landing.ts';
import { inject, observed } from './observed.ts';

const quota = {
  perRole: 5,
  perAccount: 10,
  limiter: { algorithm: 'fixed-window' },
} as const;

describe('faults', () => {
  it('are added, listed, removed one by one, and forgotten by a reset', async () => {
    const { app } = observed();
    const post = (payload: object) => app.inject({ method: 'POST', url: '/_mock/faults', payload });
    const list = async () => (await app.inject('/_mock/faults')).json().faults;
    const added = await post({ kind: 'throttling-user', share: '100%', for: '30s' });
    expect(added.statusCode).toBe(201);
    expect(added.json()).toEqual({
      id: 'fault-1',
      kind: 'throttling-user',
      active: true,
      from: '2026-11-22T08:00:00Z',
      to: '2026-11-22T08:00:30Z',
      share: 1,
      code: 'Throttling.User',
    });
    expect((await inject(app, askV1())).json().Code).toBe('Throttling.User');
    await post({ kind: 'hang', after: '1m' });
    expect(await list()).toMatchObject([
      { id: 'fault-1' },
      { id: 'fault-2', active: false, to: null },
    ]);
    const remove = (id: string) => app.inject({ method: 'DELETE', url: `/_mock/faults/${id}` });
    expect((await remove('fault-1')).statusCode).toBe(204);
    expect((await remove('fault-1')).statusCode).toBe(404);
    expect((await inject(app, askV1())).statusCode).toBe(200);
    await app.inject({ method: 'POST', url: '/_mock/reset' });
    expect(await list()).toEqual([]);
  });

  it('that are wrong are refused with the reason, and too many of them as well', async () => {
    const { app } = observed();
    const post = (payload: object) => app.inject({ method: 'POST', url: '/_mock/faults', payload });
    const wrong = await post({ kind: 'slow-bodi' });
    expect([wrong.statusCode, wrong.json().error]).toEqual([
      400,
      expect.stringContaining('did you mean slow-body?'),
    ]);
    for (let i = 0; i < 1_000; i += 1) await post({ kind: 'outage', after: '1h' });
    expect((await post({ kind: 'outage' })).statusCode).toBe(409);
    const large = await post({ kind: 'outage', filler: 'x'.repeat(20_000) });
    expect(large.statusCode).toBe(413);
    expect((await app.inject({ method: 'DELETE', url: '/_mock/faults' })).statusCode).toBe(204);
    expect((await app.inject('/_mock/faults')).json()).toEqual({ faults: [] });
  });
});

describe('the clock', () => {
  const at = async (app: ReturnType<typeof observed>['app'], path: string, payload?: object) =>
    (
      await app.inject({ method: 'POST', url: `/_mock/clock/${path}`, ...(payload && { payload }) })
    ).json();

  it('is moved ahead, and expiry and quota follow', async () => {
    const { app } = observed(landing({ quota }));
    const issued = (await inject(app, askV1())).json().Credentials;
    expect(await at(app, 'freeze')).toEqual({ now: '2026-11-22T08:00:00.000Z', frozen: true });
    for (let i = 0; i < 5; i += 1) await inject(app, askV1());
    expect((await inject(app, askV1())).json().Code).toBe('Throttling.User');
    expect(await at(app, 'advance', { ms: 1_000 })).toMatchObject({ frozen: true });
    expect((await inject(app, askV1())).statusCode).toBe(200);
    await at(app, 'advance', { ms: 3_600_000 });
    const nowMs = NOW_MS + 3_601_000;
    const key = {
      accessKeyId: issued.AccessKeyId,
      accessKeySecret: issued.AccessKeySecret,
      securityToken: issued.SecurityToken,
    };
    const use = askV1({ key, common: { Action: 'GetCallerIdentity' }, parameters: {}, nowMs });
    expect((await inject(app, use)).json().Code).toBe('InvalidSecurityToken.Expired');
    expect(await at(app, 'resume')).toEqual({ now: '2026-11-22T09:00:01.000Z', frozen: false });
  });

  it('holds answers back while it stands, and lets them go as it is advanced', async () => {
    const { app } = observed(landing({ latency: { medianMs: 250, p99Ms: 250 } }));
    await at(app, 'freeze');
    let answered = false;
    const answer = inject(app, askV1()).then((reply) => {
      answered = true;
      return reply;
    });
    await app.inject('/_mock/clock');
    await at(app, 'advance', { ms: 249 });
    expect(answered).toBe(false);
    await at(app, 'advance', { ms: 1 });
    expect((await answer).statusCode).toBe(200);
  });

  it.each([{}, { ms: -1 }, { ms: '5' }, { ms: 1e15 }])('is not advanced by %j', async (payload) => {
    const { app } = observed();
    const url = '/_mock/clock/advance';
    const answer = await app.inject({ method: 'POST', url, payload });
    expect([answer.statusCode, answer.json().error]).toEqual([400, expect.stringMatching(/^ms: /)]);
  });

  it('does not leave the years that timestamps can write', async () => {
    const { app } = observed();
    const decade = () => at(app, 'advance', { ms: 315_360_000_000 });
    for (let i = 0; i < 797; i += 1) expect(await decade()).not.toHaveProperty('error');
    expect(await decade()).toEqual({ error: 'ms: the clock would be beyond the year 9999' });
  });

  it('of somebody else is left alone', async () => {
    const { app } = observed(landing(), {}, new VirtualClock(NOW_MS));
    for (const path of ['freeze', 'resume', 'advance']) {
      const answer = await app.inject({ method: 'POST', url: `/_mock/clock/${path}` });
      expect(answer.statusCode).toBe(409);
    }
    expect((await app.inject('/_mock/clock')).json().frozen).toBe(false);
  });
});

it('the state names accounts, users, roles and quotas with their use', async () => {
  const { app } = observed(landing({ quota }));
  await inject(app, askV1());
  const state = (await app.inject('/_mock/state')).json();
  expect(state).toMatchObject({
    region: 'cn-hangzhou',
    accounts: ['1000000000000001', '1000000000000101', '1000000000000102'],
    users: [{ account: CALLERS_ACCOUNT, name: 'app', accessKeys: [{ active: true }, {}] }],
    roles: [{ arn: ROLE_ARN, maxSessionDurationSeconds: 3_600 }, {}],
    quota: {
      perAccount: 10,
      levels: [
        { scope: 'account', key: CALLERS_ACCOUNT, action: 'AssumeRole', limit: 10, used: 1 },
        { scope: 'role', key: ROLE_ARN, limit: 5, used: 1 },
      ],
    },
    faults: 0,
  });
});

describe('metrics', () => {
  /** A line of the text format: comment, or name, labels and value. */
  const LINE =
    /^(?:# (?:HELP|TYPE) [a-z_]+ .+|[a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*"(?:,(?!\})|(?=\})))+\})? (?:[-+]?\d[\d.e+-]*|\+Inf))$/;

  it('are in the text format, each family with help and type, no series twice', async () => {
    const { app } = observed(landing({ quota, latency: { medianMs: 0, p99Ms: 0 } }));
    await app.inject({
      method: 'POST',
      url: '/_mock/faults',
      payload: { kind: 'outage', after: '1h' },
    });
    await inject(app, askV1());
    await inject(app, askV1());
    await inject(app, askV1({ common: { Action: 'No"Such\\\nThing' } }));
    const answer = await app.inject('/_mock/metrics');
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    const lines = answer.body.trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(LINE);
    const samples = lines
      .filter((line) => !line.startsWith('#'))
      .map((line) => line.replace(/ \S+$/, ''));
    expect(new Set(samples).size).toBe(samples.length);
    const typed = new Set(lines.flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? []));
    for (const sample of samples) {
      expect(typed).toContain(sample.replace(/\{.*/, '').replace(/_(bucket|sum|count)$/, ''));
    }
    const { body } = answer;
    expect(body).toContain(
      `mock_sts_calls_total{action="AssumeRole",outcome="succeeded",code="OK",role="${ROLE_ARN}"} 2`,
    );
    expect(body).toContain('action="No\\"Such\\\\\\nThing"');
    expect(body).toContain('mock_sts_call_duration_seconds_bucket{le="+Inf"} 3');
    expect(body).toContain(
      `mock_sts_quota_used{scope="role",key="${ROLE_ARN}",action="AssumeRole"} 2`,
    );
    expect(body).toContain('mock_sts_fault_active{id="fault-1",kind="outage"} 0');
  });

  it('do not grow with what callers invent', async () => {
    const { app } = observed();
    for (let i = 0; i < SERIES_MAX + 100; i += 1) {
      await app.inject(`/?Action=Invented${i}&Version=2015-04-01`);
    }
    const { body } = await app.inject('/_mock/metrics');
    expect(body.match(/^mock_sts_calls_total/gm)!.length).toBeLessThanOrEqual(SERIES_MAX + 3);
    expect(body).toContain('action="other",outcome="failed",code="other",role="other"} 100');
  }, 30_000);
});

describe('the trail', () => {
  const events = async (app: ReturnType<typeof observed>['app'], query = '') =>
    (await app.inject(`/_mock/actiontrail${query}`)).json().Events;

  it('has an event for each call, with the fields of ActionTrail', async () => {
    const { app } = observed();
    const answer = (await inject(app, askV1())).json();
    const [event] = await events(app);
    expect(event).toEqual({
      eventId: answer.RequestId,
      requestId: answer.RequestId,
      eventVersion: '1',
      eventTime: '2026-11-22T08:00:00Z',
      eventName: 'AssumeRole',
      eventSource: 'sts.cn-hangzhou.aliyuncs.com',
      serviceName: 'Sts',
      apiVersion: '2015-04-01',
      eventType: 'ApiCall',
      eventCategory: 'Management',
      eventRW: 'Write',
      acsRegion: 'cn-hangzhou',
      isGlobal: false,
      recipientAccountId: CALLERS_ACCOUNT,
      userIdentity: {
        type: 'ram-user',
        accountId: CALLERS_ACCOUNT,
        principalId: expect.stringMatching(/^\d{18}$/),
        userName: 'app',
        accessKeyId: KEY.accessKeyId,
      },
      sourceIpAddress: '127.0.0.1',
      userAgent: 'AlibabaCloud (test)',
      requestParameters: {
        RoleArn: ROLE_ARN,
        RoleSessionName: 'session@1',
        AcsHost: expect.any(String),
        AcsProduct: 'Sts',
        RegionId: 'cn-hangzhou',
        RequestId: answer.RequestId,
      },
      responseElements: {
        RequestId: answer.RequestId,
        AssumedRoleUser: {
          Arn: answer.AssumedRoleUser.Arn,
          AssumedRoleId: answer.AssumedRoleUser.AssumedRoleId,
        },
        Credentials: {
          AccessKeyId: answer.Credentials.AccessKeyId,
          AccessKeySecret: '****',
          Expiration: answer.Credentials.Expiration,
        },
      },
      referencedResources: { 'ACS::RAM::AccessKey': [answer.Credentials.AccessKeyId] },
      additionalEventData: { Scheme: 'http' },
    });
  });

  it('tells a session from a user, and an error by code and message', async () => {
    const { app } = observed();
    const issued = (await inject(app, askAcs3())).json().Credentials;
    const key = {
      accessKeyId: issued.AccessKeyId,
      accessKeySecret: issued.AccessKeySecret,
      securityToken: issued.SecurityToken,
    };
    await inject(app, askV1({ key }));
    await inject(app, askV1({ key: { ...KEY, accessKeySecret: 'wrong' } }));
    const [first, second, third] = await events(app);
    expect(first.userIdentity.accessKeyId).toBe(KEY.accessKeyId);
    expect(second).toMatchObject({
      userIdentity: {
        type: 'assumed-role',
        principalId: expect.stringMatching(/^\d{18}:/),
        userName: expect.stringMatching(/^role-app-prd:/),
        accessKeyId: issued.AccessKeyId,
        sessionContext: { attributes: { creationDate: '2026-11-22T08:00:00Z' } },
      },
      errorCode: 'NoPermission',
    });
    expect(third).toMatchObject({
      userIdentity: { type: 'unknown' },
      errorCode: 'SignatureDoesNotMatch',
      errorMessage: 'Specified signature is not matched with our calculation.',
    });
    expect(await events(app, '?limit=1')).toEqual([third]);
    expect((await app.inject('/_mock/actiontrail?limit=x')).statusCode).toBe(400);
  });

  it('keeps the last events only, and is not there where nobody asked for it', async () => {
    const { app } = observed();
    for (let i = 0; i < TRAIL_EVENTS_MAX + 5; i += 1) await app.inject(`/?Action=A${i}`);
    const kept = await events(app);
    expect([kept.length, kept[0].eventName]).toEqual([TRAIL_EVENTS_MAX, 'A5']);
    const without = observed(landing(), {});
    expect((await without.app.inject('/_mock/actiontrail')).statusCode).toBe(404);
  }, 30_000);

  it('goes to a file, line by line', async () => {
    const file = join(temporaryFolder(), 'events.jsonl');
    const { app, observation } = observed(landing(), { actionTrail: { file } });
    await inject(app, askV1());
    await inject(app, askV1());
    await observation.close();
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(await events(app));
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

it('a file of lines begins anew when it is full, and keeps the one before', async () => {
  const file = join(temporaryFolder(), 'lines');
  const onError = (error: Error) => expect.unreachable(error.message);
  const lines = new LineFile(file, { bytesMax: 100, onError });
  for (let i = 0; i < 25; i += 1) lines.write(`line ${String(i).padStart(4, '0')}\n`);
  await lines.close();
  expect(readFileSync(file, 'utf8')).toMatch(/^line 0020\n(line \d+\n){4}$/);
  expect(readFileSync(`${file}.1`, 'utf8')).toMatch(/^line 0010\n(line \d+\n){9}$/);
});

it('nothing that can be seen shows a secret or a token', async () => {
  const file = join(temporaryFolder(), 'events.jsonl');
  const { app, logged, observation } = observed(landing({ quota }), { actionTrail: { file } });
  const issued = (await inject(app, askV1())).json().Credentials;
  const session = {
    accessKeyId: issued.AccessKeyId,
    accessKeySecret: issued.AccessKeySecret,
    securityToken: issued.SecurityToken,
  };
  const whoami = { common: { Action: 'GetCallerIdentity' }, parameters: {} };
  const wrong = { ...session, accessKeySecret: 'a-wrong-secret' };
  for (const ask of [askV1, askAcs3]) {
    await inject(app, ask({ key: session }));
    await inject(app, ask({ key: session, ...whoami }));
    // The refusal quotes the string to sign, token and all, to its caller.
    await inject(app, ask({ key: wrong }));
    await inject(app, ask({ key: { ...KEY, accessKeySecret: 'a-wrong-secret' } }));
  }
  for (const kind of ['malformed-json', 'missing-expiration', 'truncated-json']) {
    await app.inject({ method: 'POST', url: '/_mock/faults', payload: { kind } });
    await inject(app, askV1());
    await app.inject({ method: 'DELETE', url: '/_mock/faults' });
  }
  await observation.close();
  const seen = [readFileSync(file, 'utf8'), logged.join('')];
  for (const path of [
    'state',
    'counters',
    'journal',
    'metrics',
    'faults',
    'actiontrail',
    'clock',
  ]) {
    seen.push((await app.inject(`/_mock/${path}`)).body);
  }
  const token = session.securityToken;
  const secrets = [
    KEY.accessKeySecret,
    session.accessKeySecret,
    token,
    encodeURIComponent(token),
    encodeURIComponent(encodeURIComponent(token)),
    token.slice(4, 40),
    'a-wrong-secret',
  ];
  expect(logged.length).toBeGreaterThan(10);
  for (const text of seen) for (const secret of secrets) expect(text).not.toContain(secret);
});

it('log lines are JSON, one for each call and each change', async () => {
  const { app, logged } = observed();
  await app.inject({ method: 'POST', url: '/_mock/faults', payload: { kind: 'internal-error' } });
  await inject(app, askV1());
  await app.inject({ method: 'POST', url: '/_mock/clock/freeze' });
  await app.inject({ method: 'POST', url: '/_mock/reset' });
  expect(logged.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'info', event: 'fault-added', id: 'fault-1', kind: 'internal-error' },
    {
      at: '2026-11-22T08:00:00.000Z',
      level: 'warn',
      event: 'call',
      action: 'AssumeRole',
      code: 'InternalError',
      status: 500,
      caller: 'app',
      accessKeyId: 'LTAI5tTe****',
    },
    { event: 'clock-frozen' },
    { event: 'reset' },
  ]);
});
