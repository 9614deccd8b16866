import { describe, expect, it } from 'vitest';
import { compilePolicy } from '../../../../mock-sts/core/policy/compile.ts';
import { decide } from '../../../../mock-sts/core/policy/evaluate.ts';
import { CONDITION_OPERATORS } from '../../../../mock-sts/core/policy/operators.ts';

/** Whether an Allow under this one condition applies to a request with that value. */
function holds(operator: string, wanted: string | string[], found?: string | string[]): boolean {
  const policy = compilePolicy('p', {
    Version: '1',
    Statement: [
      {
        Effect: 'Allow',
        Action: '*',
        Resource: '*',
        Condition: { [operator]: { 'x:Key': wanted } },
      },
    ],
  });
  return decide(policy, { action: 'a:B', resource: '*', context: { 'x:Key': found } }) === 'Allow';
}

describe('condition operators', () => {
  it('are those that RAM documents', () => {
    expect([...CONDITION_OPERATORS.keys()].sort()).toEqual(
      [
        ...[
          'Equals',
          'NotEquals',
          'EqualsIgnoreCase',
          'NotEqualsIgnoreCase',
          'Like',
          'NotLike',
        ].map((suffix) => `String${suffix}`),
        ...['Numeric', 'Date'].flatMap((kind) =>
          [
            'Equals',
            'NotEquals',
            'LessThan',
            'LessThanEquals',
            'GreaterThan',
            'GreaterThanEquals',
          ].map((suffix) => `${kind}${suffix}`),
        ),
        'Bool',
        'IpAddress',
        'NotIpAddress',
      ].sort(),
    );
  });

  it.each([
    ['StringEquals', 'dev', 'dev', true],
    ['StringEquals', 'dev', 'Dev', false],
    ['StringEquals', 'd*', 'dev', false],
    ['StringNotEquals', 'dev', 'ops', true],
    ['StringEqualsIgnoreCase', 'dev', 'DEV', true],
    ['StringNotEqualsIgnoreCase', 'dev', 'DEV', false],
    ['StringLike', 'hangzhou/2015/*', 'hangzhou/2015/', true],
    ['StringLike', 'hangzhou/201?/*', 'hangzhou/2016/a/b', true],
    ['StringLike', 'a?c', 'ac', false],
    ['StringNotLike', 'a*', 'b', true],
    ['NumericEquals', '10', '10.0', true],
    ['NumericNotEquals', '10', '11', true],
    ['NumericLessThan', '10', '9', true],
    ['NumericLessThan', '10', '10', false],
    ['NumericLessThanEquals', '10', '10', true],
    ['NumericGreaterThan', '-1.5', '-1', true],
    ['NumericGreaterThanEquals', '2', 'two', false],
    ['DateLessThan', '2019-08-12T17:00:00+08:00', '2019-08-12T08:59:59Z', true],
    ['DateLessThan', '2019-08-12T17:00:00+08:00', '2019-08-12T09:00:00Z', false],
    ['DateEquals', '2019-08-12T17:00:00+08:00', '2019-08-12T09:00:00Z', true],
    ['DateNotEquals', '2019-08-12T09:00:00Z', '2019-08-12T09:00:01Z', true],
    ['DateGreaterThan', '2019-08-12T09:00:00Z', '2019-08-12T09:00:01Z', true],
    ['DateGreaterThanEquals', '2019-08-12T09:00:00Z', 'yesterday', false],
    ['Bool', 'true', 'true', true],
    ['Bool', 'true', 'false', false],
    ['IpAddress', '203.0.113.2', '203.0.113.2', true],
    ['IpAddress', '10.0.0.0/8', '10.255.0.1', true],
    ['IpAddress', '10.0.0.0/8', '11.0.0.1', false],
    ['IpAddress', '10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['IpAddress', '0.0.0.0/0', '2001:db8::1', false],
    ['IpAddress', '42.160.1.*', '42.160.1.7', true],
    ['IpAddress', '42.160.1.*', '42.160.2.7', false],
    ['IpAddress', '2001:db8::/32', '2001:db8:1::1', true],
    ['IpAddress', '2001:db8::/33', '2001:db8:8000::1', false],
    ['IpAddress', '10.0.0.0/8', 'elsewhere', false],
    ['NotIpAddress', '10.0.0.0/8', '11.0.0.1', true],
    ['NotIpAddress', '10.0.0.0/8', '10.0.0.1', false],
  ] as const)('%s %s of %s is %s', (operator, wanted, found, expected) => {
    expect(holds(operator, wanted, found)).toBe(expected);
  });

  it('one of several values will do, and under a negated operator none must fit', () => {
    expect(holds('StringEquals', ['a', 'b'], 'b')).toBe(true);
    expect(holds('StringNotEquals', ['a', 'b'], 'b')).toBe(false);
    expect(holds('StringNotEquals', ['a', 'b'], 'c')).toBe(true);
    expect(holds('StringEquals', 'a', ['x', 'a'])).toBe(true);
    expect(holds('StringNotEquals', 'a', ['x', 'a'])).toBe(false);
  });

  it('a key that the request does not have fits nothing', () => {
    for (const [name, { negated }] of CONDITION_OPERATORS) {
      const wanted = name.startsWith('Date')
        ? '2026-01-01T00:00:00Z'
        : name.endsWith('IpAddress')
          ? '10.0.0.1'
          : name === 'Bool'
            ? 'true'
            : '1';
      expect([name, holds(name, wanted)]).toEqual([name, negated]);
    }
  });

  it('does not take a key of the language for one of the request', () => {
    const policy = compilePolicy('p', {
      Version: '1',
      Statement: [
        {
          Effect: 'Allow',
          Action: '*',
          Resource: '*',
          Condition: { StringLike: { toString: '*' } },
        },
      ],
    });
    expect(decide(policy, { action: 'a:B', resource: '*', context: {} })).toBe('ImplicitDeny');
  });
});
