/**
 * Faults of the places around STS on real sockets, added through the admin API: each place, and each way
 * in which an answer can fail to come.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type MockSts, startMockSts } from '../../mock-sts/server/start.ts';
import { VirtualClock } from '../../src/kernel/virtual-clock.ts';
import { askV1, landing, NOW_MS } from '../mock-sts/landing.ts';

const open: MockSts[] = [];
afterEach(async () => {
  for (const mock of open.splice(0)) await mock.close();
});

async function start() {
  const clock = new VirtualClock(NOW_MS);
  const options = { config: landing(), clock, metadataPort: 0, resourcePort: 0 };
  const mock = await startMockSts(options);
  open.push(mock);
  const add = async (fault: object) => {
    const answer = await fetch(`${mock.httpUrl}/_mock/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fault),
    });
    expect(answer.status, await answer.clone().text()).toBe(201);
    return answer.json();
  };
  return { mock, clock, add };
}

/** What comes back; undefined while nothing has. */
interface Exchange {
  status: number | undefined;
  headers: IncomingMessage['headers'];
  body: string;
  ended: boolean;
  error: string | undefined;
}

const PLACES = ['metadata', 'credentials-uri', 'kms', 'resource'] as const;
type Place = (typeof PLACES)[number];

function ask(mock: MockSts, place: Place, nowMs = NOW_MS): Exchange {
  const seen: Exchange = {
    ...{ status: undefined, headers: {}, body: '', ended: false, error: undefined },
  };
  const { url, method, headers, body } = requestTo(mock, place, nowMs);
  const request = httpRequest(url, { method, headers, agent: false }, (response) => {
    seen.status = response.statusCode;
    seen.headers = response.headers;
    response.on('data', (chunk) => {
      seen.body += chunk;
    });
    response.on('end', () => {
      seen.ended = true;
    });
  });
  request.on('error', (error: NodeJS.ErrnoException) => {
    seen.error = error.code;
  });
  request.end(body);
  return seen;
}

function requestTo({ metadataUrl, httpUrl, resourceUrl }: MockSts, place: Place, nowMs: number) {
  const none = { method: 'GET', headers: {}, body: undefined };
  switch (place) {
    case 'metadata':
      return { ...none, url: `${metadataUrl}/latest/meta-data/region-id` };
    case 'credentials-uri':
      return { ...none, url: `${httpUrl}/_mock/credentials/role-app-prd` };
    default: {
      const product = {
        kms: { Action: 'GetSecretValue', Version: '2016-01-20' },
        resource: { Action: 'DescribeInstances', Version: '2014-05-26' },
      };
      const asked = askV1({ common: product[place], nowMs });
      const headers = Object.fromEntries([[asked.headers[2]!, asked.headers[3]!]]);
      return { ...asked, headers, url: `${resourceUrl}${asked.url}` };
    }
  }
}

/** Turns of the event loop until it holds; the test's own timeout is its limit. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe.each(PLACES)('%s', (target) => {
  it('answers with an error, a reset, or nothing, and others are as ever', async () => {
    const { mock, add } = await start();
    const usual = ask(mock, target);
    await until(() => usual.ended);
    expect(usual.status).toBeLessThan(500);
    const { id } = (await add({ kind: 'outage', target })) as { id: string };
    const down = ask(mock, target);
    await until(() => down.ended);
    expect([down.status, usual.status]).toEqual([503, usual.status]);
    for (const place of PLACES.filter((other) => other !== target)) {
      const other = ask(mock, place);
      await until(() => other.ended);
      expect(other.status).not.toBe(503);
    }
    await fetch(`${mock.httpUrl}/_mock/faults/${id}`, { method: 'DELETE' });
    await add({ kind: 'connection-reset', target });
    const reset = ask(mock, target);
    await until(() => reset.error !== undefined);
    expect([reset.status, reset.error]).toEqual([undefined, 'ECONNRESET']);
    await fetch(`${mock.httpUrl}/_mock/reset`, { method: 'POST' });
    await add({ kind: 'redirect-empty', target });
    const empty = ask(mock, target);
    await until(() => empty.ended);
    expect([empty.status, empty.body, empty.headers['content-type']]).toEqual([302, '', undefined]);
  });

  it('waits out a latency on the mock’s clock, and a slow body piece by piece', async () => {
    const { mock, clock, add } = await start();
    await add({ kind: 'latency', target, add: '500ms', for: '1s' });
    await add({ kind: 'slow-body', target, over: '2s', after: '1s' });
    const late = ask(mock, target);
    await until(() => clock.nextTimerAtMs !== undefined);
    await clock.settleTo(NOW_MS + 499);
    await turns(5);
    expect(late.status).toBeUndefined();
    await clock.settleTo(NOW_MS + 500);
    await until(() => late.ended);
    await clock.settleTo(NOW_MS + 1_000);
    const slow = ask(mock, target, NOW_MS + 1_000);
    await until(() => slow.status !== undefined);
    await clock.settleTo(NOW_MS + 2_999);
    await turns(5);
    expect(slow.ended).toBe(false);
    await clock.settleTo(NOW_MS + 3_000);
    await until(() => slow.ended);
    expect(slow.body).toHaveLength(Number(slow.headers['content-length']));
    expect(slow.headers.date).toBe('Sun, 22 Nov 2026 08:00:01 GMT');
  });

  it('hangs until it is cut after ten minutes', async () => {
    const { mock, clock, add } = await start();
    await add({ kind: 'hang', target });
    const silent = ask(mock, target);
    await until(() => clock.nextTimerAtMs !== undefined);
    await clock.settleTo(NOW_MS + 599_999);
    await turns(5);
    expect([silent.status, silent.error]).toEqual([undefined, undefined]);
    await clock.settleTo(NOW_MS + 600_000);
    await until(() => silent.error !== undefined);
  });
});
