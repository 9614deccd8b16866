import { link, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeReports } from '../../src/cli/reports.ts';
import { temporaryFolder } from '../temporary.ts';

test('a report takes the place of the one before, which is not written to', async () => {
  const folder = temporaryFolder();
  const [path, before] = [join(folder, 'junit.xml'), join(folder, 'before.xml')];
  await writeFile(path, 'old');
  await link(path, before);
  await writeReports([{ format: 'junit', path }], (format) => `new ${format}`);
  expect(await readFile(path, 'utf8')).toBe('new junit');
  expect(await readFile(before, 'utf8')).toBe('old');
});
