/** A document's schema as JSON Schema, for editors and other programs: the text of a file in `schema/`. */
import { z } from 'zod';

export function jsonSchemaText(schema: z.ZodType): string {
  return `${JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), null, 2)}\n`;
}
