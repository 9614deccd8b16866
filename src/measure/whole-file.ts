/** A file that is either whole or not there: written beside its place, flushed, then renamed. */
import { open, rename } from 'node:fs/promises';

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
