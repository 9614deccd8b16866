import { expect, test } from 'vitest';
import { jsonSchemaText } from '../../src/measure/json-schema.ts';
import { sizeSchema } from '../../src/sizing/size-schema.ts';

test('the shipped JSON Schema is that of the code', async () => {
  await expect(jsonSchemaText(sizeSchema)).toMatchFileSnapshot('../../schema/size.json');
});
