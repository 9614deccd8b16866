/**
 * Imports lines of a trail as the command does, from a file, and holds the document against its schema.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type ImportOptions, importTrail } from '../../src/library/import-trail.ts';
import type { CallerDocument } from '../../src/trail/document.ts';
import { trailSchema } from '../../src/trail/document-schema.ts';
import { pseudonyms } from '../../src/trail/pseudonyms.ts';
import { temporaryFolder } from '../temporary.ts';

/** Each text is a file. */
export async function importedTexts(
  texts: readonly string[],
  options: Partial<ImportOptions> = {},
) {
  const folder = temporaryFolder();
  const files = texts.map((text, i) => {
    const file = join(folder, `${i}.json`);
    writeFileSync(file, text);
    return file;
  });
  const imported = await importTrail(files, {
    wanted: {},
    pseudonym: pseudonyms('a key of a test'),
    scenarioFile: 'imported.yaml',
    ...options,
  });
  expect(trailSchema.parse(imported.document)).toEqual(imported.document);
  return imported;
}

export function cachedOf(callers: readonly CallerDocument[]) {
  const [caller] = callers;
  if (caller?.kind !== 'cached') throw new Error(`a caller that is ${caller?.kind}`);
  return caller;
}
