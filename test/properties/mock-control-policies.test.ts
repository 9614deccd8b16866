/**
 * Control policies against an oracle that walks up the directory for each question: whatever the tree,
 * they never give a permission, any Deny on the way up takes it, and nobody else is bound.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Authorizer } from '../../mock-sts/core/authorize.ts';
import type { MockFolder, MockMember } from '../../mock-sts/core/config.ts';
import type { CallerIdentity } from '../../mock-sts/core/identity.ts';
import type { Effect, NamedPolicy } from '../../mock-sts/core/policy/document.ts';

const ACCOUNTS = ['10001', '10002', '10003', '10004'] as const;
const ACTIONS = ['oss:GetObject', 'oss:PutObject', 'sts:AssumeRole'] as const;

const effect = fc.constantFrom<Effect>('Allow', 'Deny');
const policies = fc.array(
  fc
    .record({
      Effect: effect,
      Action: fc.constantFrom(...ACTIONS, 'oss:*'),
      Resource: fc.constant('*'),
    })
    .map(
      (statement): NamedPolicy => ({
        name: 'p',
        document: { Version: '1', Statement: [statement] },
      }),
    ),
  { maxLength: 2 },
);

/** Each account is a member of one folder at most. */
const directoryArbitrary = fc
  .record({
    management: fc.constantFrom(...ACCOUNTS),
    parents: fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
    folderPolicies: fc.array(policies, { minLength: 4, maxLength: 4 }),
    homes: fc.array(fc.option(fc.nat(3)), { minLength: 4, maxLength: 4 }),
    memberPolicies: fc.array(policies, { minLength: 4, maxLength: 4 }),
  })
  .map(({ management, parents, folderPolicies, homes, memberPolicies }) => {
    // Folder 0 is the root; folder i + 1 hangs below one of those before it.
    const parentOf = [undefined, ...parents.map((n, i) => n % (i + 1))];
    const build = (folder: number): MockFolder => ({
      name: `f${folder}`,
      controlPolicies: folderPolicies[folder]!,
      members: ACCOUNTS.flatMap((account, i): MockMember[] =>
        homes[i] === folder ? [{ account, controlPolicies: memberPolicies[i]! }] : [],
      ),
      folders: parentOf.flatMap((parent, i) => (parent === folder ? [build(i)] : [])),
    });
    const above = (account: string): NamedPolicy[] => {
      const i = ACCOUNTS.indexOf(account as (typeof ACCOUNTS)[number]);
      const home = homes[i] ?? undefined;
      if (home === undefined || account === management) return [];
      const all = [...memberPolicies[i]!];
      for (let at: number | undefined = home; at !== undefined; at = parentOf[at]) {
        all.push(...folderPolicies[at]!);
      }
      return all;
    };
    return { directory: { managementAccount: management, ...build(0) }, above };
  });

const denies = (some: readonly NamedPolicy[], action: string) =>
  some.some(({ document: { Statement } }) =>
    Statement.some(
      ({ Effect: says, Action: named }) =>
        says === 'Deny' && (named === action || (named === 'oss:*' && action.startsWith('oss:'))),
    ),
  );
const allows = (some: readonly NamedPolicy[], action: string) =>
  some.some(({ document: { Statement } }) =>
    Statement.some(
      ({ Effect: says, Action: named }) =>
        says === 'Allow' && (named === action || (named === 'oss:*' && action.startsWith('oss:'))),
    ),
  );

it('may what his own policies allow and nothing on the way up denies', () => {
  fc.assert(
    fc.property(
      directoryArbitrary,
      fc.constantFrom(...ACCOUNTS),
      fc.constantFrom(...ACTIONS),
      policies,
      fc.boolean(),
      ({ directory, above }, accountId, action, own, asUser) => {
        const arn = `acs:ram::${accountId}:role/r`;
        const trust = { Version: '1', Statement: [] } as const;
        const authorizer = new Authorizer({
          users: [{ accountId, name: 'u', accessKeys: [], mayAssume: [], policies: own }],
          roles: [{ arn, maxSessionDurationSeconds: 3_600, trust, policies: own }],
          resourceDirectory: directory,
        });
        const caller: CallerIdentity = asUser
          ? { kind: 'user', accountId, name: 'u' }
          : {
              kind: 'role',
              accountId,
              roleName: 'r',
              roleSessionName: 's1',
              sourceIdentity: undefined,
            };
        const request = { action, resource: 'acs:oss:*:*:x', context: {} };
        const denied = authorizer.check(caller, request);
        const controlled = denies(above(accountId), action);
        expect(denied === undefined).toBe(
          !controlled && allows(own, action) && !denies(own, action),
        );
        expect(denied?.policyType === 'ControlPolicy').toBe(controlled);
        const root: CallerIdentity = { kind: 'account', accountId };
        expect(authorizer.check(root, request)).toBeUndefined();
      },
    ),
    { numRuns: 1_000 },
  );
});
