import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HarnessError } from '../../src/kernel/errors.ts';
import { jsonSchemaText } from '../../src/measure/json-schema.ts';
import type { Result } from '../../src/measure/result.ts';
import { readResult, resultText, writeResult } from '../../src/measure/result-file.ts';
import { resultSchema } from '../../src/measure/result-schema.ts';
import { temporaryFolder } from '../temporary.ts';
import { groupOf, resultOf, subjectOf } from './documents.ts';

const result: Result = {
  ...resultOf([
    subjectOf('reference', {
      apps: { checkout: groupOf({ requests: { offered: 3, completed: 3 } }) },
      errors: [{ source: 'request', code: 'Timeout', count: 1, firstAt: 0.5, lastAt: 0.5 }],
    }),
  ]),
  verdict: 'passed',
  reasons: ['All 2 thresholds hold.'],
};

const directory = temporaryFolder();

async function errorOf(text: string): Promise<HarnessError> {
  const path = join(directory, 'broken.json');
  await writeFile(path, text);
  const error = await readResult(path).catch((reason: unknown) => reason);
  if (error instanceof HarnessError) return error;
  throw error;
}

test('the committed JSON Schema is the one generated from the schema', async () => {
  await expect(jsonSchemaText(resultSchema)).toMatchFileSnapshot('../../schema/result.json');
});

test('a result that is written is read back as it was, from its run’s own directory', async () => {
  const path = await writeResult(result, directory);
  expect(path).toBe(join(directory, 'smoke-1', 'result.json'));
  expect(await readFile(path, 'utf8')).toBe(resultText(result));
  expect(await readResult(path)).toEqual(result);
});

test('writing again replaces the file whole, and leaves nothing beside it', async () => {
  await writeResult(result, directory);
  await writeResult({ ...result, verdict: 'failed' }, directory);
  expect(await readdir(join(directory, 'smoke-1'))).toEqual(['result.json']);
  expect((await readResult(join(directory, 'smoke-1', 'result.json'))).verdict).toBe('failed');
});

test('figures that this version does not know are passed over', async () => {
  const path = join(directory, 'newer.json');
  await writeFile(path, JSON.stringify({ ...result, weather: 'fine' }));
  expect(await readResult(path)).toEqual(result);
});

test('a file that is no result gets all its problems at once', async () => {
  const error = await errorOf(
    resultText({ ...result, schemaVersion: 2, verdict: 'good' } as never),
  );
  expect(error).toMatchObject({ code: 'RESULT_INVALID', exitCode: 2 });
  expect(error.problems.map(({ path, found }) => `${path}: ${found}`)).toEqual([
    'schemaVersion: 2',
    'verdict: "good"',
  ]);
});

test('a file that is not JSON, and a file that is not there, are told apart from a bad result', async () => {
  expect(await errorOf('{"schemaVersion":')).toMatchObject({ code: 'RESULT_UNREADABLE' });
  await expect(readResult(join(directory, 'none.json'))).rejects.toMatchObject({
    code: 'RESULT_UNREADABLE',
  });
});
