/**
 * A policy made ready to be asked: names to matchers, conditions to tests. It takes any document, also
 * one that never saw the grammar check; what it cannot judge never widens access. So an Allow with an
 * unknown operator or a malformed value does not apply, and a Deny with one does.
 */
import { asList, compileAny, type Matcher } from '../pattern.ts';
import {
  type Effect,
  type NamedPolicy,
  type Names,
  type PolicyDocument,
  type PolicyStatement,
  PRINCIPAL_KINDS,
  type PrincipalKind,
} from './document.ts';
import { CONDITION_OPERATORS } from './operators.ts';

/** Names that a statement lists under one element, and whether it means all others. */
export interface NameTest {
  readonly element: string;
  readonly patterns: readonly string[];
  readonly matches: Matcher;
}

export interface ConditionTest {
  readonly operator: string;
  readonly key: string;
  readonly wanted: readonly string[];
  /** Of the values that the request has under the key; none if it does not have it. */
  readonly holds: (found: readonly string[]) => boolean;
}

export interface CompiledStatement {
  readonly policy: string;
  /** From 0, within its policy. */
  readonly index: number;
  readonly effect: Effect;
  /** Absent from the statements of permission policies. */
  readonly principals: ReadonlyMap<PrincipalKind, NameTest> | undefined;
  /** Given in lower case, as actions are matched without regard to case. */
  readonly action: NameTest;
  /** Absent from the statements of trust policies. */
  readonly resource: NameTest | undefined;
  readonly conditions: readonly ConditionTest[];
}

/** The statements of one policy, or of several that count together. */
export type CompiledPolicy = readonly CompiledStatement[];

export function compilePolicy(name: string, { Statement }: PolicyDocument): CompiledPolicy {
  return Statement.map((statement, index) => ({
    policy: name,
    index,
    effect: statement.Effect,
    principals: compilePrincipals(statement),
    action: compileNames('Action', statement.Action, statement.NotAction, lowerCase)!,
    resource: compileNames('Resource', statement.Resource, statement.NotResource, asIs),
    conditions: compileConditions(statement),
  }));
}

export function compilePolicies(policies: readonly NamedPolicy[]): CompiledPolicy {
  return policies.flatMap(({ name, document }) => compilePolicy(name, document));
}

function compilePrincipals({ Principal }: PolicyStatement): CompiledStatement['principals'] {
  if (Principal === undefined) return undefined;
  return new Map(
    PRINCIPAL_KINDS.map((kind) => [kind, compileNames(kind, Principal[kind] ?? [], undefined)!]),
  );
}

/** Undefined only for a resource that a statement does not have. */
function compileNames(
  element: string,
  these: Names | undefined,
  others: Names | undefined,
  form: (pattern: string) => string = asIs,
): NameTest | undefined {
  if (others !== undefined) {
    const matchesAny = compileAny(asList(others).map(form));
    return {
      element: `Not${element}`,
      patterns: asList(others),
      matches: (name) => !matchesAny(name),
    };
  }
  if (these === undefined && element === 'Resource') return undefined;
  const patterns = asList(these);
  return { element, patterns, matches: compileAny(patterns.map(form)) };
}

function asIs(pattern: string): string {
  return pattern;
}

function lowerCase(pattern: string): string {
  return pattern.toLowerCase();
}

function compileConditions({ Effect: effect, Condition = {} }: PolicyStatement): ConditionTest[] {
  return Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => {
      const wanted = asList(values);
      return { operator, key, wanted, holds: compileCondition(operator, wanted, effect) };
    }),
  );
}

/**
 * Of several values one must fit; under a negated operator none may. A key that the request does not
 * have fits nothing: so a positive operator does not hold, in a Deny either, and a negated one does.
 */
function compileCondition(
  operator: string,
  wanted: readonly string[],
  effect: Effect,
): ConditionTest['holds'] {
  const known = CONDITION_OPERATORS.get(operator);
  const tests = wanted.map((value) => known?.compile(value));
  const judgeable = tests.filter((test) => test !== undefined);
  if (known === undefined || judgeable.length < tests.length) return () => effect === 'Deny';
  const fits: Matcher = (found) => judgeable.some((test) => test(found));
  return known.negated ? (found) => !found.some(fits) : (found) => found.some(fits);
}
