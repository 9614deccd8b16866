/**
 * Thresholds: what the subject under test has to keep to, as the scenario writes it. All of them
 * are read before any load, so that a typo costs no run. They are judged at the end, on the result
 * alone; one that may abort is looked at during the run too (`watch.ts`).
 *
 * `*` takes the worst of what it matches. `totals.` may be left out: `stalls.requests == 0`.
 */
import type { Problem } from '../kernel/errors.ts';
import { badInput } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';
import type { Path } from '../measure/figures.ts';
import { pathText } from '../measure/figures.ts';
import type { Result } from '../measure/result.ts';
import { PHASES } from '../measure/run-shape.ts';
import { oneOf } from '../scenario/issues.ts';
import type { Scenario, ThresholdRule } from '../scenario/scenario.ts';
import type { Operator } from './expression.ts';
import { OPERATORS, parseExpression, parseValue, unitText } from './expression.ts';
import { canFailForGood } from './finality.ts';
import { ANY, METRICS, unitOf } from './metrics.ts';

export interface Threshold extends Omit<ThresholdRule, 'line'> {
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
  return readThresholds(expressions.map(plainRule), 'the thresholds given', names);
}

/** What a program gives as text alone. */
export function plainRule(expression: string): ThresholdRule {
  return { expression, level: 'error', abortAfterMs: undefined, line: undefined };
}

function readThresholds(rules: readonly ThresholdRule[], file: string, names: Names): Threshold[] {
  const problems: Problem[] = [];
  const thresholds = rules.flatMap((rule, index) => {
    const read = readThreshold(rule, names);
    if ('threshold' in read) return [read.threshold];
    const { found, allowed } = read;
    const line = rule.line === undefined ? {} : { line: rule.line };
    problems.push({ file, path: `thresholds[${index}]`, ...line, found, allowed });
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

function readThreshold(rule: ThresholdRule, names: Names): Read {
  const { expression, level, abortAfterMs } = rule;
  const parsed = parseExpression(expression);
  if (parsed === undefined) {
    const allowed = `\`<path> <op> <value>\`, op one of ${OPERATORS.join(' ')}, such as \`stalls.requests == 0\``;
    return { found: `\`${expression}\``, allowed };
  }
  const { operator } = parsed;
  const stranger = unknownName(parsed.path, names);
  if (stranger !== undefined) return stranger;
  const path = withTotals(parsed.path);
  if (!METRICS.has(pathText(templateOf(path, names)))) {
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
  const threshold = { expression, level, abortAfterMs, path, operator, value };
  if (abortAfterMs === 0 && !canFailForGood(threshold)) {
    const found = `\`${expression}\` with abort after 0s`;
    return { found, allowed: 'abort after a time above 0s, since a failure of it can come right' };
  }
  return { threshold };
}

/** A name after `apps`, `roles` and the like that the scenario does not have. */
function unknownName(path: Path, names: Names): Pick<Problem, 'found' | 'allowed'> | undefined {
  const [group, name] = path;
  const allowed = names.get(group!);
  if (allowed === undefined || name === undefined || name === ANY) return undefined;
  if (allowed.includes(name)) return undefined;
  return { found: `\`${pathText([group!, name])}\``, allowed: oneOf(name, [...allowed, ANY]) };
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

/** The path with `*` in place of its name. */
function templateOf(path: Path, names: Names): Path {
  return path.length > 1 && names.has(path[0]!) ? [path[0]!, ANY, ...path.slice(2)] : path;
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
