/** A file that is either whole or not there. */
import { open, rename } from 'node:fs/promises';

/**
 * Written beside its place, flushed to the disk, then renamed, so that a crash leaves no half document
 * for anybody to trip over.
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const unfinished = `${path}.part`;
  const file = await open(unfinished, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
}
