/**
 * What zod found, as problems with a place in the file. The schema's convention makes this short:
 * every error message is the text of what is allowed, and where words are to choose from, it starts
 * with `one of: `, so that the one that was probably meant can be told.
 */
import type { z } from 'zod';
import type { Problem } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';
import { type Path, type Source, valueAt } from './source.ts';

export const ONE_OF = 'one of: ';

/** `one of: …`, with the word that was probably meant. */
export function oneOf(found: unknown, allowed: Iterable<string>): string {
  const words = [...allowed];
  const meant = typeof found === 'string' ? nearest(found, words) : undefined;
  return `${ONE_OF}${words.join(', ')}${meant === undefined ? '' : ` (did you mean ${meant}?)`}`;
}

type Issue = z.core.$ZodIssue;

export function problemsOf(issues: readonly Issue[], at: Path, source: Source): Problem[] {
  return issues.flatMap((issue) => {
    const path = [...at, ...issue.path.map(part)];
    if (issue.code === 'unrecognized_keys') {
      const allowed = issue.message.slice(ONE_OF.length).split(', ');
      return issue.keys.map((key) => source.keyProblem([...path, key], oneOf(key, allowed)));
    }
    if (issue.code === 'invalid_key') return [source.keyProblem(path, issue.issues[0]!.message)];
    if (issue.code === 'invalid_union') {
      const branch = closestBranch(issue.errors);
      if (branch !== undefined) return problemsOf(branch, path, source);
    }
    return [source.problem(path, withSuggestion(issue.message, valueAt(source.value, path)))];
  });
}

function withSuggestion(allowed: string, found: unknown): string {
  return allowed.startsWith(ONE_OF)
    ? oneOf(found, allowed.slice(ONE_OF.length).split(', '))
    : allowed;
}

/**
 * The alternative that the value has the form of: all that is wrong in it lies deeper, or is a key. One
 * that knows all the keys comes first.
 */
function closestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const isKey = ({ code }: Issue) => code === 'unrecognized_keys';
  const close = branches.filter((issues) =>
    issues.every((issue) => issue.path.length > 0 || isKey(issue)),
  );
  return close.find((issues) => !issues.some(isKey)) ?? close[0];
}

function part(key: PropertyKey): string | number {
  return typeof key === 'number' ? key : String(key);
}
