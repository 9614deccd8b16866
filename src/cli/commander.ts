/** commander is CommonJS: asked for as such it is there a few milliseconds sooner. */
import { createRequire } from 'node:module';

export const { Argument, Command, CommanderError, Help, Option } = createRequire(import.meta.url)(
  'commander',
) as typeof import('commander');
