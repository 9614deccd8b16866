/**
 * A policy as JSON or YAML gave it, checked against the grammar: the document in its plain form (a
 * list of statements), or every problem with its place. No input makes it throw.
 *
 * Stricter than the pages in one point that they leave open: elements that the grammar does not know
 * (`Sid`, `NotPrincipal`) are problems, since a mock that passed over them would be trusted wrongly.
 * Source: Alibaba Cloud, "Policy structure and syntax", "Policy elements".
 */
import {
  type ConditionBlock,
  type Names,
  type PolicyDocument,
  type PolicyStatement,
  PRINCIPAL_KINDS,
  type PrincipalKind,
} from './document.ts';
import { CONDITION_OPERATORS } from './operators.ts';

/** A permission names resources; a trust names principals. Session policies are permissions. */
export type PolicyKind = 'permission' | 'trust';

export interface PolicyProblem {
  readonly path: readonly (string | number)[];
  /** What would be right there. */
  readonly allowed: string;
}

export type PolicyReading =
  | { readonly kind: 'policy'; readonly document: PolicyDocument }
  | { readonly kind: 'problems'; readonly problems: readonly PolicyProblem[] };

export function parsePolicy(value: unknown, kind: PolicyKind): PolicyReading {
  const reader = new PolicyReader(kind);
  const document = reader.document(value);
  return reader.problems.length === 0
    ? { kind: 'policy', document }
    : { kind: 'problems', problems: reader.problems };
}

type Path = readonly (string | number)[];
type Parts = Readonly<Record<string, unknown>>;

const ELEMENTS: Record<PolicyKind, readonly string[]> = {
  permission: ['Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'],
  trust: ['Effect', 'Action', 'Principal', 'Condition'],
};
const ACTION = /^(\*|[^:\s]+:[^:\s]+)$/;
const RESOURCE = /^(\*|acs:[^:]*:[^:]*:[^:]*:.+)$/s;
const RAM_PRINCIPAL = /^(\*|acs:ram:.+)$/;
const ACTIONS = 'an action such as oss:GetObject, or a list of actions; * and ? match';
const RESOURCES = 'a resource such as acs:oss:*:*:bucket/*, or a list of resources; * and ? match';
const PRINCIPALS: Record<PrincipalKind, readonly [RegExp, string]> = {
  RAM: [RAM_PRINCIPAL, 'ARNs such as acs:ram::1234567890123456:root; * and ? match'],
  Service: [/^[^\s]+$/, 'services such as ecs.aliyuncs.com'],
  Federated: [RAM_PRINCIPAL, 'ARNs such as acs:ram::1234567890123456:oidc-provider/name'],
};

class PolicyReader {
  readonly problems: PolicyProblem[] = [];
  private readonly kind: PolicyKind;

  constructor(kind: PolicyKind) {
    this.kind = kind;
  }

  document(value: unknown): PolicyDocument {
    const parts = this.mapping(value, [], ['Version', 'Statement']);
    if (parts !== undefined && parts.Version !== '1') this.wrong(['Version'], "'1', in quotes");
    return { Version: '1', Statement: parts === undefined ? [] : this.statements(parts.Statement) };
  }

  private statements(value: unknown): PolicyStatement[] {
    const list = Array.isArray(value) ? value : [value];
    if (list.length === 0) this.wrong(['Statement'], 'a list of statements');
    return list.map((item, i) =>
      this.statement(item, Array.isArray(value) ? ['Statement', i] : ['Statement']),
    );
  }

  private statement(value: unknown, path: Path): PolicyStatement {
    const parts = this.mapping(value, path, ELEMENTS[this.kind]);
    if (parts === undefined) return { Effect: 'Deny' };
    const { Effect } = parts;
    if (Effect !== 'Allow' && Effect !== 'Deny') {
      this.wrong([...path, 'Effect'], 'one of: Allow, Deny');
    }
    const statement: { -readonly [K in keyof PolicyStatement]: PolicyStatement[K] } = {
      Effect: Effect === 'Allow' ? 'Allow' : 'Deny',
    };
    this.one(parts, path, { yes: 'Action', no: 'NotAction' }, [ACTION, ACTIONS], statement);
    if (this.kind === 'permission') {
      const names = { yes: 'Resource', no: 'NotResource' } as const;
      this.one(parts, path, names, [RESOURCE, RESOURCES], statement);
    } else {
      statement.Principal = this.principal(parts.Principal, [...path, 'Principal']);
    }
    if (parts.Condition !== undefined) {
      statement.Condition = this.condition(parts.Condition, [...path, 'Condition']);
    }
    return statement;
  }

