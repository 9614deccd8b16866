import { expect, test } from 'vitest';
import { sizeJsonSchema } from '../../src/sizing/size-schema.ts';

test('the shipped JSON Schema is that of the code', async () => {
  await expect(sizeJsonSchema()).toMatchFileSnapshot('../../schema/size.json');
});
