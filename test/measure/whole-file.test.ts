import { existsSync } from 'node:fs';
import { lstat, open, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeWhole } from '../../src/measure/whole-file.ts';
import { temporaryFolder } from '../temporary.ts';

test('who reads a file while it is written anew has the whole of the old one', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'report.xml');
  await writeWhole(path, 'the old text, which is longer');
  const reader = await open(path);
  await writeWhole(path, 'the new text');
  expect(await reader.readFile('utf8')).toBe('the old text, which is longer');
  await reader.close();
  expect(await readFile(path, 'utf8')).toBe('the new text');
  expect(await readdir(folder)).toEqual(['report.xml']);
});

test('a link is written through, as /dev/stdout is one', async () => {
  const folder = temporaryFolder();
  const [file, link] = [join(folder, 'file'), join(folder, 'link')];
  await writeFile(file, 'old');
  await symlink(file, link);
  await writeWhole(link, 'new');
  expect(await readFile(file, 'utf8')).toBe('new');
  expect((await lstat(link)).isSymbolicLink()).toBe(true);
});

test.skipIf(!existsSync('/dev/full'))(
  'a full disk leaves what was there, and no more',
  async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'report.xml');
    await writeFile(path, 'old');
    await symlink('/dev/full', `${path}.part`);
    await expect(writeWhole(path, 'new')).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['report.xml']);
  },
);
