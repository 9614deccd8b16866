import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadScenario } from '../../src/scenario/load.ts';
import { temporaryFolder } from '../temporary.ts';
import { file } from './example.ts';

const scenariosDirectory = temporaryFolder();
const path = join(scenariosDirectory, 'cold-start.yaml');
writeFileSync(path, JSON.stringify(file));

test('a scenario is found by its name and by its path, and means the same', () => {
  const byName = loadScenario('cold-start', { scenariosDirectory });
  const byPath = loadScenario(path, { scenariosDirectory });
  expect(byName).toMatchObject({ name: 'cold-start', file: 'cold-start.yaml' });
  expect(byPath).toMatchObject({ name: 'cold-start', file: path, hash: byName.hash });
});

test('an unknown name gets the nearest one suggested, and all there are', () => {
  expect(() => loadScenario('cold-strat', { scenariosDirectory })).toThrow(
    expect.objectContaining({
      code: 'SCENARIO_UNKNOWN',
      exitCode: 2,
      message: 'There is no scenario cold-strat. Did you mean cold-start?',
      hint: expect.stringContaining('Scenarios: cold-start.'),
    }),
  );
});

test('a path to nothing, or to far too much, is the user’s mistake and not a crash', () => {
  const unreadable = expect.objectContaining({ code: 'SCENARIO_UNREADABLE', exitCode: 2 });
  expect(() => loadScenario('./none.yaml', { scenariosDirectory })).toThrow(unreadable);
  const large = join(scenariosDirectory, 'large.yaml');
  writeFileSync(large, '#'.repeat(1_000_001));
  expect(() => loadScenario(large, { scenariosDirectory })).toThrow(unreadable);
  rmSync(large);
});
