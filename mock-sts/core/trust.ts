/**
 * Whether a role lets a caller in: its trust policy, compiled once. Statements that match say Allow
 * or Deny; one Deny wins; none that matches is a refusal.
 *
 * `:root` admits every user and role of an account. The only condition key of AssumeRole here is
 * `sts:ExternalId`, with `StringEquals` and `StringLike`. What the mock cannot judge never widens
 * access: an Allow with another condition does not apply, a Deny with one does.
 * Source: Alibaba Cloud, "Edit the trust policy of a RAM role", "Policy elements".
 */
import type { TrustPolicy, TrustStatement } from './config.ts';
import { type CallerIdentity, principalArn } from './identity.ts';
import { asList, compileAny } from './pattern.ts';

export type TrustDecision = 'allowed' | 'denied' | 'not-mentioned';

export type CompiledTrust = (
  caller: CallerIdentity,
  externalId: string | undefined,
) => TrustDecision;

export function compileTrust(policy: TrustPolicy): CompiledTrust {
  const statements = policy.Statement.filter((statement) =>
    compileAny(statement.Action)('sts:AssumeRole'),
  ).map(compileStatement);
  return (caller, externalId) => {
    const arns = [principalArn(caller), `acs:ram::${caller.accountId}:root`];
    let decision: TrustDecision = 'not-mentioned';
    for (const statement of statements) {
      if (!arns.some(statement.names) || !statement.holds(externalId)) continue;
      if (statement.effect === 'Deny') return 'denied';
      decision = 'allowed';
    }
    return decision;
  };
}

interface CompiledStatement {
  readonly effect: 'Allow' | 'Deny';
  readonly names: (arn: string) => boolean;
  readonly holds: (externalId: string | undefined) => boolean;
}

function compileStatement(statement: TrustStatement): CompiledStatement {
  const conditions = Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => compileCondition(operator, key, values)),
  );
  const unknownHolds = statement.Effect === 'Deny';
  return {
    effect: statement.Effect,
    names: compileAny(asList(statement.Principal.RAM)),
    holds: (externalId) => conditions.every((condition) => condition?.(externalId) ?? unknownHolds),
  };
}

/** Values of one key are alternatives; undefined is a condition that the mock does not know. */
function compileCondition(
  operator: string,
  key: string,
  values: string | readonly string[],
): ((externalId: string | undefined) => boolean) | undefined {
  if (key !== 'sts:ExternalId') return undefined;
  if (operator === 'StringEquals') {
    return (externalId) => externalId !== undefined && asList(values).includes(externalId);
  }
  if (operator === 'StringLike') {
    const matches = compileAny(values);
    return (externalId) => externalId !== undefined && matches(externalId);
  }
  return undefined;
}
