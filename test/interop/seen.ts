/** What the suite saw to work, from which docs/interop.md is made. */
import { it, type TestContext } from 'vitest';
import type { Kit } from './kit.ts';

export interface Row {
  readonly client: string;
  readonly version: string;
  readonly kit: Kit;
  readonly provider: string;
  /** How to point it at the mock. */
  readonly pointing: string;
  /** Why nothing of it works yet, where the mock is at fault: its tests are expected to fail. */
  readonly fails?: string;
  /** What is missing on this machine, beside the language's tools. */
  readonly skipped?: string;
}

export interface Seen {
  readonly row: Row;
  readonly checks: string[];
}

export interface Unseen {
  readonly client: string;
  readonly provider: string;
  readonly reason: string;
}

export const seen: Seen[] = [];
export const unseen: Unseen[] = [];

/** A test that, once passed, is named in the table. */
export function itShows(row: Row, check: string, title: string, test: () => Promise<void>): void {
  let entry = seen.find((one) => one.row === row);
  if (entry === undefined) {
    entry = { row, checks: [] };
    seen.push(entry);
  }
  const { checks } = entry;
  const expected = row.fails === undefined ? it : it.fails;
  expected(title, async (context: TestContext) => {
    needTools(context, row.kit.skipped ?? row.skipped);
    row.kit.cloud.calm();
    await test();
    if (!checks.includes(check)) checks.push(check);
  });
}

/** A tool that is missing skips a test and says so; under CI, where every tool is there, it fails it. */
function needTools(context: TestContext, missing: string | undefined): void {
  if (missing === undefined) return;
  if (process.env.CI === 'true') throw new Error(`not to be skipped in CI: ${missing}`);
  context.skip(missing);
}

/** A case that waits for something, and says for what. */
export function itWaits(row: Unseen): void {
  unseen.push(row);
  it(`${row.client}, ${row.provider}`, (context) => context.skip(row.reason));
}
