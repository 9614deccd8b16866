/** Files that come with the package, and the user's own. */
import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { badInput } from '../kernel/errors.ts';

export { scenariosDirectory, version } from '../library/package-files.ts';

/** Before anything is started: what could not be written is refused with exit 2. */
export async function prepareDirectory(flag: string, directory: string): Promise<void> {
  try {
    await makeDirectory(resolve(directory));
  } catch (error) {
    const found = `${directory} (${codeOf(error)})`;
    throw badInput('DIRECTORY_INVALID', [
      { file: flag, path: '', found, allowed: 'a directory that can be made and written' },
    ]);
  }
}

/**
 * Not `mkdir` with `recursive`: Node 20 turns for ever where a parent exists and still says ENOENT,
 * as below /proc.
 */
async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory);
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && (await stat(directory)).isDirectory()) return;
    const parent = dirname(directory);
    if (codeOf(error) !== 'ENOENT' || parent === directory) throw error;
    await makeDirectory(parent);
    await mkdir(directory);
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
