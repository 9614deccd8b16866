/**
 * Control policies of a resource directory: a boundary around what the users and roles of its member
 * accounts may do. Each level from the member up to the root folder must allow it, and a Deny on any
 * level wins over all permissions. The system policy `FullAliyunAccess` is attached to every level and
 * stays there, so that a level without policies of its own takes nothing away.
 *
 * They do not bind a member account itself (its root), nor anybody of the management account, nor
 * service-linked roles. Assumed: that the policies over the caller's account count, also where the role
 * to assume is in another; that whom an identity provider or a service vouches for is not bound, as it
 * belongs to no account.
 * Source: Alibaba Cloud, "Overview of control policies" of the resource directory.
 */
import type { MockFolder, MockResourceDirectory } from './config.ts';
import type { CallerIdentity } from './identity.ts';
import { compilePolicies } from './policy/compile.ts';
import type { NamedPolicy } from './policy/document.ts';
import type { PolicyLayer } from './policy-layer.ts';

/** What names the service-linked roles. */
const SERVICE_LINKED = 'AliyunServiceRoleFor';
const ROOT = 'Root';
const FULL_ACCESS: NamedPolicy = {
  name: 'FullAliyunAccess',
  document: { Version: '1', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
};
const NONE: readonly PolicyLayer[] = [];

export class ControlPolicies {
  private readonly levels: ReadonlyMap<string, readonly PolicyLayer[]>;

  constructor(directory: MockResourceDirectory | undefined) {
    this.levels = new Map(
      directory === undefined
        ? []
        : levelsOf({ ...directory, name: ROOT }, []).filter(
            ([account]) => account !== directory.managementAccount,
          ),
    );
  }

  /** From the member up. */
  over(caller: CallerIdentity): readonly PolicyLayer[] {
    if (caller.kind === 'account') return NONE;
    if (caller.kind === 'role' && caller.roleName.startsWith(SERVICE_LINKED)) return NONE;
    return this.levels.get(caller.accountId) ?? NONE;
  }
}

type Levels = readonly [account: string, levels: readonly PolicyLayer[]];

function levelsOf(folder: MockFolder, above: readonly PolicyLayer[]): Levels[] {
  const { name, controlPolicies, members = [], folders = [] } = folder;
  const levels = [levelOf(name, controlPolicies), ...above];
  return [
    ...members.map((member): Levels => {
      const own = levelOf(member.account, member.controlPolicies);
      return [member.account, [own, ...levels]];
    }),
    ...folders.flatMap((inner) => levelsOf(inner, levels)),
  ];
}

/** Policies go by where they are attached, too: `production/no-public-buckets`. */
function levelOf(place: string, policies: readonly NamedPolicy[] = []): PolicyLayer {
  const named = [FULL_ACCESS, ...policies].map(({ name, document }) => ({
    name: `${place}/${name}`,
    document,
  }));
  return { policyType: 'ControlPolicy', policy: compilePolicies(named) };
}
