/**
 * The policy engine against a slow, obvious oracle, and the laws that any engine must keep.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../mock-sts/core/pattern.ts';
import { type CompiledPolicy, compilePolicy } from '../../mock-sts/core/policy/compile.ts';
import type { PolicyDocument, PolicyStatement } from '../../mock-sts/core/policy/document.ts';
import {
  type ConditionContext,
  decide,
  explain,
  keysAsked,
  type PolicyDecision,
  type PolicyRequest,
} from '../../mock-sts/core/policy/evaluate.ts';
import { CONDITION_OPERATORS } from '../../mock-sts/core/policy/operators.ts';
import { parsePolicy } from '../../mock-sts/core/policy/parse.ts';

const ACTIONS = ['oss:GetObject', 'OSS:getobject', 'oss:PutObject', 'ecs:RunInstances'];
const RESOURCES = ['acs:oss:*:1:b/k', 'acs:oss:*:1:b/backup/k', 'acs:ecs:hz:1:instance/i'];
const KEYS = ['acs:SourceIp', 'acs:CurrentTime', 'sts:ExternalId', 'acs:SecureTransport', 'x:Size'];
const VALUES: Record<string, readonly string[]> = {
  String: ['a', 'A', 'ab', 'b'],
  Numeric: ['1', '2', '10', '-1.5'],
  Date: ['2026-01-01T00:00:00Z', '2026-01-01T08:00:00+08:00', '2027-01-01T00:00:00Z'],
  Bool: ['true', 'false'],
  Ip: ['10.0.0.0/8', '10.1.2.3', '0.0.0.0/0', '2001:db8::/32', '2001:db8::1'],
};
const FOUND = [...Object.values(VALUES).flat(), 'ten', ''].filter((value) => !value.includes('/'));

const actionPattern = fc.constantFrom(
  '*',
  'oss:*',
  'oss:Get*',
  '*:*Object',
  'ecs:Run?nstances',
  ...ACTIONS,
);
const resourcePattern = fc.constantFrom('*', 'acs:oss:*:*:b/*', 'acs:oss:*:*:b/?', ...RESOURCES);
const oneOrMore = (pattern: fc.Arbitrary<string>) =>
  fc.oneof(pattern, fc.array(pattern, { minLength: 1, maxLength: 3 }));

const condition = fc
  .array(
    fc
      .constantFrom(...CONDITION_OPERATORS.keys())
      .chain((operator) =>
        fc.tuple(
          fc.constant(operator),
          fc.constantFrom(...KEYS),
          oneOrMore(fc.constantFrom(...VALUES[kindOf(operator)]!)),
        ),
      ),
    { maxLength: 3 },
  )
  .map((tests) => {
    const block: Record<string, Record<string, string | string[]>> = {};
    for (const [operator, key, values] of tests) {
      block[operator] = { ...block[operator], [key]: values };
    }
    return block;
  });

const statement: fc.Arbitrary<PolicyStatement> = fc
  .tuple(
    fc.constantFrom('Allow' as const, 'Deny' as const),
    fc.constantFrom('Action', 'Action', 'NotAction'),
    oneOrMore(actionPattern),
    fc.constantFrom('Resource', 'Resource', 'NotResource'),
    oneOrMore(resourcePattern),
    condition,
  )
  .map(([Effect, action, actions, resource, resources, Condition]) => ({
    Effect,
    [action]: actions,
    [resource]: resources,
    ...(Object.keys(Condition).length === 0 ? {} : { Condition }),
  }));

const statements = fc.array(statement, { minLength: 1, maxLength: 4 });
const request: fc.Arbitrary<PolicyRequest> = fc.record({
  action: fc.constantFrom(...ACTIONS),
  resource: fc.constantFrom(...RESOURCES),
  context: fc.dictionary(
    fc.constantFrom(...KEYS),
    fc.oneof(fc.constantFrom(...FOUND), fc.array(fc.constantFrom(...FOUND), { maxLength: 2 })),
  ),
});

function kindOf(operator: string): string {
  return /^(String|Numeric|Date|Bool)/.exec(operator)?.[0] ?? 'Ip';
}

function documentOf(Statement: readonly PolicyStatement[]): PolicyDocument {
  return { Version: '1', Statement };
}

function compiled(list: readonly PolicyStatement[]): CompiledPolicy {
  return compilePolicy('p', documentOf(list));
}

// The oracle.

function regexOf(pattern: string, flags = ''): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\/-]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '[^]*').replaceAll('?', '[^]')}$`, flags);
}

const listed = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : [value].flat();

function oracle(list: readonly PolicyStatement[], asked: PolicyRequest): PolicyDecision {
  const applying = list.filter((one) => applies(one, asked)).map(({ Effect }) => Effect);
  if (applying.includes('Deny')) return 'ExplicitDeny';
  return applying.includes('Allow') ? 'Allow' : 'ImplicitDeny';
}

function applies(one: PolicyStatement, asked: PolicyRequest): boolean {
  const actionIn = (names: PolicyStatement['Action']) =>
    listed(names).some((name) => regexOf(name, 'i').test(asked.action));
  const resourceIn = (names: PolicyStatement['Resource']) =>
    listed(names).some((name) => regexOf(name).test(asked.resource));
  if (one.Action !== undefined ? !actionIn(one.Action) : actionIn(one.NotAction)) return false;
  if (one.Resource !== undefined ? !resourceIn(one.Resource) : resourceIn(one.NotResource)) {
    return false;
  }
  return Object.entries(one.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) =>
      holds(operator, key, listed(wanted), asked.context),
    ),
  );
}

function holds(
  operator: string,
  key: string,
  wanted: readonly string[],
  context: ConditionContext,
): boolean {
  const isNegated = operator.includes('Not');
  const positive = operator.replace('Not', '');
  const fits = listed(context[key]).some((found) =>
    wanted.some((value) => suits(positive, found, value)),
  );
  return isNegated ? !fits : fits;
}

function suits(operator: string, found: string, wanted: string): boolean {
  switch (kindOf(operator)) {
    case 'String':
      if (operator === 'StringLike') return regexOf(wanted).test(found);
      if (operator === 'StringEquals') return found === wanted;
      return found.toLowerCase() === wanted.toLowerCase();
    case 'Bool':
      return found === wanted;
    case 'Ip':
      return inRange(found, wanted);
    default: {
      const isDate = operator.startsWith('Date');
      const form = isDate ? /T/ : /^-?\d+(\.\d+)?$/;
      if (!form.test(found)) return false;
      const [a, b] = [found, wanted].map((text) => (isDate ? Date.parse(text) : Number(text)));
      const order = operator.replace(/^(Date|Numeric)/, '');
      const sign = a! < b! ? 'Less' : a! > b! ? 'Greater' : 'Equal';
      return order.startsWith(sign) || (sign === 'Equal' && order.endsWith('Equals'));
    }
  }
}

/** For the addresses of this test alone. */
function inRange(found: string, range: string): boolean {
  const isAddress = /^\d+\.\d+\.\d+\.\d+$/.test(found) || found.includes('2001:');
  if (!isAddress) return false;
  if (range === '0.0.0.0/0') return !found.includes('2001:');
  if (range === '10.0.0.0/8') return found.startsWith('10.');
  if (range === '2001:db8::/32') return found.startsWith('2001:db8:');
  return found === range;
}

