import type { Stage } from './situations.ts';
import type { Need, Scope } from './size-report.ts';
import type { Sizing } from './sizing.ts';

export function expectedNeed(
  _stage: Stage,
  _parts: { readonly scope: Scope; readonly sizing: Sizing; readonly simulated: number | null },
): Need['closedForm'] {
  return null;
}
