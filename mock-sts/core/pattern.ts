/**
 * Patterns of policies: `*` stands for any text, `?` for one character, the rest for itself.
 * Source: Alibaba Cloud, "Policy elements".
 */
function compilePattern(pattern: string): (text: string) => boolean {
  if (!/[*?]/.test(pattern)) return (text) => text === pattern;
  const source = pattern
    .replace(/[.+^${}()|[\]\\/-]/g, '\\$&')
    .replace(/\*+/g, '[^]*')
    .replaceAll('?', '[^]');
  const expression = new RegExp(`^${source}$`);
  return (text) => expression.test(text);
}

/** Any of the patterns matches. */
export function compileAny(patterns: string | readonly string[]): (text: string) => boolean {
  const tests = asList(patterns).map(compilePattern);
  return (text) => tests.some((test) => test(text));
}

export function asList(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