describe('the policy engine', () => {
  it('says what the oracle says', () => {
    fc.assert(
      fc.property(statements, request, (list, asked) => {
        expect(decide(compiled(list), asked)).toBe(oracle(list, asked));
      }),
      { numRuns: 5_000 },
    );
  });

  it('explains what it decides: the statements that apply are those that decided', () => {
    fc.assert(
      fc.property(statements, request, (list, asked) => {
        const explanation = explain(compiled(list), asked);
        expect(explanation.decision).toBe(decide(compiled(list), asked));
        expect(explanation.statements.map(({ applies: does }) => does)).toEqual(
          list.map((one) => applies(one, asked)),
        );
        for (const { applies: does, parts } of explanation.statements) {
          expect(does).toBe(parts.every(({ matched }) => matched));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('lets an explicit Deny win, wherever it stands', () => {
    fc.assert(
      fc.property(statements, request, fc.nat(), (list, asked, place) => {
        const deny = { Effect: 'Deny', Action: asked.action, Resource: asked.resource } as const;
        const at = place % (list.length + 1);
        const denying = [...list.slice(0, at), deny, ...list.slice(at)];
        expect(decide(compiled(denying), asked)).toBe('ExplicitDeny');
      }),
    );
  });

  it('loses nothing by a further Allow, and gains nothing by a further Deny', () => {
    fc.assert(
      fc.property(statements, statement, request, (list, more, asked) => {
        const before = decide(compiled(list), asked);
        const after = decide(compiled([...list, more]), asked);
        if (more.Effect === 'Allow' && before === 'Allow') expect(after).toBe('Allow');
        if (more.Effect === 'Deny' && before !== 'Allow') expect(after).not.toBe('Allow');
        if (before === 'ExplicitDeny') expect(after).toBe('ExplicitDeny');
      }),
      { numRuns: 2_000 },
    );
  });

  it('does not mind the order of statements', () => {
    fc.assert(
      fc.property(statements, request, (list, asked) => {
        expect(decide(compiled([...list].reverse()), asked)).toBe(decide(compiled(list), asked));
      }),
    );
  });

  it('says which keys a decision rests on: under the others a context may say anything', () => {
    fc.assert(
      fc.property(statements, request, request, (list, asked, other) => {
        const policy = compiled(list);
        const context: Record<string, ConditionContext[string]> = { ...other.context };
        for (const key of keysAsked(policy, asked)) context[key] = asked.context[key];
        expect(decide(policy, { ...asked, context })).toBe(decide(policy, asked));
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes every document of the grammar as it is, also from its own JSON', () => {
    fc.assert(
      fc.property(statements, (list) => {
        const document = documentOf(list);
        expect(parsePolicy(JSON.parse(JSON.stringify(document)), 'permission')).toEqual({
          kind: 'policy',
          document,
        });
      }),
    );
  });
});

describe('any JSON', () => {
  const scrap = fc.oneof(
    fc.jsonValue(),
    fc.record({ Version: fc.constant('1'), Statement: fc.jsonValue() }),
    fc.record({
      Version: fc.constant('1'),
      Statement: fc.array(
        fc.record(
          {
            Effect: fc.oneof(fc.constantFrom('Allow', 'Deny'), fc.jsonValue()),
            Action: fc.oneof(actionPattern, fc.jsonValue()),
            Resource: fc.oneof(resourcePattern, fc.jsonValue()),
            Principal: fc.oneof(fc.constant({ RAM: ['*'] }), fc.jsonValue()),
            Condition: fc.oneof(
              condition,
              fc.dictionary(
                fc.oneof(fc.constantFrom(...CONDITION_OPERATORS.keys(), '__proto__'), fc.string()),
                fc.jsonValue(),
              ),
            ),
          },
          { requiredKeys: [] },
        ),
        { maxLength: 3 },
      ),
    }),
  );

  it('is taken or refused with problems, and what is taken compiles and decides', () => {
    fc.assert(
      fc.property(scrap, fc.constantFrom('permission', 'trust'), request, (value, kind, asked) => {
        const reading = parsePolicy(value, kind);
        if (reading.kind === 'problems') {
          expect(reading.problems.length).toBeGreaterThan(0);
          return;
        }
        const policy = compilePolicy('p', reading.document);
        const principal = { kind: 'RAM', names: ['acs:ram::1:root'] } as const;
        expect(explain(policy, { ...asked, principal }).decision).toMatch(/Allow|Deny/);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('wildcards', () => {
  it('match what the regular expression matches', () => {
    const pattern = fc.string({
      unit: fc.constantFrom('a', 'b', '*', '?', '.', '\n'),
      maxLength: 8,
    });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\n'), maxLength: 10 });
    fc.assert(
      fc.property(pattern, text, (wild, plain) => {
        expect(compilePattern(wild)(plain)).toBe(regexOf(wild).test(plain));
      }),
      { numRuns: 10_000 },
    );
  });

  it('take no time to speak of, however many stars', () => {
    const test = compilePattern(`${'*a'.repeat(500)}b`);
    expect(test('a'.repeat(20_000))).toBe(false);
  });
});
