/**
 * The example project with the packed package: its tests pass, and a line of its client changed makes
 * them fail with words for what broke.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ended, type Installed, installedIn, root } from './packed.ts';

let example: Installed;
beforeAll(async () => {
  example = await installedIn(join(root, 'examples/my-client'));
});
afterAll(() => rm(dirname(example.directory), { recursive: true }));

const npm = (...args: string[]) => ended('npm', args, example.directory);

test('its types are right', async () => {
  expect(await npm('run', 'typecheck')).toMatchObject({ code: 0 });
});

test('its tests pass', async () => {
  expect(await npm('test')).toMatchObject({ code: 0, text: expect.stringMatching(/8 passed/) });
});

test.each([
  {
    what: 'no single flight',
    from: 'this.renewing ??=',
    to: 'this.renewing =',
    says: [
      /× fifty first requests make one call/,
      /✗ single-flight-first: 100 requests .*\s+seen: \d+ calls/,
    ],
  },
  {
    what: 'no renewal in the background',
    from: 'this.renewAt(session.expiresAtMs - RENEW_BEFORE_MS * (1 + this.deps.random()));',
    to: 'this.renewAt(session.expiresAtMs + RENEW_BEFORE_MS);',
    says: [
      /× serves the session at hand through an outage/,
      /✗ refresh-does-not-block: Requests are served at once/,
    ],
  },
])('with $what, they fail and say so', async ({ from, to, says }) => {
  const file = join(example.directory, 'src/session-cache.ts');
  const client = await readFile(file, 'utf8');
  expect(client).toContain(from);
  await writeFile(file, client.replace(from, to));
  const run = await npm('test');
  await writeFile(file, client);
  expect(run.code).not.toBe(0);
  for (const words of says) expect(run.text).toMatch(words);
});
