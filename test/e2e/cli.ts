/** Runs the built command line as a user would. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Result } from '../../src/measure/result.ts';
import { temporaryFolder } from '../temporary.ts';

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** Our own CI is not to be annotated by what tests provoke. */
const NO_GITHUB = { GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '' };

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  /** Sees stderr as it grows; may signal the process. */
  readonly onStderr?: (text: string, signal: (name: NodeJS.Signals) => void) => void;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Started {
  readonly ended: Promise<Ended>;
  signal(name: NodeJS.Signals): void;
  /** All of stdout as soon as it matches; rejects when the process ends before. */
  untilStdout(pattern: RegExp): Promise<string>;
}

export function cli(args: readonly string[], options: CliOptions = {}): Promise<Ended> {
  return startCli(args, options).ended;
}

export function startCli(args: readonly string[], options: CliOptions = {}): Started {
  return startScript(MAIN, args, options);
}

export function startScript(
  script: string,
  args: readonly string[],
  options: CliOptions = {},
): Started {
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, ...NO_GITHUB, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const signal = (name: NodeJS.Signals) => void child.kill(name);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
    options.onStderr?.(stderr, signal);
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  const untilStdout = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      child.stdout.on('data', () => pattern.test(stdout) && resolve(stdout));
      void ended.then(() => reject(new Error(`ended without ${pattern}: ${stderr}`)));
    });
  return { ended, signal, untilStdout };
}

/** What the package ships as `schema/<name>.json`, as a validator. */
export function shippedSchema(name: string): z.ZodType {
  const file = new URL(`../../schema/${name}.json`, import.meta.url);
  return z.fromJSONSchema(JSON.parse(readFileSync(file, 'utf8')));
}

/** A path under test/fixtures. */
export function fixture(name: string): string {
  return join(FIXTURES, name);
}

/** `run … --json`, parsed. */
export async function runJson(
  args: readonly string[],
  options: CliOptions = {},
): Promise<{ code: number | null; result: Result; stderr: string }> {
  const ended = await cli(['run', ...args, '--json', '--out', temporaryFolder()], options);
  return { code: ended.code, result: JSON.parse(ended.stdout) as Result, stderr: ended.stderr };
}
