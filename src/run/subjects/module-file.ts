/** Where a user's own client is, and how one that cannot be used is refused. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { HarnessError } from '../../kernel/errors.ts';

/** Throws HarnessError `SUBJECT_INVALID` (exit 2) where there is no such file. */
export function moduleFile(name: string, path: string): string {
  const file = resolve(path);
  if (!existsSync(file)) throw refusedModule(name, `${path} does not exist`);
  return file;
}

export function refusedModule(name: string, message: string): HarnessError {
  return new HarnessError('SUBJECT_INVALID', `subject ${name}: ${message}`, {
    hint: 'A subject module exports a default function createClient(context), see docs/subjects.md.',
  });
}
