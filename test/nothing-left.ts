/**
 * Gives all tests, and every process that they start, a folder for temporary files of their own, and
 * fails when something of ours is left there: by a test, or by what it tests. Other people's tools
 * (tsx, certifi, Go) keep what they like; that goes with the folder.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'sts-harness-tests-'));
  process.env.TMPDIR = folder;
  return () => {
    const left = readdirSync(folder).filter((name) => name.startsWith('sts-harness'));
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    if (left.length === 0) return;
    // vitest prints an error that is thrown here, and ends with 0 all the same.
    process.exitCode = 1;
    throw new Error(`The tests left temporary files: ${left.join(', ')}`);
  };
}
