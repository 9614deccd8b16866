/**
 * Ways past the guard rails, tried one after another: by flags, environment, scenario and module. The mock
 * that poses as STS tells whether any of them led anywhere.
 */

import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../temporary.ts';
import { cli, fixture } from '../cli.ts';
import { keptResult, subject } from './kept.ts';
import { type PosingSts, posingSts, sessionCalls } from './posing-sts.ts';

let sts: PosingSts;
let proxy: Server;
let proxied = 0;
let proxyPort = '';
let seenBefore = 0;

beforeAll(async () => {
  sts = await posingSts();
  proxy = createServer((socket) => {
    proxied += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  proxyPort = String((proxy.address() as AddressInfo).port);
});
beforeEach(() => {
  seenBefore = sts.calls.length;
});
afterEach(() => {
  proxied = 0;
});
afterAll(async () => {
  proxy.close();
  await sts.close();
});

const seen = () => sts.calls.slice(seenBefore);

describe('flags: exit 2 before anything is sent', () => {
  test.each([
    ['no budget', ['--yes'], '--budget: found nothing'],
    ['no confirmation, and no terminal to ask', ['--budget', '10'], '--yes'],
    ['a budget of nothing', ['--budget', '0', '--yes'], '--budget: found "0"'],
    [
      'a budget below the prediction',
      ['--budget', '2', '--yes'],
      '3 AssumeRole calls are predicted',
    ],
    ['a ceiling above all', ['--budget', '9', '--ceiling', '101', '--yes'], '--ceiling'],
    ['a ceiling of nothing', ['--budget', '9', '--ceiling', '0', '--yes'], '--ceiling'],
    [
      'more errors than calls',
      ['--budget', '9', '--max-error-share', '200%', '--yes'],
      '--max-error',
    ],
    ['another host', ['--budget', '9', '--endpoint', 'sts.example.com', '--yes'], '--endpoint'],
    [
      'a service that is none',
      ['--budget', '9', '--endpoint', 'oss.aliyuncs.com', '--yes'],
      'sts-vpc.',
    ],
    ['a port', ['--budget', '9', '--endpoint', 'sts.aliyuncs.com:80', '--yes'], '--endpoint'],
    ['a URL', ['--budget', '9', '--endpoint', 'http://sts.aliyuncs.com', '--yes'], '--endpoint'],
    ['a region that leads elsewhere', ['--budget', '9', '--region', 'x.evil', '--yes'], '--region'],
    ['fast-forward', ['--budget', '9', '--pace', 'fast', '--yes'], '--pace: found "fast"'],
    [
      'a prefix that STS refuses',
      ['--budget', '9', '--session-prefix', 'a b', '--yes'],
      '--session-prefix',
    ],
    ['a model', ['--budget', '9', '--subject', 'preset:alicloud-java', '--yes'], 'preset'],
  ])('%s', async (_name, args, text) => {
    const { code, stderr, stdout } = await sts.run('real/brief.yaml', args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(text);
    expect(seen()).toEqual([]);
  });

  test('all problems at once', async () => {
    const args = ['--ceiling', 'x', '--region', '-', '--yes'];
    const { stderr } = await sts.run('real/brief.yaml', args);
    for (const flag of ['--budget', '--ceiling', '--region']) expect(stderr).toContain(flag);
  });

  test.each([
    ['--endpoint', 'sts.cn-shanghai.aliyuncs.com'],
    ['--region', 'cn-shanghai'],
    ['--budget', '10'],
    ['--yes', undefined],
    ['--dry-run', undefined],
  ])('%s without --target real', async (flag, value) => {
    const args = ['run', fixture('real/brief.yaml'), flag, ...(value === undefined ? [] : [value])];
    const { code, stderr } = await cli(args, { env: sts.env });
    expect(code).toBe(2);
    expect(stderr).toContain('without --target real');
  });
});

describe('environment', () => {
  test.each([
    ['STS_HARNESS_PACE', 'fast', '--pace'],
    ['NODE_TLS_REJECT_UNAUTHORIZED', '0', 'TLS that is verified'],
    ['NODE_DEBUG', 'http', 'NODE_DEBUG'],
  ])('%s=%s is refused', async (name, value, text) => {
    const options = { env: { [name]: value } };
    const { code, stderr } = await sts.run('real/brief.yaml', ['--budget', '9', '--yes'], options);
    expect(code).toBe(2);
    expect(stderr).toContain(text);
    expect(seen()).toEqual([]);
  });

  test('none stands for target, budget or confirmation', async () => {
    const env = {
      STS_HARNESS_TARGET: 'real',
      STS_HARNESS_BUDGET: '100',
      STS_HARNESS_YES: 'true',
      STS_HARNESS_CEILING: '100',
    };
    const { code } = await sts.run('real/brief.yaml', [], { env });
    expect(code).toBe(2);
    const args = ['run', fixture('real/brief.yaml'), '--out', temporaryFolder(), '--quiet'];
    await cli(args, { env: { ...sts.env, ...env } });
    expect(seen()).toEqual([]);
  });

  test('a chain without a credential is told so, and what it says is not quoted', async () => {
    const env = {
      ALIBABA_CLOUD_ACCESS_KEY_ID: '',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: '',
      ALIBABA_CLOUD_CREDENTIALS_URI: '',
    };
    const { code, stderr } = await sts.run('real/brief.yaml', ['--budget', '9', '--yes'], { env });
    expect(code).toBe(2);
    expect(stderr).toContain('No source of the default credential chain');
    expect(seen()).toEqual([]);
  });

  test('a key that STS does not know ends it at GetCallerIdentity', async () => {
    const env = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI5tNobodyKnowsThisKey' };
    const { code, stderr } = await sts.run('real/brief.yaml', ['--budget', '9', '--yes'], { env });
    expect(code).toBe(2);
    expect(stderr).toContain('GetCallerIdentity failed: InvalidAccessKeyId.NotFound');
    expect(sessionCalls(seen())).toEqual([]);
  });
});

describe('scenario', () => {
  test('what only a mock can do is refused, all of it at once', async () => {
    const { code, stderr } = await sts.run('real/unfit.yaml', ['--budget', '9', '--yes']);
    expect(code).toBe(2);
    for (const path of ['apps.pods.identity', 'apps.chained.via', 'apps.chained.work', 'faults']) {
      expect(stderr).toContain(`${path}: found`);
    }
    expect(seen()).toEqual([]);
  });

  test('it has no words for limits and endpoints', async () => {
    const { code, stderr } = await sts.run('real/lifts-limits.yaml', ['--budget', '9', '--yes']);
    expect(code).toBe(2);
    for (const key of ['budget', 'ceiling', 'allowThrottling', 'endpoint']) {
      expect(stderr).toContain(`found key "${key}"`);
    }
    expect(seen()).toEqual([]);
  });
});

const WAYS = [
  ['fetch'],
  ['https'],
  ['tls-by-address'],
  ['socket-by-address'],
  ['proxy'],
  ['own-sdk'],
  ['process'],
  ['spawned-process'],
  ['thread'],
] as const;

describe('a module that looks for a way around the gate', () => {
  test.each(WAYS)('%s', async (way) => {
    const env = {
      WAY: way,
      PROXY_PORT: proxyPort,
      HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`,
      HTTP_PROXY: `http://127.0.0.1:${proxyPort}`,
      NODE_USE_ENV_PROXY: '1',
    };
    const args = ['--subject', subject('wanders'), '--budget', '20', '--yes'];
    const { code, out } = await sts.run('real/in-reach.yaml', args, { env });
    const result = keptResult(out);
    const codes = result.subjects[0]!.errors.map((error) => error.code);
    expect(codes).not.toContain('GotAround');
    expect(code).toBe(97);
    expect(result.reasons.join(' ')).toMatch(
      /A client tried to make a (connection to|child process|worker thread)/,
    );
    expect(proxied).toBe(0);
    expect(seen().map(({ action }) => action)).toEqual(['GetCallerIdentity', 'AssumeRole']);
  });

  test('another role than the scenario’s is refused here, and not sent', async () => {
    const args = ['--subject', subject('other-role'), '--budget', '90', '--yes'];
    const { out } = await sts.run('real/in-reach.yaml', args);
    expect(sessionCalls(seen())).toEqual([]);
    expect(keptResult(out).subjects[0]!.totals.requests.completed).toBe(0);
  });
});

describe('without --target real no client reaches Alibaba Cloud', () => {
  test.each([['fetch'], ['https'], ['tls-by-address'], ['own-sdk']])('%s', async (way) => {
    const out = temporaryFolder();
    const line = ['run', fixture('real/in-reach.yaml'), '--subject', subject('wanders')];
    const { code } = await cli([...line, '--out', out], { env: { ...sts.env, WAY: way } });
    const result = keptResult(out);
    expect(code).toBe(97);
    expect(result.reasons.join(' ')).toContain('a connection to sts.cn-shanghai.aliyuncs.com');
    expect(result.subjects[0]!.errors.map((error) => error.code)).not.toContain('GotAround');
    expect(seen()).toEqual([]);
  });
});
