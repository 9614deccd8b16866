/**
 * What policies say of a request: an explicit Deny wins, then an Allow, else it is refused
 * implicitly. `decide` is the short way, for every call; `explain` goes through all statements and
 * says what each of them saw. Both ask the same tests.
 * Source: Alibaba Cloud, "Policy evaluation process", "Policy elements".
 */
import type { CompiledPolicy, CompiledStatement, ConditionTest, NameTest } from './compile.ts';
import type { Effect, PrincipalKind } from './document.ts';

export type PolicyDecision = 'Allow' | 'ExplicitDeny' | 'ImplicitDeny';

export interface PolicyRequest {
  /** `sts:AssumeRole`, `oss:GetObject`. */
  readonly action: string;
  /** An ARN, `acs:<service>:<region>:<account>:<resource>`; trust policies do not look at it. */
  readonly resource: string;
  /** Who asks, for trust policies: the names that would admit him, under their kind. */
  readonly principal?: PolicyPrincipal;
  readonly context: ConditionContext;
}

export interface PolicyPrincipal {
  readonly kind: PrincipalKind;
  readonly names: readonly string[];
}

/** Condition keys of a request; a key may have several values (`oidc:aud`), or be absent. */
export type ConditionContext = Readonly<Record<string, string | readonly string[] | undefined>>;

export function decide(policy: CompiledPolicy, request: PolicyRequest): PolicyDecision {
  const action = request.action.toLowerCase();
  let decision: PolicyDecision = 'ImplicitDeny';
  for (const statement of policy) {
    if (!names(statement, request, action) || !holds(statement, request.context)) continue;
    if (statement.effect === 'Deny') return 'ExplicitDeny';
    decision = 'Allow';
  }
  return decision;
}

/** The condition keys that a decision rests on: in contexts that agree under them, it is the same. */
export function keysAsked(policy: CompiledPolicy, request: PolicyRequest): string[] {
  const action = request.action.toLowerCase();
  return policy
    .filter((statement) => names(statement, request, action))
    .flatMap(({ conditions }) => conditions.map(({ key }) => key));
}

export interface PolicyExplanation {
  readonly decision: PolicyDecision;
  readonly statements: readonly StatementExplanation[];
}

export interface StatementExplanation {
  readonly policy: string;
  readonly index: number;
  readonly effect: Effect;
  /** Every part below matched. */
  readonly applies: boolean;
  readonly parts: readonly PartExplanation[];
}

export interface PartExplanation {
  readonly matched: boolean;
  /** `Action`, `NotResource`, `Principal.RAM`, or operator and key of a condition. */
  readonly element: string;
  readonly wanted: readonly string[];
  /** What the request has there; nothing if it does not have the key. */
  readonly found: readonly string[];
}

export function explain(policy: CompiledPolicy, request: PolicyRequest): PolicyExplanation {
  return {
    decision: decide(policy, request),
    statements: policy.map((statement) => explainStatement(statement, request)),
  };
}

function explainStatement(
  statement: CompiledStatement,
  request: PolicyRequest,
): StatementExplanation {
  const { policy, index, effect, action, resource, conditions } = statement;
  const parts = [
    ...explainPrincipal(statement, request.principal),
    explainName(action, request.action, request.action.toLowerCase()),
    ...(resource === undefined ? [] : [explainName(resource, request.resource)]),
    ...conditions.map((condition) => explainCondition(condition, request.context)),
  ];
  return { policy, index, effect, applies: parts.every(({ matched }) => matched), parts };
}

function explainPrincipal(
  { principals }: CompiledStatement,
  principal: PolicyPrincipal | undefined,
): PartExplanation[] {
  if (principals === undefined) return [];
  const kind = principal?.kind ?? 'RAM';
  const found = principal?.names ?? [];
  const test = principals.get(kind);
  const matched = test !== undefined && found.some(test.matches);
  return [{ matched, element: `Principal.${kind}`, wanted: test?.patterns ?? [], found }];
}

function explainName(test: NameTest, found: string, asMatched = found): PartExplanation {
  const { element, patterns } = test;
  return { matched: test.matches(asMatched), element, wanted: patterns, found: [found] };
}

function explainCondition(
  { operator, key, wanted, holds: test }: ConditionTest,
  context: ConditionContext,
): PartExplanation {
  const found = valuesOf(context, key);
  return { matched: test(found), element: `${operator} ${key}`, wanted, found };
}

/** All that a statement says but its conditions. */
function names(
  { principals, action: actions, resource }: CompiledStatement,
  request: PolicyRequest,
  action: string,
): boolean {
  if (!actions.matches(action)) return false;
  if (resource !== undefined && !resource.matches(request.resource)) return false;
  if (principals === undefined) return true;
  const { principal } = request;
  return principal?.names.some(principals.get(principal.kind)!.matches) ?? false;
}

function holds({ conditions }: CompiledStatement, context: ConditionContext): boolean {
  return conditions.every((condition) => condition.holds(valuesOf(context, condition.key)));
}

const NONE: readonly string[] = [];

function valuesOf(context: ConditionContext, key: string): readonly string[] {
  const value = Object.hasOwn(context, key) ? context[key] : undefined;
  if (value === undefined) return NONE;
  return typeof value === 'string' ? [value] : value;
}
