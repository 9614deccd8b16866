/**
 * The mock's application without a port: STS at its path, the admin API beside it.
 */
import type { FastifyInstance } from 'fastify';
import { describe, expect, it } from 'vitest';
import { StsCore } from '../../../mock-sts/core/service.ts';
import type { WireRequest } from '../../../mock-sts/core/wire/request.ts';
import { buildMockApp } from '../../../mock-sts/server/app.ts';
import { CallJournal } from '../../../mock-sts/server/call-journal.ts';
import { serveOnNode } from '../../../mock-sts/server/node-exchange.ts';
import { SocketRegistry } from '../../../mock-sts/server/socket-registry.ts';
import { StsEndpoint } from '../../../mock-sts/server/sts-endpoint.ts';
import type { CallRecord } from '../../../src/kernel/sts/call-record.ts';
import { maskKeyId } from '../../../src/kernel/sts/credentials.ts';
import { VirtualClock } from '../../../src/kernel/virtual-clock.ts';
import { askAcs3, askV1, KEY, landing, NOW_MS } from '../landing.ts';

function build(config = landing()) {
  const clock = new VirtualClock(NOW_MS);
  const journal = new CallJournal();
  const records: CallRecord[] = [];
  let core = new StsCore(config);
  const endpoint = new StsEndpoint({
    clock,
    core: () => core,
    journal,
    onCall: (record) => records.push(record),
  });
  const reset = () => {
    core = new StsCore(config);
    journal.clear();
  };
  const app = buildMockApp(serveOnNode(endpoint, new SocketRegistry(clock)), { journal, reset });
  return { app, clock, records };
}

function inject(app: FastifyInstance, { method, url, headers, body }: WireRequest) {
  const named: Record<string, string> = {};
  for (let i = 0; i < headers.length; i += 2) named[headers[i]!] = headers[i + 1]!;
  return app.inject({
    method: method as 'GET' | 'POST',
    url,
    headers: named,
    ...(body.length === 0 ? {} : { payload: Buffer.from(body) }),
  });
}

describe('STS', () => {
  it.each([
    ['v1 by POST', askV1()],
    ['v1 by GET', askV1({ method: 'GET' })],
    ['V3', askAcs3()],
  ])('answers a %s request, dated by the mock’s clock', async (_how, request) => {
    const { app, records } = build();
    const answer = await inject(app, request);
    expect(answer.statusCode).toBe(200);
    const { RequestId } = answer.json();
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json;charset=utf-8',
      'content-length': String(answer.rawPayload.length),
      date: 'Sun, 22 Nov 2026 08:00:00 GMT',
      'x-acs-request-id': RequestId,
      'x-mock-service-us': expect.stringMatching(/^\d+$/),
    });
    expect(answer.headers).not.toHaveProperty('x-acs-retry-after');
    expect(records.map(({ outcome }) => outcome)).toEqual(['succeeded']);
  });

  it.each([
    ['PUT', '/', 'UnsupportedHTTPMethod', 400],
    ['DELETE', '/?Action=AssumeRole', 'UnsupportedHTTPMethod', 400],
    ['GET', '/', 'MissingAction', 400],
    ['GET', '/elsewhere?Action=AssumeRole', 'InvalidApi.NotFound', 404],
    ['POST', '/latest/meta-data', 'InvalidApi.NotFound', 404],
  ] as const)('has an answer of its own to %s %s', async (method, url, code, status) => {
    const { app } = build();
    const answer = await app.inject({ method, url });
    expect([answer.statusCode, answer.json().Code]).toEqual([status, code]);
  });

  it('waits out its latency on the clock', async () => {
    const { app, clock } = build(landing({ latency: { medianMs: 250, p99Ms: 250 } }));
    let answered = false;
    const answer = inject(app, askV1()).then((response) => {
      answered = true;
      return response;
    });
    await clock.settleTo(NOW_MS);
    while (clock.nextTimerAtMs === undefined) await clock.settleTo(NOW_MS);
    await clock.settleTo(NOW_MS + 249);
    expect(answered).toBe(false);
    await clock.settleTo(NOW_MS + 250);
    expect((await answer).statusCode).toBe(200);
  });

  it('tells a throttled caller when to come back, where that is asked for', async () => {
    const quota = {
      perRole: undefined,
      perAccount: 1,
      limiter: { algorithm: 'fixed-window' },
    } as const;
    const { app } = build(landing({ quota, wire: { sendRetryAfter: true } }));
    await inject(app, askV1());
    const throttled = await inject(app, askV1());
    expect(throttled.statusCode).toBe(400);
    expect(throttled.headers['x-acs-retry-after']).toBe('1000');
    expect(throttled.json()).toMatchObject({ Code: 'Throttling.User' });
  });
});

