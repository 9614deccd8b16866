/**
 * The package as `npm pack` makes it, installed in a project outside this one: what users get, not
 * what lies here. The build has to be there.
 */
import { execFile } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from '../temporary.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Ended {
  readonly code: number;
  /** stdout, then stderr. */
  readonly text: string;
}

/** Never rejects: a failure is what some of the tests are about. */
export async function ended(command: string, args: readonly string[], cwd: string): Promise<Ended> {
  const env = { ...process.env, NO_COLOR: '1', CI: 'true' };
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, { cwd, env });
    return { code: 0, text: `${stdout}${stderr}` };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, text: `${stdout}${stderr}` };
  }
}

async function must(command: string, args: readonly string[], cwd: string): Promise<void> {
  const { code, text } = await ended(command, args, cwd);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} in ${cwd}:\n${text}`);
}

export interface Installed {
  readonly directory: string;
  readonly tarball: string;
}

/** A copy of the project at `source` with the package in it; its other dependencies come from npm. */
export async function installedIn(source: string): Promise<Installed> {
  const outside = temporaryFolder();
  const directory = join(outside, 'project');
  await cp(source, directory, {
    recursive: true,
    filter: (path) => !path.includes('node_modules'),
  });
  await must('npm', ['pack', '--ignore-scripts', '--pack-destination', outside], root);
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const tarball = join(outside, `sts-harness-${version}.tgz`);
  const manifest = join(directory, 'package.json');
  const project = JSON.parse(await readFile(manifest, 'utf8'));
  project.devDependencies['sts-harness'] = `file:${tarball}`;
  await writeFile(manifest, JSON.stringify(project));
  await must('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], directory);
  return { directory, tarball };
}
