/** `size` from end to end: the built command line, in threads. Figures are exact. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SizeReport } from '../../src/sizing/size-report.ts';
import { sizeSchema } from '../../src/sizing/size-schema.ts';
import { temporaryFolder } from '../temporary.ts';
import { cli, fixture } from './cli.ts';

const FEW = ['--replications', '6', '--confirm', '3'];
const size = (...args: string[]) => cli(['size', ...args, '--out', temporaryFolder()]);

/** The document but for the command, which names the threads nowhere. */
async function sized(...args: string[]): Promise<SizeReport> {
  const { code, stdout, stderr } = await size(...args, '--json');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout) as SizeReport;
}

test('the document is the same with one thread and with two, and what its schema says', async () => {
  const scenario = [fixture('two-hosts.yaml'), ...FEW, '--quiet'];
  const [one, two] = await Promise.all([
    sized(...scenario, '--workers', '1'),
    sized(...scenario, '--workers', '2'),
  ]);
  expect(two).toEqual(one);
  expect(() => sizeSchema.parse(one)).not.toThrow();
  expect(one.readings.map(({ scope }) => scope)).toEqual(['account', 'role']);
  expect(one.curve.length).toBeGreaterThan(0);
});

test('the answer comes first, then the evidence, and three files are kept', async () => {
  const out = temporaryFolder();
  const { code, stdout } = await cli(['size', 'smoke', ...FEW, '--quiet', '--out', out]);
  expect(code).toBe(0);
  const [answer] = stdout.split('\n');
  expect(answer).toMatch(/^smoke needs a quota of \d+ AssumeRole calls a second for the calls of/);
  expect(stdout).toMatch(/^ {2}expiry herd {2,}\d/m);
  expect(stdout).toContain('documents "100/1(s)" and no algorithm');
  const [folder = ''] = readdirSync(out);
  expect(readdirSync(join(out, folder)).sort()).toEqual(['curve.csv', 'size.json', 'usage.csv']);
  const report = JSON.parse(readFileSync(join(out, folder, 'size.json'), 'utf8')) as SizeReport;
  expect(answer).toContain(` ${report.readings[0]!.quotaPerSecond} `);
  const curve = readFileSync(join(out, folder, 'curve.csv'), 'utf8')
    .trim()
    .split('\r\n');
  expect(curve).toHaveLength(1 + report.curve.length);
  const usage = readFileSync(join(out, folder, 'usage.csv'), 'utf8')
    .trim()
    .split('\r\n');
  expect(usage).toHaveLength(
    1 + report.usage.reduce((sum, { minutes }) => sum + minutes.length, 0),
  );
});

test('growth is forecast month by month, and a situation can be left out', async () => {
  const report = await sized(
    'smoke',
    ...['--replications', '2', '--confirm', '0', '--situation', 'cold-start', '--quiet'],
    ...['--scale', 'users=2x,hosts=1.5x', '--growth', '50%/month', '--months', '2'],
  );
  expect(report.scale).toEqual({ users: 2, hosts: 1.5 });
  expect(report.situations.map(({ name }) => name)).toEqual(['coldStart']);
  expect(report.forecast.map(({ month, users }) => [month, users])).toEqual([
    [0, 2],
    [1, 3],
    [2, 4.5],
  ]);
  expect(report.command).toContain('--growth 50%/month --months 2');
});

describe('what is wrong is told before any simulation, with exit code 2', () => {
  test.each([
    [['--objective', 'stals.requests == 0'], 'did you mean `stalls.requests`?'],
    [['--scale', 'users=2x,users=3x'], 'such as users=2x,hosts=1.5x'],
    [['--scale', 'hosts=0x'], 'above 0'],
    [['--growth', '8%'], '8%/month'],
    [['--confidence', '40%'], 'from 50%'],
    [['--outage', '10'], 'such as 10m'],
    [['--situation', 'warm-start'], 'cold-start'],
    [['--replications', '0'], 'a whole number from 1'],
    [['--subject', 'preset:alicloud-nod'], 'Did you mean preset:alicloud-node?'],
  ])('%j', async (flags, told) => {
    const { code, stdout, stderr } = await size('smoke', ...flags);
    expect(stderr).toContain(told);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

describe('a signal ends it without an answer, and nothing is kept', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s', async (name, exitCode) => {
    const out = temporaryFolder();
    let sent = 0;
    const { code, stdout, stderr } = await cli(['size', '--json', '--out', out], {
      onStderr: (text, signal) => {
        if (!text.includes('simulations') || sent > 0) return;
        sent += 1;
        signal(name);
      },
    });
    expect(stderr).toMatch(/Stopping: there is no answer yet\.\n$/);
    expect(code).toBe(exitCode);
    expect(stdout).toBe('');
    expect(readdirSync(out)).toEqual([]);
  });
});
