/**
 * The few forms that a scenario file is built of, as zod types whose error message is the text of
 * what is allowed: mapping, text of a form, list, choice.
 */
import { z } from 'zod';
import { ONE_OF } from './issues.ts';

/** A mapping with these keys and no others. */
export function mapping<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `${ONE_OF}${keys}` : `a mapping with the keys ${keys}`,
  });
}

/** Text that matches; a number is refused, since YAML may have rounded it (`account: 012…`). */
export function text(form: RegExp, allowed: string) {
  return z.string({ error: allowed }).regex(form, { error: allowed });
}

export function choice<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: `${ONE_OF}${words.join(', ')}` });
}

/** A list of at most `max`; everything has a limit, and nothing of use comes near these. */
export function list<Item extends z.ZodType>(item: Item, max: number, what: string) {
  const error = `a list of at most ${max} ${what}`;
  return z.array(item, { error }).max(max, { error });
}
