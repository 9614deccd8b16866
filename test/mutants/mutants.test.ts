/**
 * The kit is only worth what it catches: each deliberate mistake in the reference client fails the
 * checks that are named with it, and the client as it is fails none.
 *
 * `MUTANTS=whole` puts every mutant through the whole kit, a quarter of an hour of one core, and prints who
 * else caught it.
 */
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { check } from '../../src/library/check.ts';
import { CHECKS } from '../../src/verdict/checks/registry.ts';
import { temporaryFolder } from '../temporary.ts';
import { MUTANTS, type Mutant } from './mutants.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const isWhole = process.env.MUTANTS === 'whole';
const ONE_MS = isWhole ? 3_600_000 : 300_000;

let directory: string;
beforeAll(() => {
  directory = temporaryFolder();
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
});

/** A copy of the client, changed; its kernel is the project's. */
function copied(name: string, changes: Mutant['changes']): string {
  const at = join(directory, name.replaceAll(/[^a-z0-9]+/gi, '-'));
  cpSync(join(root, 'src/client'), join(at, 'client'), { recursive: true });
  symlinkSync(join(root, 'src/kernel'), join(at, 'kernel'));
  cpSync(join(root, 'test/fixtures/mutants/subject.mjs'), join(at, 'subject.ts'));
  for (const { file, from, to } of changes) {
    const path = join(at, 'client', file);
    const source = readFileSync(path, 'utf8');
    expect(source.split(from), `${from}\nis to be in src/client/${file} once`).toHaveLength(2);
    writeFileSync(
      path,
      source.replace(from, () => to),
    );
  }
  return join(at, 'subject.ts');
}

const failed: { name: string; by: readonly string[] }[] = [];

describe.each(MUTANTS)('$name', ({ name, caughtBy, changes }) => {
  test(`is caught by ${caughtBy.join(' and ')}`, { timeout: ONE_MS }, async () => {
    const report = await check({
      client: copied(name, changes),
      ...(isWhole ? {} : { only: caughtBy }),
    });
    const by = report.checks.filter(({ status }) => status === 'failed').map((one) => one.name);
    failed.push({ name, by });
    expect(by).toEqual(expect.arrayContaining([...caughtBy]));
  });
});

test('nothing catches the client as it is', { timeout: ONE_MS }, async () => {
  const { checks } = await check({ client: copied('healthy', []) });
  expect(checks.filter(({ status }) => status !== 'passed')).toEqual([]);
});

test('every check catches a mutant, and the score is told', () => {
  const caught = failed.filter(({ by }) => by.length > 0);
  const lines = failed.map(({ name, by }) => `  ${name}: ${by.join(', ') || 'NOT CAUGHT'}`);
  console.log([`mutation score ${caught.length}/${MUTANTS.length}`, ...lines].join('\n'));
  expect(caught).toHaveLength(MUTANTS.length);
  const catching = new Set(MUTANTS.flatMap(({ caughtBy }) => caughtBy));
  const idle = CHECKS.map(({ name }) => name).filter((name) => !catching.has(name));
  expect(idle).toEqual([]);
});
