/**
 * May this caller, whose signature has been verified, do an action on a resource? A RAM user may what
 * his policies allow; a role session what its role's policies and its session policy both allow; the
 * account itself everything. Whoever is not in the configuration (a role since deleted) may nothing.
 * Control policies of a resource directory stand before all of them, and give nobody a permission.
 *
 *     const denied = authorizer.check(caller, {
 *       action: 'oss:GetObject',
 *       resource: 'acs:oss:*:1000000000000101:app-data/report.csv',
 *       context: requestContext(caller, nowMs, { sourceIp, secure }),
 *     });
 *
 * Source: Alibaba Cloud, "Policy evaluation process".
 */
import type { MockStsConfig } from './config.ts';
import { ControlPolicies } from './control-policies.ts';
import type { AccessDenied } from './decision.ts';
import { type CallerIdentity, principalArn } from './identity.ts';
import { compilePolicies } from './policy/compile.ts';
import type { NamedPolicy } from './policy/document.ts';
import {
  decide,
  explain,
  keysAsked,
  type PolicyExplanation,
  type PolicyRequest,
} from './policy/evaluate.ts';
import type { PolicyLayer } from './policy-layer.ts';
import { readSessionPolicy } from './session-policy.ts';

export type AccessRequest = Omit<PolicyRequest, 'principal'>;

/** What kind of policy spoke, by the name that answers give it, and what it said. */
export interface LayerExplanation extends PolicyExplanation {
  readonly policyType: AccessDenied['policyType'];
}

export class Authorizer {
  private readonly controls: ControlPolicies;
  private readonly permissions: ReadonlyMap<string, readonly PolicyLayer[]>;
  /** Of users: their identities stay, those of sessions come with each request. */
  private readonly byUser = new WeakMap<CallerIdentity, readonly PolicyLayer[]>();

  constructor(config: Pick<MockStsConfig, 'users' | 'roles' | 'resourceDirectory'>) {
    const { users, roles, resourceDirectory } = config;
    this.controls = new ControlPolicies(resourceDirectory);
    this.permissions = new Map([
      ...users.map((user) => [principalArn({ kind: 'user', ...user }), layersOf(user)] as const),
      ...roles.map((role) => [role.arn, layersOf(role)] as const),
    ]);
  }

  /** Undefined if he may; else what refused. */
  check(caller: CallerIdentity, request: AccessRequest): AccessDenied | undefined {
    let denied: AccessDenied | undefined;
    for (const { policyType, policy } of this.layers(caller)) {
      const noPermissionType = decide(policy, request);
      if (noPermissionType === 'ExplicitDeny') return { noPermissionType, policyType };
      if (noPermissionType === 'ImplicitDeny') denied ??= { noPermissionType, policyType };
    }
    return denied;
  }

  /** The condition keys that `check` rests on: in contexts that agree under them, it says the same. */
  keysAsked(caller: CallerIdentity, request: AccessRequest): string[] {
    return this.layers(caller).flatMap(({ policy }) => keysAsked(policy, request));
  }

  /** Every layer must say Allow; an account has none. */
  explain(caller: CallerIdentity, request: AccessRequest): LayerExplanation[] {
    return this.layers(caller).map(({ policyType, policy }) => ({
      policyType,
      ...explain(policy, request),
    }));
  }

  private layers(caller: CallerIdentity): readonly PolicyLayer[] {
    if (caller.kind === 'account') return NONE;
    const known = this.byUser.get(caller);
    if (known !== undefined) return known;
    const own = [
      ...this.controls.over(caller),
      ...(this.permissions.get(principalArn(caller)) ?? NOTHING_ALLOWED),
    ];
    if (caller.kind === 'user') this.byUser.set(caller, own);
    if (caller.kind === 'user' || caller.sessionPolicy === undefined) return own;
    const session = readSessionPolicy(caller.sessionPolicy);
    // A token of this mock never carries a policy that is not one.
    const policy = 'code' in session ? [] : session.compiled;
    return [...own, { policyType: 'SessionPolicy', policy }];
  }
}

const NONE: readonly PolicyLayer[] = [];
const NOTHING_ALLOWED = layersOf({ mayAssume: [] });

interface Permitted {
  readonly mayAssume?: readonly string[];
  readonly policies?: readonly NamedPolicy[];
}

function layersOf({ mayAssume = [], policies = [] }: Permitted): readonly PolicyLayer[] {
  const policy = compilePolicies([...policies, ...shorthand(mayAssume)]);
  return [{ policyType: 'AccountLevelIdentityBasedPolicy', policy }];
}

/** `mayAssume`, as the policy that it stands for. */
function shorthand(roleArns: readonly string[]): NamedPolicy[] {
  if (roleArns.length === 0) return [];
  const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roleArns } as const;
  return [{ name: 'mayAssume', document: { Version: '1', Statement: [statement] } }];
}
