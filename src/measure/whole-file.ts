/** A file that is either whole or not there. */
import { lstat, open, rename, rm, writeFile } from 'node:fs/promises';

/**
 * Written beside its place, flushed to the disk, then renamed, so that a crash leaves no half document
 * for anybody to trip over. What is there already and is no file of its own, such as `/dev/stdout`, a
 * pipe or a link, is written to and not replaced.
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there !== undefined && !there.isFile()) return writeFile(path, text);
  const unfinished = `${path}.part`;
  const file = await open(unfinished, 'w');
  try {
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished);
    throw error;
  }
}
