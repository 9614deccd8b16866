/** How long a service takes is a matter of who asks for what; the endpoint waits for it on its clock. */
import { expect, test } from 'vitest';
import { DataPlane } from '../../../../mock-sts/core/data-plane/data-plane.ts';
import { RamSecrets } from '../../../../mock-sts/core/ram-secrets.ts';
import { StsCore } from '../../../../mock-sts/core/service.ts';
import { buildResourceApp } from '../../../../mock-sts/server/resource-endpoint.ts';
import { nextTurn } from '../../../../src/kernel/real-clock.ts';
import type { Credentials } from '../../../../src/kernel/sts/credentials.ts';
import { VirtualClock } from '../../../../src/kernel/virtual-clock.ts';
import { signedRequest } from '../../../../src/run/live/resource-request.ts';
import { askV1, credentialIn, KEY, landing, NOW_MS } from '../../landing.ts';

const HOST = '127.0.0.1:8080';
const [role] = landing().roles;
const statement = { Effect: 'Allow', Action: ['oss:GetObject', 'ecs:*'], Resource: '*' } as const;
const policies = [{ name: 'p', document: { Version: '1', Statement: [statement] } as const }];
const config = {
  ...landing(),
  roles: [{ ...role!, policies }],
  serviceTimes: [
    { principal: role!.arn, action: 'oss:GetObject', time: { medianMs: 7, p99Ms: 7 } },
    { principal: role!.arn, action: 'ecs:RunInstances', time: { medianMs: 9, p99Ms: 90 } },
  ],
};
const SESSION = credentialIn(new StsCore(config).handle(askV1()).body);

function requestOf(product: string, action: string, key: Credentials = SESSION) {
  const nonce = () => `${product}:${action}`;
  return signedRequest({ product, action }, key, { host: HOST, nowMs: NOW_MS, nonce });
}

function ask(product: string, action: string, key?: Credentials) {
  const { method, path, headers } = requestOf(product, action, key);
  const answer = new DataPlane(config, new RamSecrets(config)).handle({
    ...{ method, url: path, body: new Uint8Array(), nowMs: NOW_MS, secure: false },
    headers: Object.entries({ host: HOST, ...headers }).flat(),
  });
  return `${answer.code} ${answer.latencyMs}`;
}

test('a call takes its time by role and action, and one that is refused or not named takes none', () => {
  expect(ask('oss', 'GetObject')).toBe('OK 7');
  expect(ask('ecs', 'RunInstances')).toMatch(/^OK [1-9]\d?\.\d+$/);
  expect(ask('ecs', 'DescribeInstances')).toBe('OK 0');
  expect(ask('oss', 'PutObject')).toBe('AccessDenied 0');
  expect(ask('oss', 'GetObject', KEY)).toBe('AccessDenied 0');
});

test('the endpoint answers when the clock says that the time has passed', async () => {
  const clock = new VirtualClock(NOW_MS);
  const services = new DataPlane(config, new RamSecrets(config));
  const time = {
    get nowMs() {
      return clock.nowMs();
    },
    at: (atMs: number, fire: () => void) => clock.setTimer(atMs, fire),
  };
  const delivery = { time, reset: () => {} };
  const app = buildResourceApp({ clock, services: () => services, onAnswer: () => {}, delivery });
  const { method, path, headers } = requestOf('oss', 'GetObject');
  let status = 0;
  const answered = app
    .inject({ method, url: path, headers: { host: HOST, ...headers } })
    .then(({ statusCode }) => {
      status = statusCode;
    });
  while (clock.nextTimerAtMs === undefined) await turn();
  await clock.settleTo(NOW_MS + 6.9);
  for (let i = 0; i < 20; i += 1) await turn();
  expect(status).toBe(0);
  await clock.settleTo(NOW_MS + 7);
  await answered;
  expect(status).toBe(200);
  await app.close();
});

const turn = () => new Promise<void>((resolve) => nextTurn(resolve));
