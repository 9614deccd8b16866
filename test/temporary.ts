/** Folders that are gone when the test file that asked for them has ended. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const made: string[] = [];

// Registered as this module is imported, so before the file's own hooks, and run after them: whatever
// writes there has ended. Each test file has modules of its own.
afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A fresh, empty folder. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sts-harness-test-'));
  made.push(folder);
  return folder;
}
