/**
 * Why a call would be allowed or refused on a configuration: every policy that has a say, statement by
 * statement. It asks the same engine as the calls themselves, and changes nothing.
 */
import type { AssumeRoleRequest } from '../../src/kernel/sts/credentials.ts';
import { Authorizer, type LayerExplanation } from './authorize.ts';
import type { MockStsConfig } from './config.ts';
import type { AccessDenied } from './decision.ts';
import type { CallerIdentity } from './identity.ts';
import type { ConditionContext, PolicyPrincipal } from './policy/evaluate.ts';
import { type CallOrigin, requestContext } from './request-context.ts';
import { assumeRoleAccess, RoleAccess } from './role-access.ts';

export interface CallQuestion extends CallOrigin {
  /** A service or an identity provider may be admitted to a role, and has no policies of its own. */
  readonly caller: CallerIdentity | PolicyPrincipal;
  readonly nowMs: number;
  /** Further condition keys. */
  readonly context: ConditionContext;
  readonly asks:
    | { readonly kind: 'assume-role'; readonly request: AssumeRoleRequest }
    | { readonly kind: 'action'; readonly action: string; readonly resource: string };
}

export interface CallExplanation {
  readonly allowed: boolean;
  /** Why not, where it is not a policy that refuses. */
  readonly because: 'policies' | 'no-such-role' | 'root-may-not-assume';
  /** The policy that refuses first, as an answer would name it. */
  readonly denied: AccessDenied | undefined;
  readonly layers: readonly LayerExplanation[];
}

export function explainCall(config: MockStsConfig, question: CallQuestion): CallExplanation {
  const { caller, asks, nowMs, context } = question;
  if (asks.kind === 'assume-role') return explainAssumeRole(config, question, asks.request);
  if (!isIdentity(caller)) return judged([]);
  const asked = {
    action: asks.action,
    resource: asks.resource,
    context: { ...requestContext(caller, nowMs, question), ...context },
  };
  return judged(new Authorizer(config).explain(caller, asked), caller.kind === 'account');
}

function explainAssumeRole(
  config: MockStsConfig,
  { caller, nowMs, context, ...origin }: CallQuestion,
  request: AssumeRoleRequest,
): CallExplanation {
  const access = new RoleAccess(config);
  const role = access.find(request.roleArn);
  if (!isIdentity(caller)) {
    if (role === undefined) return noSuchRole([]);
    return judged([access.explainTrust(role, { principal: caller, context })]);
  }
  const asked = assumeRoleAccess(caller, request, nowMs, origin);
  const layers = access.explain(caller, { ...asked, context: { ...asked.context, ...context } });
  if (caller.kind === 'account') {
    return { ...judged(layers), allowed: false, because: 'root-may-not-assume' };
  }
  const explanation = judged(layers);
  return role === undefined && explanation.allowed ? noSuchRole(layers) : explanation;
}

function isIdentity(caller: CallQuestion['caller']): caller is CallerIdentity {
  return 'accountId' in caller;
}

/** All must say Allow, and somebody must. */
function judged(layers: readonly LayerExplanation[], isRoot = false): CallExplanation {
  const refusing =
    layers.find(({ decision }) => decision === 'ExplicitDeny') ??
    layers.find(({ decision }) => decision === 'ImplicitDeny');
  const denied =
    refusing === undefined || refusing.decision === 'Allow'
      ? undefined
      : { noPermissionType: refusing.decision, policyType: refusing.policyType };
  const allowed = denied === undefined && (layers.length > 0 || isRoot);
  return { allowed, because: 'policies', denied, layers };
}

function noSuchRole(layers: readonly LayerExplanation[]): CallExplanation {
  return { allowed: false, because: 'no-such-role', denied: undefined, layers };
}
