/** The list of verbs and what is declared of each: they are loaded apart, and shown as one. */
import { Command, Help } from 'commander';
import { expect, test } from 'vitest';
import { VERBS } from '../../src/cli/verbs.ts';

test.each(Object.entries(VERBS))('%s takes what the list of verbs says', async (name, verb) => {
  const command = new Command(name);
  const declare = await verb.load();
  declare(command);
  expect(new Help().subcommandTerm(command)).toBe(`${name} ${verb.takes}`.trimEnd());
});
