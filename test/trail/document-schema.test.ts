import { expect, test } from 'vitest';
import { jsonSchemaText } from '../../src/measure/json-schema.ts';
import { trailSchema } from '../../src/trail/document-schema.ts';

test('the shipped JSON Schema is that of the code', async () => {
  await expect(jsonSchemaText(trailSchema)).toMatchFileSnapshot('../../schema/trail.json');
});
