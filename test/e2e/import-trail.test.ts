/** `sts-harness import-trail` as a program: the mock's own log, and what it refuses. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TrailSummary } from '../../src/trail/summary.ts';
import { askV1, CALLERS_ACCOUNT, KEY } from '../mock-sts/landing.ts';
import { cli, outDirectory, startCli } from './cli.ts';

describe('import-trail', () => {
  it('tells of the mock’s log what the mock’s counters tell', async () => {
    const directory = outDirectory();
    const file = join(directory, 'trail.jsonl');
    const flags = ['--port', '0', '--tls-port', '0', '--ca-dir', directory, '--quiet'];
    const mock = startCli(['mock', ...flags, '--actiontrail', file]);
    const [url = ''] = (await mock.untilStdout(/\n/)).split(/\s/);
    for (const common of [{ Action: 'GetCallerIdentity' }, {}, {}]) {
      const { url: path } = askV1({ method: 'GET', nowMs: Date.now(), common });
      await fetch(`${url}${path}`);
    }
    const counters = (await (await fetch(`${url}/_mock/counters`)).json()) as {
      calls: number;
      byAction: Record<string, number>;
      byCode: Record<string, number>;
    };
    mock.signal('SIGTERM');
    await mock.ended;

    const { code, stdout } = await cli(['import-trail', file, '--json']);
    expect(code).toBe(0);
    const told = JSON.parse(stdout) as TrailSummary;
    const byName = (rows: TrailSummary['actions']) =>
      Object.fromEntries(rows.map(({ name, calls }) => [name, calls]));
    expect(counters.calls).toBe(3);
    expect(told).toMatchObject({ calls: 3, assumeRoleCalls: 2, broken: { count: 0 } });
    expect(byName(told.actions)).toEqual(counters.byAction);
    expect(byName(told.errors)).toEqual(counters.byCode);
    expect(stdout).not.toContain(KEY.accessKeyId);

    const text = await cli(['import-trail', file]);
    expect(text.stdout).toMatch(/^3 calls to STS, 2 of which assume a role/);
  });

  it('hints where no role was assumed', async () => {
    const file = join(outDirectory(), 'trail.json');
    const identity = { type: 'ram-user', userName: 'app', accountId: CALLERS_ACCOUNT };
    const event = { eventTime: '2026-11-22T08:00:00Z', serviceName: 'Sts', userIdentity: identity };
    writeFileSync(file, JSON.stringify([{ ...event, eventName: 'GetCallerIdentity' }]));
    const { code, stdout } = await cli(['import-trail', file]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('no AssumeRole event')]);
  });

  it.each([
    ['a file that is not there', ['/nowhere/trail.json'], /found no such file/],
    ['a file of something else', [join(import.meta.dirname, 'cli.ts')], /cli\.ts:1: found text/],
    ['no file at all', [], /missing required argument 'file'/],
  ])('refuses %s', async (_what, files, message) => {
    const { code, stdout, stderr } = await cli(['import-trail', ...files]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});
