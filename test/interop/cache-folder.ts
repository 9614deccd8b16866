/**
 * Where the clients live: outside the project, installed or built once. A folder is named after what
 * it was made from, and appears whole or not at all, so that two runs do not disturb each other.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const INSTALL_MS_MAX = 600_000;

const CACHE_FOLDER =
  process.env.INTEROP_CACHE ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'sts-harness-interop');

export interface Recipe {
  /** A folder of `clients/`. */
  readonly language: string;
  /** Of the runtime: another one gets a folder of its own. */
  readonly version: string;
  /** Run one after the other in a copy of the folder. */
  readonly steps: readonly (readonly [string, ...string[]])[];
}

/** The folder in which `steps` have been run. */
export async function installed({ language, version, steps }: Recipe): Promise<string> {
  const source = fileURLToPath(new URL(`clients/${language}`, import.meta.url));
  const digest = createHash('sha256').update(JSON.stringify([version, steps]));
  for (const file of (await readdir(source)).sort()) {
    digest.update(`\n${file}\n`).update(await readFile(join(source, file)));
  }
  const folder = join(CACHE_FOLDER, `${language}-${digest.digest('hex').slice(0, 12)}`);
  if (await exists(folder)) return folder;
  const beside = `${folder}.${process.pid}`;
  await rm(beside, { recursive: true, force: true });
  await mkdir(CACHE_FOLDER, { recursive: true });
  try {
    await cp(source, beside, { recursive: true });
    for (const [file, ...args] of steps) {
      await run(file, args, { cwd: beside, timeout: INSTALL_MS_MAX, maxBuffer: 64 << 20 });
    }
    await rename(beside, folder);
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    // Another run was first: its folder is as good.
    if (!(await exists(folder))) throw error;
  }
  return folder;
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