  /** Exactly one of an element and its negation. */
  private one<E extends 'Action' | 'Resource'>(
    parts: Parts,
    path: Path,
    { yes, no }: { readonly yes: E; readonly no: `Not${E}` },
    form: readonly [RegExp, string],
    statement: Partial<Record<E | `Not${E}`, Names>>,
  ): void {
    if (parts[yes] !== undefined && parts[no] !== undefined) {
      this.wrong([...path, no], `only one of: ${yes}, ${no}`);
    }
    const element = parts[no] !== undefined ? no : yes;
    statement[element] = this.names(parts[element], [...path, element], form);
  }

  private names(value: unknown, path: Path, [form, allowed]: readonly [RegExp, string]): Names {
    const isFine = (name: unknown) => typeof name === 'string' && form.test(name);
    if (isFine(value)) return value as string;
    if (!Array.isArray(value) || value.length === 0) this.wrong(path, allowed);
    else {
      for (const [i, name] of value.entries()) if (!isFine(name)) this.wrong([...path, i], allowed);
      return value;
    }
    return [];
  }

  private principal(value: unknown, path: Path): NonNullable<PolicyStatement['Principal']> {
    const parts = this.mapping(value, path, PRINCIPAL_KINDS);
    const principal: Partial<Record<PrincipalKind, Names>> = {};
    if (parts === undefined) return principal;
    for (const kind of PRINCIPAL_KINDS) {
      if (parts[kind] === undefined) continue;
      principal[kind] = this.names(parts[kind], [...path, kind], PRINCIPALS[kind]);
    }
    if (Object.keys(parts).length === 0) {
      this.wrong(path, `at least one of: ${PRINCIPAL_KINDS.join(', ')}`);
    }
    return principal;
  }

  private condition(value: unknown, path: Path): ConditionBlock {
    const operators = this.mapping(value, path, [...CONDITION_OPERATORS.keys()]) ?? {};
    for (const [operator, keys] of Object.entries(operators)) {
      if (!CONDITION_OPERATORS.has(operator)) continue;
      const under = this.mapping(keys, [...path, operator], undefined) ?? {};
      for (const [key, values] of Object.entries(under)) {
        this.conditionValues(operator, values, [...path, operator, key]);
      }
    }
    return operators as ConditionBlock;
  }

  private conditionValues(operator: string, value: unknown, path: Path): void {
    const { allowed, compile } = CONDITION_OPERATORS.get(operator)!;
    const isFine = (one: unknown) => typeof one === 'string' && compile(one) !== undefined;
    if (isFine(value)) return;
    if (!Array.isArray(value) || value.length === 0) this.wrong(path, allowed);
    else {
      for (const [i, one] of value.entries()) if (!isFine(one)) this.wrong([...path, i], allowed);
    }
  }

  /** The mapping, its unknown keys complained of; undefined if it is none. */
  private mapping(
    value: unknown,
    path: Path,
    keys: readonly string[] | undefined,
  ): Parts | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.wrong(path, keys === undefined ? 'a mapping of keys to values' : mappingOf(keys));
      return undefined;
    }
    for (const key of keys === undefined ? [] : Object.keys(value)) {
      if (!keys!.includes(key)) this.wrong([...path, key], `one of: ${keys!.join(', ')}`);
    }
    return value as Parts;
  }

  private wrong(path: Path, allowed: string): void {
    this.problems.push({ path, allowed });
  }
}

function mappingOf(keys: readonly string[]): string {
  return `a mapping of ${keys.join(', ')}`;
}
