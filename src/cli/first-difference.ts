/** Where two documents first differ, as a path; undefined where they do not. */
export function firstDifference(one: unknown, other: unknown, path: string): string | undefined {
  if (Object.is(one, other)) return undefined;
  const bothAreObjects =
    typeof one === 'object' && typeof other === 'object' && one !== null && other !== null;
  if (!bothAreObjects) return path;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  for (const key of keys) {
    const found = firstDifference(
      (one as Record<string, unknown>)[key],
      (other as Record<string, unknown>)[key],
      `${path}.${key}`,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}
