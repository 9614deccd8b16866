/** Keeps results: `<directory>/<run id>/result.json`, which is either whole or not there. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput, foundText, HarnessError } from '../kernel/errors.ts';
import type { Result } from './result.ts';
import { resultSchema } from './result-schema.ts';
import { writeWhole } from './whole-file.ts';

/** The document as it stands in a file or on stdout, with a line feed at its end. */
export function resultText(result: Result): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}

/** Returns the file's path. */
export async function writeResult(result: Result, directory: string): Promise<string> {
  const folder = join(directory, result.run.id);
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'result.json');
  await writeWhole(path, resultText(result));
  return path;
}

/**
 * `<directory>/<scenario>.<engine>.json`: one for each, for version control. Without the timeline, the
 * bulk of a document, which no comparison needs. Returns its path.
 */
export async function writeBaseline(result: Result, directory: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, `${result.run.scenario}.${result.run.engine}.json`);
  const subjects = result.subjects.map((subject) => ({ ...subject, timeline: [] }));
  await writeWhole(path, resultText({ ...result, subjects }));
  return path;
}

export async function readResult(path: string): Promise<Result> {
  const parsed = resultSchema.safeParse(parseJson(await readText(path), path), {
    reportInput: true,
  });
  if (parsed.success) return parsed.data;
  throw badInput(
    'RESULT_INVALID',
    parsed.error.issues.map((issue) => ({
      file: path,
      path: issue.path.join('.'),
      found: foundText(issue.input),
      allowed: issue.message,
    })),
    'Is it a result.json of sts-harness, schema version 1?',
  );
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new HarnessError('RESULT_UNREADABLE', `Cannot read the result ${path}.`, {
      cause,
      hint: 'Give the path of a result.json that `run` or `simulate` wrote.',
    });
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HarnessError('RESULT_UNREADABLE', `${path} is not JSON.`, { cause });
  }
}
