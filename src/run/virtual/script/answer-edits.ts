/** Edits of STS's answers that no fault makes: another Expiration, or a field that is missing. */
import type { AnswerEdit } from '../../../scenario/script.ts';

/** `atMs`: when STS received the call, epoch; edits' spans count from `zeroAtMs`. */
export function editedBody(
  body: string,
  edits: readonly AnswerEdit[],
  { atMs, zeroAtMs }: { readonly atMs: number; readonly zeroAtMs: number },
): string {
  const sinceMs = atMs - zeroAtMs;
  const inForce = edits.filter(
    ({ fromMs, toMs = Number.POSITIVE_INFINITY }) => sinceMs >= fromMs && sinceMs < toMs,
  );
  return inForce.reduce((edited, edit) => {
    if ('omit' in edit) return without(edited, edit.omit);
    const expiration = `${new Date(atMs + edit.lifetimeMs).toISOString().slice(0, 19)}Z`;
    return edited.replace(/(Expiration(?:"\s*:\s*"|>))[^"<]*/, `$1${expiration}`);
  }, body);
}

/** JSON or XML: the name is changed to one that nobody looks for. */
function without(body: string, field: string): string {
  return body.replaceAll(new RegExp(`(["<]|</)${field}(["> ])`, 'g'), '$1Withheld$2');
}
