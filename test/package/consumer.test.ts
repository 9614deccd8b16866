/** What is published: its types under both ways of resolving them, its imports, its documentation. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ended, type Installed, installedIn, root } from './packed.ts';

let consumer: Installed;
beforeAll(async () => {
  consumer = await installedIn(fileURLToPath(new URL('consumer', import.meta.url)));
});
afterAll(() => rm(dirname(consumer.directory), { recursive: true }));

const here = (...args: readonly [string, ...string[]]) =>
  ended('npx', ['--no-install', ...args], consumer.directory);
const tool = (...args: readonly [string, ...string[]]) =>
  ended('npx', ['--no-install', ...args], root);

const STRICT = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2023', '--types', 'node'];
const WAYS = [
  { by: 'node16', flags: ['--module', 'node16'] },
  { by: 'bundler', flags: ['--module', 'esnext', '--moduleResolution', 'bundler'] },
];

test.each(WAYS)('types resolve by $by, strictly', async ({ flags }) => {
  expect(await here('tsc', ...STRICT, ...flags, 'consumer.ts')).toEqual({ code: 0, text: '' });
});

test('imports work on this Node, and do what their types say', async () => {
  await here(
    'tsc',
    '--strict',
    '--skipLibCheck',
    '--target',
    'es2022',
    '--module',
    'node16',
    'consumer.ts',
  );
  const run = await ended(process.execPath, ['consumer.js'], consumer.directory);
  expect(run).toMatchObject({ code: 0, text: 'done function\n' });
});

test('importing loads no package', async () => {
  const script = `import 'sts-harness';
    import { createRequire } from 'node:module';
    const { cache } = createRequire(import.meta.url);
    console.log(Object.keys(cache).length);
    await (await import('sts-harness')).loadScenario('smoke');
    console.log(Object.keys(cache).length > 0);`;
  await writeFile(join(consumer.directory, 'lazy.mjs'), script);
  const run = await ended(process.execPath, ['lazy.mjs'], consumer.directory);
  expect(run).toMatchObject({ code: 0, text: '0\ntrue\n' });
});

test('publint and attw have nothing to say', async () => {
  const linted = await tool('publint', 'run', consumer.tarball, '--strict');
  expect(linted.text).toContain('All good');
  expect(await tool('attw', consumer.tarball, '--profile', 'esm-only')).toMatchObject({ code: 0 });
});

/** Its blocks that begin with `// <file name>`, by that name. */
const page = await readFile(join(root, 'docs/library.md'), 'utf8');
const examples = [...page.matchAll(/```ts\n(\/\/ (\S+)\n[\s\S]*?)```/g)].map(([, text, name]) => ({
  name: name!,
  text: text!,
}));

describe('docs/library.md', () => {
  beforeAll(async () => {
    for (const { name, text } of examples) await writeFile(join(consumer.directory, name), text);
  });

  test('shows examples', () => {
    expect(examples.length).toBeGreaterThan(3);
  });

  test('has right types', async () => {
    const names = examples.map(({ name }) => name);
    expect(await here('tsc', ...STRICT, '--module', 'node16', ...names)).toEqual({
      code: 0,
      text: '',
    });
  });

  test('has examples that run', async () => {
    const run = await here('vitest', 'run');
    expect(run).toMatchObject({ code: 0 });
    for (const { name } of examples) expect(run.text).toContain(name);
  });
});
