/** Files that come with the package, found from the compiled code at dist/src/cli, and the user's own. */
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { badInput } from '../kernel/errors.ts';

export const scenariosDirectory = fileURLToPath(new URL('../../../scenarios', import.meta.url));

export const { version } = createRequire(import.meta.url)('../../../package.json') as {
  version: string;
};

/** Before any load: a run whose result cannot be kept is refused with exit 2. */
export async function prepareOut(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (error) {
    const found = `${directory} (${(error as NodeJS.ErrnoException).code})`;
    throw badInput('OUT_INVALID', [
      { file: '--out', path: '', found, allowed: 'a directory that can be made and written' },
    ]);
  }
}
