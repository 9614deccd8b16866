/** `sts-harness import-trail` as a program: the mock's own log, and what it refuses. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TrailDocument } from '../../src/trail/document.ts';
import { askV1, CALLERS_ACCOUNT, KEY } from '../mock-sts/landing.ts';
import { temporaryFolder } from '../temporary.ts';
import { ownEvent, written } from '../trail/trail-files.ts';
import { cli, shippedSchema, startCli } from './cli.ts';

describe('import-trail', () => {
  it('tells of the mock’s log what the mock’s counters tell', async () => {
    const directory = temporaryFolder();
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
    const told = JSON.parse(stdout) as TrailDocument;
    expect(shippedSchema('trail').safeParse(told).error).toBeUndefined();
    const byName = (rows: TrailDocument['actions']) =>
      Object.fromEntries(rows.map(({ name, calls }) => [name, calls]));
    expect(counters.calls).toBe(3);
    expect(told).toMatchObject({ calls: 3, assumeRoleCalls: 2, broken: { count: 0 } });
    expect(byName(told.actions)).toEqual(counters.byAction);
    expect(byName(told.errors)).toEqual(counters.byCode);
    expect(stdout).not.toContain(KEY.accessKeyId);

    const text = await cli(['import-trail', file]);
    expect(text.stdout).toMatch(/^3 calls to STS, 2 of which assume a role/);
  });

  it('writes a scenario that the other verbs take', async () => {
    const directory = temporaryFolder();
    const trail = join(directory, 'trail.jsonl');
    const lines = Array.from({ length: 40 }, (_, i) => {
      const [client, round] = [i % 8, Math.floor(i / 8)];
      const event = ownEvent({
        atMs: Date.UTC(2026, 10, 22) + 1_000 * (300 * client + 2_700 * round),
        sessionName: `client-${client}`,
      });
      return JSON.stringify(written(event));
    });
    writeFileSync(trail, lines.join('\n'));
    const file = join(directory, 'made', 'imported.yaml');
    const { code, stdout } = await cli(['import-trail', trail, '--scenario', file]);
    expect(code).toBe(0);
    expect(stdout).toContain('processes 8 (high: session names that call at the same time)');
    expect(stdout).toContain(`${file}: 1 apps, 0 calls in the background`);
    expect(readdirSync(join(directory, 'made'))).toEqual(['imported.yaml']);
    expect(readFileSync(file, 'utf8')).not.toContain('client-1');
    const simulated = await cli(['simulate', file, '--json', '--out', directory]);
    expect(simulated.code).toBe(0);
    const { subjects } = JSON.parse(simulated.stdout);
    expect(Math.abs(subjects[0].totals.assumeRole.calls - 40)).toBeLessThanOrEqual(1);
  });

  it('writes nothing where there is nothing to make a scenario of', async () => {
    const directory = temporaryFolder();
    const trail = join(directory, 'trail.json');
    const file = join(directory, 'imported.yaml');
    writeFileSync(trail, JSON.stringify(written(ownEvent())));
    const { code, stdout, stderr } = await cli(['import-trail', trail, '--scenario', file]);
    expect([code, stdout, existsSync(file)]).toEqual([2, '', false]);
    expect(stderr).toContain('found no caller whose AssumeRole calls say what it is');
    const other = await cli(['import-trail', trail, '--account', '42']);
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(/--account: found 42; allowed: one of: 1000000000000001 in cn-/);
  });

  it('hints where no role was assumed', async () => {
    const file = join(temporaryFolder(), 'trail.json');
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
