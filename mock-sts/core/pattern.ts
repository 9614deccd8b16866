/**
 * Patterns of policies: `*` stands for any text, `?` for one character, the rest for itself. Callers
 * write patterns (session policies), so matching takes at most pattern times text steps, whatever the
 * pattern: a regular expression would not promise that.
 * Source: Alibaba Cloud, "Policy structure and syntax".
 */
export type Matcher = (text: string) => boolean;

export function compilePattern(pattern: string): Matcher {
  if (!/[*?]/.test(pattern)) return (text) => text === pattern;
  if (/^\*+$/.test(pattern)) return () => true;
  const firstWild = pattern.search(/[*?]/);
  if (firstWild === pattern.length - 1 && pattern.endsWith('*')) {
    const start = pattern.slice(0, -1);
    return (text) => text.startsWith(start);
  }
  return (text) => matchesPattern(pattern, text);
}

/** Goes back to the last star only: an earlier one has nothing to gain from a longer text. */
function matchesPattern(pattern: string, text: string): boolean {
  let at = 0;
  let wanted = 0;
  let afterStar = -1;
  let starTook = 0;
  while (at < text.length) {
    if (wanted < pattern.length && pattern[wanted] === '*') {
      wanted += 1;
      afterStar = wanted;
      starTook = at;
    } else if (
      wanted < pattern.length &&
      (pattern[wanted] === '?' || pattern[wanted] === text[at])
    ) {
      wanted += 1;
      at += 1;
    } else if (afterStar === -1) {
      return false;
    } else {
      starTook += 1;
      at = starTook;
      wanted = afterStar;
    }
  }
  while (pattern[wanted] === '*') wanted += 1;
  return wanted === pattern.length;
}

/** Any of the patterns matches. */
export function compileAny(patterns: string | readonly string[]): Matcher {
  const tests = asList(patterns).map(compilePattern);
  const [only] = tests;
  if (only !== undefined && tests.length === 1) return only;
  return (text) => tests.some((test) => test(text));
}

export function asList(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
