/**
 * The code of an error that some client threw, fit for a result: never its message, which may quote
 * a request. The official SDK puts STS's answer in its message, so the code is looked for there.
 */
const CODE = /^[\w.-]{1,80}$/;

export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'Unknown';
  const { code, message, name } = error as { code?: unknown; message?: unknown; name?: unknown };
  if (typeof code === 'string' && CODE.test(code)) return code;
  const quoted = typeof message === 'string' ? /"Code"\s*:\s*"([\w.-]{1,80})"/.exec(message) : null;
  if (quoted !== null) return quoted[1]!;
  return typeof name === 'string' && CODE.test(name) ? name : 'Unknown';
}
