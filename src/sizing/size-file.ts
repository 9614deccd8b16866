/** Reads a size document back. */
import { badInput, foundText } from '../kernel/errors.ts';
import type { SizeReport } from './size-report.ts';
import { sizeSchema } from './size-schema.ts';

/** `file` is what problems call it. Throws HarnessError (exit 2) for anything else. */
export function parseSize(text: string, file: string): SizeReport {
  const parsed = sizeSchema.safeParse(jsonIn(text, file), { reportInput: true });
  if (parsed.success) return parsed.data;
  throw badInput(
    'SIZE_INVALID',
    parsed.error.issues.map((issue) => ({
      file,
      path: issue.path.join('.'),
      found: foundText(issue.input),
      allowed: issue.message,
    })),
    HINT,
  );
}

const HINT = 'It takes what `sts-harness size <scenario> --json` prints, or a scenario.';

function jsonIn(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const problem = { file, path: '', found: 'no JSON', allowed: 'a size document' };
    throw badInput('SIZE_INVALID', [problem], HINT);
  }
}
