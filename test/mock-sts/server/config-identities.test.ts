/** Accounts, users, roles and policies of the configuration file. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { CallerIdentity } from '../../../mock-sts/core/identity.ts';
import { StsCore } from '../../../mock-sts/core/service.ts';
import { loadMockConfig, parseMockConfig } from '../../../mock-sts/server/config-file.ts';
import { HarnessError } from '../../../src/kernel/errors.ts';
import { NOW_MS } from '../landing.ts';

const TRUST = `{ Version: '1', Statement: { Effect: Allow, Action: sts:AssumeRole, Principal: { RAM: ['acs:ram::1000000000000001:root'] } } }`;
const ZONE = `
accounts:
  - id: '1000000000000001'
    name: cloudops
    accessKeys: [{ id: LTAI-root, secret: not-a-secret }]
    users:
      - name: appX
        policies:
          - name: assume
            document:
              Version: '1'
              Statement: { Effect: Allow, Action: sts:AssumeRole, Resource: '*' }
  - id: '1000000000000101'
    name: A
    roles:
      - { name: role-appX-prd, trust: ${TRUST} }
users:
  - { account: '1000000000000001', name: appY }
`;

function problemsOf(text: string): string[] {
  try {
    parseMockConfig(text, 'mock.yaml');
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    return error.problems.map(({ path, line }) => `${line} ${path}`);
  }
  throw new Error('the file was taken');
}

describe('identities in the file', () => {
  it('may stand under their account, or beside it', () => {
    expect(parseMockConfig(ZONE, 'mock.yaml')).toMatchObject({
      accounts: [
        { id: '1000000000000001', name: 'cloudops', accessKeys: [{ accessKeyId: 'LTAI-root' }] },
        { id: '1000000000000101', name: 'A' },
      ],
      users: [
        { accountId: '1000000000000001', name: 'appY' },
        {
          accountId: '1000000000000001',
          name: 'appX',
          accessKeys: [{ active: true }],
          mayAssume: [],
          policies: [{ name: 'assume', document: { Statement: [{ Action: 'sts:AssumeRole' }] } }],
        },
      ],
      roles: [
        {
          arn: 'acs:ram::1000000000000101:role/role-appX-prd',
          maxSessionDurationSeconds: 3_600,
          trust: { Statement: [{ Principal: { RAM: ['acs:ram::1000000000000001:root'] } }] },
        },
      ],
    });
  });

  it('are complained of where they stand, all at once', () => {
    const bad = ZONE.replace('name: cloudops', 'name: cloud ops')
      .replace('Action: sts:AssumeRole, Resource', 'Actions: sts:AssumeRole, Resource')
      .replace("Principal: { RAM: ['acs", "Principal: { Ram: ['acs");
    expect(problemsOf(bad)).toEqual([
      '4 accounts[0].name',
      '12 accounts[0].users[0].policies[0].document.Statement.Actions',
      'undefined accounts[0].users[0].policies[0].document.Statement.Action',
      '16 accounts[1].roles[0].trust.Statement.Principal.Ram',
    ]);
  });

  it('may be there once only, wherever they stand', () => {
    const twice = ZONE.replace('name: appY', 'name: appX')
      .replace("id: '1000000000000101'", "id: '1000000000000001'")
      .replace('name: A', 'name: cloudops');
    expect(problemsOf(twice)).toEqual([
      '13 accounts[1].id',
      '14 accounts[1].name',
      '7 accounts[0].users[0].name',
    ]);
  });

  it('must be there', () => {
    expect(problemsOf('accounts: [{ id: "10001", name: empty }]')).toEqual([
      'undefined users',
      'undefined roles',
    ]);
  });

  it('have no policy that is longer than RAM takes', () => {
    const resource = `acs:oss:*:*:${'b'.repeat(6_100)}/*`;
    const long = ZONE.replace("Resource: '*'", `Resource: '${resource}'`);
    expect(problemsOf(long)).toEqual(['11 accounts[0].users[0].policies[0].document']);
  });
});

describe('the example of a landing zone', async () => {
  const file = fileURLToPath(new URL('../../../mock-sts/landing-zone.yaml', import.meta.url));
  const config = await loadMockConfig(file);
  const core = new StsCore(config);
  const assume = (
    name: string,
    roleName: string,
    more: { readonly externalId?: string; readonly durationSeconds?: number } = {},
  ) => {
    const caller: CallerIdentity = { kind: 'user', accountId: '1000000000000001', name };
    const { arn } = config.roles.find((role) => role.arn.endsWith(`/${roleName}`))!;
    const request = { roleArn: arn, roleSessionName: 's1', durationSeconds: 3_600, ...more };
    return core.assumeRole(caller, request, NOW_MS).record.code;
  };

  it('names its accounts, the identities in one and the roles in the others', () => {
    expect(config.accounts?.map(({ name }) => name)).toEqual([
      'cloudops',
      'app-x',
      'app-y',
      'platform',
      'operations',
    ]);
    expect(new Set(config.users.map(({ accountId }) => accountId)).size).toBe(1);
    expect(config.roles.every(({ policies }) => policies !== undefined)).toBe(true);
  });

  it('lets each user assume its own role, under the role’s conditions', () => {
    expect(assume('appX', 'role-appX-prd')).toBe('OK');
    expect(assume('da9', 'role-da9-prd', { durationSeconds: 7_200 })).toBe('OK');
    expect(assume('8ca', 'role-8ca-sys', { durationSeconds: 43_200 })).toBe('OK');
    expect(assume('appX', 'role-da9-prd')).toBe('NoPermission');
    expect(assume('appX', 'role-appX-prd', { durationSeconds: 7_200 })).toBe(
      'InvalidParameter.DurationSeconds',
    );
    // It asks for a source address, which a caller in this process does not have.
    expect(assume('appY', 'role-appY-prd', { externalId: 'partner-7' })).toBe('NoPermission');
  });
});

describe('a resource directory in the file', () => {
  const POLICY = `controlPolicies: [{ name: no-delete, document: { Version: '1', Statement: { Effect: Deny, Action: 'oss:Delete*', Resource: '*' } } }]`;
  const withDirectory = (text: string) => `${ZONE}${text}`;

  it('becomes that of the core, folders within folders', () => {
    const text = withDirectory(`
resourceDirectory:
  managementAccount: '1000000000000001'
  folders:
    - name: production
      ${POLICY}
      folders:
        - name: applications
          members: [{ account: '1000000000000101', ${POLICY} }]
`);
    const policy = { name: 'no-delete', document: expect.anything() };
    expect(parseMockConfig(text, 'mock.yaml').resourceDirectory).toEqual({
      managementAccount: '1000000000000001',
      folders: [
        {
          name: 'production',
          controlPolicies: [policy],
          folders: [
            {
              name: 'applications',
              members: [{ account: '1000000000000101', controlPolicies: [policy] }],
            },
          ],
        },
      ],
    });
  });

  it('is complained of where it is wrong: unknown accounts, members twice, policies that are none', () => {
    const places = (text: string) =>
      problemsOf(withDirectory(text)).map((problem) => problem.replace(/^\d+ /, ''));
    expect(
      places(`
resourceDirectory:
  managementAccount: '9999999999'
  members: [{ account: '1000000000000101' }, { account: '8888888888' }]
  folders: [{ name: again, members: [{ account: '1000000000000101' }] }]
`),
    ).toEqual([
      'resourceDirectory.folders[0].members[0].account',
      'resourceDirectory.managementAccount',
      'resourceDirectory.members[1].account',
    ]);
    expect(
      places(`
resourceDirectory:
  managementAccount: '1000000000000001'
  folders:
    - name: production
      folders: [{ name: inner, policies: [] }]
      controlPolicies: [{ name: x, document: { Version: '2', Statement: [] } }]
`),
    ).toEqual([
      'resourceDirectory.folders[0].controlPolicies[0].document.Version',
      'resourceDirectory.folders[0].controlPolicies[0].document.Statement',
      'resourceDirectory.folders[0].folders[0].policies',
    ]);
  });
});