describe('the admin API', () => {
  it('counts calls, lists the last ones, and forgets them', async () => {
    const { app } = build();
    await inject(app, askV1());
    await inject(app, askV1({ key: { ...KEY, accessKeySecret: 'wrong' } }));
    expect((await app.inject('/_mock/counters')).json()).toEqual({
      calls: 2,
      succeeded: 1,
      throttled: 0,
      failed: 1,
      byAction: { AssumeRole: 2 },
      byCode: { OK: 1, SignatureDoesNotMatch: 1 },
    });
    const { calls } = (await app.inject('/_mock/journal?limit=1')).json();
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ code: 'SignatureDoesNotMatch', atMs: NOW_MS });
    expect((await app.inject({ method: 'POST', url: '/_mock/reset' })).statusCode).toBe(204);
    expect((await app.inject('/_mock/counters')).json()).toMatchObject({ calls: 0 });
    expect((await app.inject('/_mock/journal')).json()).toEqual({ calls: [] });
  });

  it('resets quotas with the rest', async () => {
    const quota = {
      perRole: undefined,
      perAccount: 1,
      limiter: { algorithm: 'fixed-window' },
    } as const;
    const { app } = build(landing({ quota }));
    const statuses = [
      (await inject(app, askV1())).statusCode,
      (await inject(app, askV1())).statusCode,
    ];
    await app.inject({ method: 'POST', url: '/_mock/reset' });
    statuses.push((await inject(app, askV1())).statusCode);
    expect(statuses).toEqual([200, 400, 200]);
  });

  it('shows no secret, no token, and no whole key id', async () => {
    const { app } = build();
    const issued = (await inject(app, askV1())).json().Credentials;
    const key = {
      accessKeyId: issued.AccessKeyId,
      accessKeySecret: issued.AccessKeySecret,
      securityToken: issued.SecurityToken,
    };
    await inject(app, askV1({ key, common: { Action: 'GetCallerIdentity' }, parameters: {} }));
    const { body } = await app.inject('/_mock/journal');
    expect(body).toContain(maskKeyId(KEY.accessKeyId));
    const secrets = [...Object.values(key), KEY.accessKeyId, KEY.accessKeySecret];
    for (const secret of secrets) expect(body).not.toContain(secret);
  });

  it.each(['10.1.2.3', '::ffff:192.168.0.7', '2001:db8::1', '128.0.0.1'])(
    'does not answer to %s, but STS does',
    async (remoteAddress) => {
      const { app } = build();
      for (const url of ['/_mock/health', '/_mock/counters', '/_mock/journal']) {
        expect((await app.inject({ url, remoteAddress })).statusCode).toBe(403);
      }
      const reset = await app.inject({ method: 'POST', url: '/_mock/reset', remoteAddress });
      expect(reset.statusCode).toBe(403);
      expect((await app.inject({ url: '/', remoteAddress })).json().Code).toBe('MissingAction');
    },
  );

  it.each(['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'])(
    'answers to %s',
    async (remoteAddress) => {
      const { app } = build();
      const health = await app.inject({ url: '/_mock/health', remoteAddress });
      expect(health.json()).toEqual({ status: 'ok' });
    },
  );

  it('refuses a limit that is no count', async () => {
    const { app } = build();
    const answer = await app.inject('/_mock/journal?limit=all');
    expect([answer.statusCode, answer.json().error]).toEqual([
      400,
      'limit: found "all"; allowed: a count',
    ]);
  });
});
