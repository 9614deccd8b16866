/**
 * Whom a scenario's role trusts: those who call for it, keys by `AssumeRole` with the role's external
 * id, pods by the claims of their tokens.
 */
import type { TrustStatement } from '../../mock-sts/core/config.ts';
import type { Principal } from './hops.ts';
import { OIDC_CLIENT_ID, subjectOf } from './pod-tokens.ts';

export function trustStatements(
  principals: readonly Principal[],
  externalId: string | undefined,
): TrustStatement[] {
  const allow = { Effect: 'Allow', Action: 'sts:AssumeRole' } as const;
  const callers = [...new Set(principals.flatMap(({ kind, arn }) => (kind === 'RAM' ? arn : [])))];
  const signed: TrustStatement = {
    ...allow,
    Principal: { RAM: callers },
    ...(externalId === undefined
      ? {}
      : { Condition: { StringEquals: { 'sts:ExternalId': externalId } } }),
  };
  const vouched = principals.flatMap((principal): TrustStatement[] => {
    if (principal.kind === 'RAM') return [];
    const Condition = {
      StringEquals: {
        'oidc:aud': OIDC_CLIENT_ID,
        'oidc:sub': subjectOf(principal.identity),
      },
    };
    return [{ ...allow, Principal: { Federated: [principal.arn] }, Condition }];
  });
  return [...(callers.length === 0 ? [] : [signed]), ...vouched];
}
