/**
 * Gives all tests, and every process that they start, a folder for temporary files of their own, and
 * fails when something is left there: by a test, or by what it tests.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** tsx, which loads modules in TypeScript, keeps what it has compiled, and so does Node. */
const KEPT_ON_PURPOSE = /^(tsx-|node-compile-cache$)/;

export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'sts-harness-tests-'));
  process.env.TMPDIR = folder;
  return () => {
    const left = readdirSync(folder).filter((name) => !KEPT_ON_PURPOSE.test(name));
    rmSync(folder, { recursive: true });
    if (left.length === 0) return;
    // vitest prints what a teardown throws, and ends with 0 all the same.
    process.exitCode = 1;
    throw new Error(`The tests left temporary files: ${left.join(', ')}`);
  };
}
