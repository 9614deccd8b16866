/**
 * Thresholds: what the subject under test has to keep to, as the scenario writes it. All of them
 * are read before any load, so that a typo costs no run; they are judged once, at the end, on the
 * result alone.
 *
 * `*` takes the worst of what it matches. `totals.` may be left out: `stalls.requests == 0`.
 */
import type { Problem } from '../kernel/errors.ts';
import { badInput } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';
import type { Result } from '../measure/result.ts';
import { PHASES } from '../measure/run-shape.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Operator } from './expression.ts';
import { OPERATORS, parseExpression, parseValue, unitText } from './expression.ts';
import type { Path } from './metrics.ts';
import { ANY, METRICS, pathText, unitOf } from './metrics.ts';

export interface Threshold {
  readonly expression: string;
  /** From the subject to the metric, `totals` included. */
  readonly path: Path;
  readonly operator: Operator;
  /** In the metric's unit. */
  readonly value: number;
}

/** What thresholds may name. */
export type Named = Pick<Scenario, 'file' | 'apps' | 'windows' | 'thresholds'>;

/** Throws `THRESHOLD_INVALID` with everything that is wrong in any of them. */
export function parseThresholds(scenario: Named): Threshold[] {
  return readThresholds(
    scenario.thresholds,
    scenario.file,
    namesOf({
      apps: scenario.apps.map((app) => app.name),
      roles: [...new Set(scenario.apps.map((app) => app.role.arn))],
      windows: scenario.windows.map((window) => window.name),
    }),
  );
}

/** The same for thresholds that come after the run: they may name what its result has. */
export function parseThresholdsFor(
  { subjects }: Pick<Result, 'subjects'>,
  expressions: readonly string[],
): Threshold[] {
  const { apps, roles, windows } = subjects[0]!;
  const names = namesOf({
    apps: Object.keys(apps),
    roles: Object.keys(roles),
    windows: Object.keys(windows),
  });
  return readThresholds(expressions, 'the thresholds given', names);
}

function readThresholds(expressions: readonly string[], file: string, names: Names): Threshold[] {
  const problems: Problem[] = [];
  const thresholds = expressions.flatMap((expression, index) => {
    const read = readThreshold(expression, names);
    if ('threshold' in read) return [read.threshold];
    const { found, allowed } = read;
    problems.push({ file, path: `thresholds[${index}]`, found, allowed });
    return [];
  });
  if (problems.length === 0) return thresholds;
  throw badInput(
    'THRESHOLD_INVALID',
    problems,
    'A threshold is `<path> <op> <value>`, where the path leads to a number in the result.',
  );
}

type NamesByKind = Readonly<Record<'apps' | 'roles' | 'windows', readonly string[]>>;
type Names = ReadonlyMap<string, readonly string[]>;
type Read = { readonly threshold: Threshold } | Pick<Problem, 'found' | 'allowed'>;

/** What may stand in place of a `*` after each of these. */
function namesOf({ apps, roles, windows }: NamesByKind): Names {
  return new Map([
    ['apps', apps],
    ['roles', roles],
    ['windows', windows],
    ['phases', [...PHASES]],
    ['quotas', ['account', 'role']],
  ]);
}

function readThreshold(expression: string, names: Names): Read {
  const parsed = parseExpression(expression);
  if (parsed === undefined) {
    const allowed = `\`<path> <op> <value>\`, op one of ${OPERATORS.join(' ')}, such as \`stalls.requests == 0\``;
    return { found: `\`${expression}\``, allowed };
  }
  const { operator } = parsed;
  const path = withTotals(parsed.path);
  const template = templateOf(path, names);
  if (template === undefined || !METRICS.has(pathText(template))) {
    const found = pathText(parsed.path);
    const meant = nearest(found, spellings(names));
    const allowed = meant === undefined ? SECTIONS : `did you mean \`${meant}\`?`;
    return { found: `\`${found}\``, allowed };
  }
  const unit = unitOf(path);
  const value = parseValue(parsed.value, unit);
  if (value === undefined) {
    return { found: `\`${parsed.value}\``, allowed: `for ${path.at(-1)}, ${unitText(unit)}` };
  }
  return { threshold: { expression, path, operator, value } };
}

const SECTIONS =
  'a number in the result, under totals, latency, apps.<app>, roles["<arn>"], windows.<window>, phases.coldStart, phases.steadyState, quotas.account, quotas.role or validity';

const GROUPS = ['apps', 'roles', 'windows', 'phases'];

/** `apps.checkout.stalls.requests` -> `apps.checkout.totals.stalls.requests`. */
function withTotals(path: Path): Path {
  const at = GROUPS.includes(path[0]!) ? 2 : 0;
  const isShort = METRICS.has(pathText(['totals', ...path.slice(at)]));
  return isShort ? [...path.slice(0, at), 'totals', ...path.slice(at)] : path;
}

/** The path with `*` in place of its names; undefined when a name is not known. */
function templateOf(path: Path, names: Names): Path | undefined {
  const allowed = names.get(path[0]!);
  const name = path[1];
  if (allowed === undefined || name === undefined) return path;
  return name === ANY || allowed.includes(name) ? [path[0]!, ANY, ...path.slice(2)] : undefined;
}

/** Every path that would be right, long and short. */
function* spellings(names: Names): Iterable<string> {
  for (const path of METRICS.values()) {
    const choices = path[1] === ANY ? [ANY, ...(names.get(path[0]!) ?? [])] : [path[1]!];
    for (const choice of choices) {
      const spelled = [path[0]!, choice, ...path.slice(2)];
      yield pathText(spelled.filter((segment) => segment !== 'totals'));
      yield pathText(spelled);
    }
  }
}
