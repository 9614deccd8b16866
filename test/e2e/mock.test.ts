/** The mock as its own program: what it prints, whom it serves, how it ends. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary.ts';
import { cli, startCli } from './cli.ts';

const PORTS = ['--port', '0', '--tls-port', '0'];

test.each(['SIGINT', 'SIGTERM'] as const)(
  'it says where it listens and ends cleanly on %s',
  async (signal) => {
    const mock = startCli(['mock', ...PORTS, '--ca-dir', temporaryFolder()]);
    const text = await mock.untilStdout(/_mock\/reset/);
    const url = /HTTP +(http:\/\/127\.0\.0\.1:\d+)/.exec(text)![1]!;
    expect(text).toMatch(/HTTPS +https:\/\/127\.0\.0\.1:\d+/);
    expect(text).toContain('NODE_EXTRA_CA_CERTS=');
    expect(existsSync(/authority +(\S+)/.exec(text)![1]!)).toBe(true);
    const refused = await fetch(`${url}/?Action=AssumeRole&Version=2015-04-01&Format=JSON`);
    expect(refused.status).toBe(400);
    const counters = (await (await fetch(`${url}/_mock/counters`)).json()) as { calls: number };
    expect(counters.calls).toBe(1);
    mock.signal(signal);
    expect(await mock.ended).toMatchObject({ code: 0, stderr: '' });
  },
);

test('a port in use is told with the flag that names it, exit code 2', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as { port: number };
  const ports = ['--port', String(port), '--tls-port', '0'];
  const ended = await cli(['mock', ...ports, '--ca-dir', temporaryFolder()]);
  taken.close();
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toContain('--port');
  expect(ended.stderr).toContain('EADDRINUSE');
});

test('the official client works against it, unmodified, over TLS', async () => {
  const mock = startCli(['mock', ...PORTS, '--ca-dir', temporaryFolder()]);
  const text = await mock.untilStdout(/_mock\/reset/);
  const [, host] = /HTTPS +https:\/\/(127\.0\.0\.1:\d+)/.exec(text)!;
  const [, authority] = /authority +(\S+)/.exec(text)!;
  const [, keyId, secret] = /appX +(\S+) +(\S+)/.exec(text)!;
  const script = `
    const { default: Credential, Config } = require('@alicloud/credentials');
    const credential = new Credential(new Config({
      type: 'ram_role_arn', accessKeyId: '${keyId}', accessKeySecret: '${secret}',
      roleArn: 'acs:ram::1000000000000101:role/role-appX-prd', roleSessionName: 'e2e',
      stsEndpoint: '${host}',
    }));
    credential.getCredential().then((c) => console.log(c.accessKeyId), (e) => { console.error(e); process.exit(1); });`;
  const app = spawn(process.execPath, ['-e', script], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: authority! },
  });
  let printed = '';
  for await (const chunk of app.stdout) printed += chunk;
  mock.signal('SIGTERM');
  await mock.ended;
  expect(printed).toMatch(/^STS\.\w+\n$/);
});
