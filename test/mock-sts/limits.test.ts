/**
 * The limits that docs/mock.md states, each at its number and one beyond. Those of nonces, trail,
 * metrics and faults are tested with what they limit.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DataPlane } from '../../mock-sts/core/data-plane/data-plane.ts';
import { RamSecrets } from '../../mock-sts/core/ram-secrets.ts';
import { StsCore } from '../../mock-sts/core/service.ts';
import { ServiceSessions } from '../../mock-sts/core/service-sessions.ts';
import type { WireRequest } from '../../mock-sts/core/wire/request.ts';
import { parseMockConfig } from '../../mock-sts/server/config-file.ts';
import { lineLog } from '../../mock-sts/server/log-lines.ts';
import { NamedCounts } from '../../mock-sts/server/named-counts.ts';
import { VirtualClock } from '../../src/kernel/virtual-clock.ts';
import { askV1, landing, NOW_MS, ROLE_ARN } from './landing.ts';
import { askOidc, podsLanding } from './oidc-tokens.ts';
import { observed } from './server/observed.ts';

const core = new StsCore(podsLanding());
const codeOf = (request: WireRequest) => core.handle(request).record.code;
const changed = (request: WireRequest, change: Partial<WireRequest>) => ({ ...request, ...change });
const MEGABYTE = 1_048_576;

it('are all in one table', () => {
  const page = readFileSync(new URL('../../docs/mock.md', import.meta.url), 'utf8');
  const table = page.slice(page.indexOf('## Limits'));
  for (const number of ['4 KB', '10 MB', '5,000', '64 KB', '128', '2,048', '6,144', '20,000']) {
    expect(table).toContain(`${number} `);
  }
});

describe('of a request', () => {
  const get = (length: number) =>
    changed(askV1({ method: 'GET' }), { url: '/?'.padEnd(length, 'a') });
  const post = (length: number) =>
    changed(askV1(), { url: '/', body: Buffer.from('a='.padEnd(length, 'b')) });
  const many = (count: number) => changed(askV1(), { url: '/', body: pairs(count) });
  const pairs = (count: number) => Buffer.from('aaa=b&'.repeat(count).slice(0, -1));
  const nonce = (length: number) => askV1({ common: { SignatureNonce: 'n'.repeat(length) } });

  it.each<[string, (size: number) => WireRequest, number, string, string]>([
    ['URL', get, 4_096, 'MissingAction', 'RequestTooLarge.Url'],
    ['body', post, 10 * MEGABYTE, 'MissingAction', 'RequestTooLarge.Body'],
    ['parameters', many, 5_000, 'MissingAction', 'RequestTooLarge.Parameters'],
    ['nonce', nonce, 128, 'OK', 'InvalidSignatureNonce'],
  ])(
    '%s',
    (_what, make, limit, within, beyond) => {
      expect([codeOf(make(limit)), codeOf(make(limit + 1))]).toEqual([within, beyond]);
    },
    30_000,
  );

  it('parameters of query and form together', () => {
    const both = (count: number) =>
      changed(askV1(), { url: `/?${pairs(2_000)}`, body: pairs(count - 2_000) });
    expect(codeOf(both(5_000))).toBe('MissingAction');
    expect(codeOf(both(5_001))).toBe('RequestTooLarge.Parameters');
  });

  it('body of an upload to OSS', () => {
    const config = landing();
    const services = new DataPlane(config, new RamSecrets(config));
    const Authorization = `OSS ${'k'.repeat(20)}:${'s'.repeat(27)}=`;
    const headers = ['Date', new Date(NOW_MS).toUTCString(), 'Authorization', Authorization];
    const put = (bytes: number) =>
      services.handle({
        ...{ method: 'PUT', url: '/b/k', headers, body: Buffer.alloc(bytes) },
        ...{ nowMs: NOW_MS, secure: false },
      }).code;
    expect([put(10 * MEGABYTE), put(10 * MEGABYTE + 1)]).toEqual([
      'InvalidAccessKeyId',
      'EntityTooLarge',
    ]);
  });

  it('session policy', () => {
    const statement = '{"Effect":"Allow","Action":"*","Resource":"*"}';
    const policy = (bytes: number) => `{"Version":"1","Statement":[${statement}]}`.padEnd(bytes);
    const code = (bytes: number) =>
      codeOf(
        askV1({ parameters: { RoleArn: ROLE_ARN, RoleSessionName: 'ab', Policy: policy(bytes) } }),
      );
    expect([code(2_048), code(2_049)]).toEqual(['OK', 'InvalidParameter.PolicySize']);
  });

  it('OIDC token', () => {
    const code = (length: number) => codeOf(askOidc({ OIDCToken: 'a'.repeat(length) }));
    const [short, least, most, long] = [3, 4, 20_000, 20_001].map(code);
    expect([short, long]).toEqual(Array(2).fill('InvalidParameter.OIDCToken'));
    expect([least, most]).toEqual(Array(2).fill('AuthenticationFail.OIDCToken.Invalid'));
  });
});

describe('of what is kept', () => {
  it('policy of the file', () => {
    const file = (length: number) => {
      const empty = {
        Version: '1',
        Statement: [{ Effect: 'Allow', Action: 'a:b', Resource: '*' }],
      };
      const missing = length - JSON.stringify(empty).length;
      const Action = `a:b${'c'.repeat(missing)}`;
      const document = { ...empty, Statement: [{ ...empty.Statement[0], Action }] };
      expect(JSON.stringify(document)).toHaveLength(length);
      const trust = {
        Version: '1',
        Statement: [
          { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: ['acs:ram::1:root'] } },
        ],
      };
      const user = {
        account: '1000000000000001',
        name: 'app',
        policies: [{ name: 'p', document }],
      };
      return JSON.stringify({ users: [user], roles: [{ arn: ROLE_ARN, trust }] });
    };
    expect(parseMockConfig(file(6_144), 'mock.yaml').users).toHaveLength(1);
    expect(() => parseMockConfig(file(6_145), 'mock.yaml')).toThrow();
  });

  it('sessions of services, of which those beyond begin anew', () => {
    const sessions = new ServiceSessions(7);
    const began = (name: number, nowMs: number) => {
      const role = { accountId: '1000000000000001', roleName: 'r' };
      const session = { role, roleSessionName: `s${name}`, lifeMs: 3_600_000 };
      return sessions.credential(session, nowMs).issuedAtMs;
    };
    for (let i = 0; i < 10_000; i += 1) began(i, NOW_MS);
    expect(began(0, NOW_MS + 60_000)).toBe(NOW_MS);
    began(10_000, NOW_MS + 60_000);
    expect(began(0, NOW_MS + 60_000)).toBe(NOW_MS + 60_000);
  });

  it('texts of the journal', async () => {
    const { app } = observed(landing(), {}, new VirtualClock(NOW_MS));
    for (const length of [128, 129]) await app.inject(`/?Action=${'a'.repeat(length)}`);
    const { calls } = (await app.inject('/_mock/journal')).json();
    expect(calls.map(({ action }: { action: string }) => action.length)).toEqual([128, 128]);
  });

  it('names of actions and codes, in the journal and of the data plane', () => {
    const counts = new NamedCounts();
    for (let i = 1; i <= 1_001; i += 1) counts.count(`Code${i}`);
    counts.count('Code1000');
    const seen = counts.asObject();
    expect(Object.keys(seen)).toHaveLength(1_000);
    expect([seen.Code1000, seen.Code1001]).toEqual([2, undefined]);
  });

  it('log lines that wait for a slow reader', () => {
    const written: string[] = [];
    const stream = { writableLength: MEGABYTE, write: (line: string) => written.push(line) > 0 };
    const log = lineLog(stream);
    log('at the limit');
    stream.writableLength = MEGABYTE + 1;
    log('one beyond');
    log('two beyond');
    stream.writableLength = 0;
    log('after');
    expect(written).toEqual(['at the limit', '{"event":"lines-dropped","dropped":2}\n', 'after']);
  });

  it('body of an admin request', async () => {
    const { app } = observed(landing(), {}, new VirtualClock(NOW_MS));
    const status = async (bytes: number) => {
      const payload = '{"kind":"outage"}'.padEnd(bytes);
      const headers = { 'content-type': 'application/json' };
      return (await app.inject({ method: 'POST', url: '/_mock/faults', payload, headers }))
        .statusCode;
    };
    expect([await status(16_384), await status(16_385)]).toEqual([201, 413]);
  });

  it('time of a fault', async () => {
    const { app } = observed(landing(), {}, new VirtualClock(NOW_MS));
    const status = async (span: string) => {
      const payload = { kind: 'outage', for: span };
      return (await app.inject({ method: 'POST', url: '/_mock/faults', payload })).statusCode;
    };
    expect([await status('100d'), await status('8640001s')]).toEqual([201, 400]);
  });
});
