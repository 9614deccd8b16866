/**
 * What the package ships in `schema/` is what the documents are typed by, and real documents keep to it,
 * field for field. `test/e2e` holds what the commands print against the same files.
 */
import { expect, test } from 'vitest';
import { jsonSchemaText } from '../../src/measure/json-schema.ts';
import { grade } from '../../src/verdict/checks/grade.ts';
import { DEFAULT_LIMITS } from '../../src/verdict/checks/limits.ts';
import { CHECKS } from '../../src/verdict/checks/registry.ts';
import { checkReportSchema } from '../../src/verdict/checks/report-schema.ts';
import { compare } from '../../src/verdict/compare.ts';
import { comparisonSchema } from '../../src/verdict/comparison-schema.ts';
import { live, simulated } from './contenders.ts';

test.each([
  ['check', checkReportSchema],
  ['comparison', comparisonSchema],
])('schema/%s.json is the one generated from the schema', async (name, schema) => {
  await expect(jsonSchemaText(schema)).toMatchFileSnapshot(`../../schema/${name}.json`);
});

// A schema drops what it does not name, so what comes out equal has nothing else in it.
test('the schema of the report names all that a report has', () => {
  const chosen = CHECKS.filter(({ name }) => name === 'credentials-are-whole');
  const report = grade(chosen, [], { client: 'mine', seed: 1, limits: DEFAULT_LIMITS });
  expect(checkReportSchema.parse(report)).toEqual(report);
});

test.each([
  ['exact', simulated({})],
  ['live', live([{}, {}, {}])],
])('the schema of the comparison names all that an %s one has', (_, contender) => {
  const comparison = compare(contender, contender, { figures: [], toleranceShare: 0.05 });
  expect(comparison.figures.length).toBeGreaterThan(10);
  expect(comparisonSchema.parse(comparison)).toEqual(comparison);
});
