/** Limits as a user writes them: `spare=2m` as a flag, `spare: 2m` as a line of a YAML file. */
import { readFile } from 'node:fs/promises';
import { badInput, type Problem } from '../../kernel/errors.ts';
import { parseCount, parseDurationMs, parseShare } from '../../kernel/units.ts';
import { oneOf } from '../../scenario/issues.ts';
import { readSource } from '../../scenario/source.ts';
import { type CheckLimits, limitProblems } from './limits.ts';

type Limits = Partial<CheckLimits>;

/** `spare=2m`, each; of one that is named twice, the last. Throws HarnessError `FLAG_INVALID`. */
export function limitsOfFlags(texts: readonly string[]): Limits {
  return Object.assign({}, ...texts.map(limitOfFlag));
}

function limitOfFlag(text: string): Limits {
  const [, name = '', value = ''] = /^([^=]*)=(.+)$/.exec(text) ?? [];
  const known = FORMS.get(name);
  const limit = known && readLimit(known, value);
  if (limit !== undefined) return limit;
  const allowed =
    known === undefined
      ? `<limit>=<value>, the limit ${oneOf(name, FORMS.keys())}`
      : known.kind.allowed;
  throw badInput('FLAG_INVALID', [{ file: '--limit', path: '', found: `"${text}"`, allowed }]);
}

/** A mapping of limits. Throws HarnessError `LIMITS_INVALID` with every problem of the file. */
export async function limitsOfFile(file: string): Promise<Limits> {
  const source = readSource(await textOf(file), file);
  const problems: Problem[] = [...source.problems];
  const limits: Limits = {};
  const { value } = source;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [name, written] of Object.entries(value)) {
      const known = FORMS.get(name);
      const limit = known && readLimit(known, written);
      if (limit !== undefined) Object.assign(limits, limit);
      else if (known !== undefined) problems.push(source.problem([name], known.kind.allowed));
      else problems.push(source.keyProblem([name], oneOf(name, FORMS.keys())));
    }
  } else if (problems.length === 0) {
    problems.push(source.problem([], 'a mapping of limits, such as spare: 2m'));
  }
  if (problems.length > 0) throw badInput('LIMITS_INVALID', problems);
  return limits;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const found = `${file} (${(error as NodeJS.ErrnoException).code})`;
    const allowed = 'a YAML file that can be read';
    throw badInput('LIMITS_INVALID', [{ file: '--limits', path: '', found, allowed }]);
  }
}

interface Kind {
  readonly read: (text: string) => number | undefined;
  readonly allowed: string;
}

const DURATION: Kind = { read: parseDurationMs, allowed: 'a duration such as 90s or 2m' };
const SHARE: Kind = { read: parseShare, allowed: 'a share such as 10% or 0.1, at most 100%' };
const COUNT: Kind = { read: parseCount, allowed: 'a number such as 30' };

interface Form {
  readonly key: keyof CheckLimits;
  readonly kind: Kind;
}

/** By what a limit is called where a user sets it. */
const FORMS: ReadonlyMap<string, Form> = new Map<string, Form>([
  ['spare', { key: 'spareMs', kind: DURATION }],
  ['recover-within', { key: 'recoverWithinMs', kind: DURATION }],
  ['answer-within', { key: 'answerWithinMs', kind: DURATION }],
  ['calls-per-minute', { key: 'callsPerMinuteMax', kind: COUNT }],
  ['herd-share', { key: 'herdShareMax', kind: SHARE }],
  ['stampede-share', { key: 'stampedeShareMax', kind: SHARE }],
]);

/** YAML reads `30` and `0.1` as numbers, which are written the same way. */
function readLimit({ key, kind }: Form, written: unknown): Limits | undefined {
  if (typeof written !== 'string' && typeof written !== 'number') return undefined;
  const value = kind.read(String(written));
  if (value === undefined) return undefined;
  const limit = { [key]: value };
  return limitProblems(limit).length === 0 ? limit : undefined;
}
