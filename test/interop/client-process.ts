/**
 * Runs a client in a process of its own, with a home of its own and no more environment than it
 * needs. It reports to a file: what it prints must hold no secret and no token, and is searched for
 * them, as is the error that it got.
 */
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { Credentials } from '../../src/kernel/sts/credentials.ts';
import { temporaryFolder } from '../temporary.ts';

const RUN_MS_MAX = 60_000;

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface Run {
  readonly command: Command;
  readonly job: object;
  /** Files below the home, such as a CLI profile. */
  readonly home?: Readonly<Record<string, string>>;
  /** Further texts that must not be printed, such as the caller's own secret. */
  readonly secrets: readonly string[];
}

/** The error in the SDK's own form; what it does not have is absent. */
export interface ReportedError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly statusCode?: number;
  readonly data?: object;
}

export interface Report {
  readonly credentials: readonly (Credentials & { readonly provider?: string })[];
  readonly error?: ReportedError;
  /** Who the client was told that it is, once it had assumed the role. */
  readonly identityArn?: string;
  /** What became of each step of an OSS client. */
  readonly steps?: readonly OssStep[];
}

/** What was read, or how the SDK told that it was refused. */
export interface OssStep {
  readonly text?: string;
  readonly keys?: readonly string[];
  readonly code?: string;
  readonly status?: number;
}

export async function runClient({ command, job, home = {}, secrets }: Run): Promise<Report> {
  const directory = temporaryFolder();
  const [jobFile, report] = [join(directory, 'job.json'), join(directory, 'report.json')];
  await writeFile(jobFile, JSON.stringify({ ...job, report }), { mode: 0o600 });
  for (const [path, text] of Object.entries(home)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text, { mode: 0o600 });
  }
  const own = { PATH: process.env.PATH, LANG: 'C.UTF-8', HOME: directory, TMPDIR: directory };
  const env = { ...own, ...command.env };
  const { code, output } = await ended(command.file, [...command.args, jobFile], env);
  const written = await readFile(report, 'utf8').catch(() => undefined);
  if (code !== 0 || written === undefined) throw new Error(`ended with ${code}\n${output}`);
  const done = JSON.parse(written) as Report;
  expectSilent(`${output}\n${JSON.stringify(done.error ?? {})}`, done, secrets);
  return done;
}

function expectSilent(text: string, { credentials }: Report, secrets: readonly string[]): void {
  const all = credentials.flatMap(({ accessKeySecret, securityToken }) =>
    securityToken === undefined
      ? [accessKeySecret]
      : [accessKeySecret, securityToken, encodeURIComponent(securityToken)],
  );
  const told = [...secrets, ...all].filter((secret) => text.includes(secret)).length;
  expect(told, 'secrets and tokens in output or error').toBe(0);
}

function ended(file: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  return new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    const child = spawn(file, args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: RUN_MS_MAX,
      killSignal: 'SIGKILL',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        output += data;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
