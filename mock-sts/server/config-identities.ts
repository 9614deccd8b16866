/**
 * Who is who in the configuration file: accounts, users, roles and their policies. Users and roles
 * stand under their account, or in lists of their own that name it; the core knows one list of each.
 */
import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { parseDurationMs } from '../../src/kernel/units.ts';
import type {
  MockAccessKey,
  MockAccount,
  MockFolder,
  MockIdentityProvider,
  MockRole,
  MockSamlProvider,
  MockUser,
  TrustPolicy,
} from '../core/config.ts';
import { fakeAccessKey } from '../core/landing-zone.ts';
import { algorithmOf, type PublicJwk, verifyingKey } from '../core/oidc/jwt.ts';
import { LONGEST_SESSION_SECONDS } from '../core/parameters.ts';
import type { PolicyDocument } from '../core/policy/document.ts';
import { type PolicyKind, parsePolicy } from '../core/policy/parse.ts';
import { list, mapping, quantity, text } from './config-forms.ts';

/** Alibaba Cloud, "Limits" of RAM: of a custom policy, blanks not counted. */
const POLICY_LENGTH_MAX = 6_144;

function policy(kind: PolicyKind) {
  return z.unknown().transform((value, context): PolicyDocument => {
    const reading = parsePolicy(value, kind);
    const problems =
      reading.kind === 'problems' ? reading.problems : problemsOfLength(reading.document);
    for (const { path, allowed } of problems) {
      context.issues.push({ code: 'custom', message: allowed, path: [...path], input: value });
    }
    return reading.kind === 'policy' ? reading.document : z.NEVER;
  });
}

function problemsOfLength(document: PolicyDocument) {
  if (JSON.stringify(document).length <= POLICY_LENGTH_MAX) return [];
  return [{ path: [], allowed: `a policy of at most ${POLICY_LENGTH_MAX} characters` }];
}

const accountId = text(/^\d{5,20}$/, 'an account id in quotes: 5 to 20 digits');
const name = text(/^[A-Za-z0-9._-]{1,64}$/, '1 to 64 letters, digits, . _ -');
const arnPattern = text(
  /^(\*|acs:ram:.+)$/,
  'an ARN such as acs:ram::1234567890123456:role/app, * and ? match',
);
const accessKey = mapping({
  id: text(
    /^(?!STS\.)[A-Za-z0-9._-]{4,128}$/,
    '4 to 128 letters, digits, . _ -, not beginning with STS.',
  ),
  secret: text(/^[!-~]{1,256}$/, '1 to 256 printable characters'),
  active: z.boolean({ error: 'true or false' }).default(true),
});
const accessKeys = list(accessKey, 1, 'a list of AccessKeys; leave it out to have one made');
const SESSION = 'a duration from 1h to 12h in whole seconds';

const policies = list(
  mapping({
    name: text(/^[A-Za-z0-9-]{1,128}$/, '1 to 128 letters, digits, -'),
    document: policy('permission'),
  }),
  0,
  'a list of policies, each with a name and a document',
).optional();
const permitted = {
  mayAssume: list(arnPattern, 0, 'a list of role ARNs').default([]),
  policies,
};
const userParts = { name, accessKeys: accessKeys.optional(), ...permitted };
const roleParts = {
  maxSessionDuration: quantity(
    parseDurationMs,
    (ms) => ms % 1_000 === 0 && ms >= 3_600_000 && ms <= LONGEST_SESSION_SECONDS * 1_000,
    SESSION,
  ).optional(),
  trust: policy('trust'),
  ...permitted,
};
const ROLE_NAME = '1 to 64 letters, digits, . -';
const accountUser = mapping(userParts);
const accountRole = mapping({ name: text(/^[A-Za-z0-9.-]{1,64}$/, ROLE_NAME), ...roleParts });

export const user = mapping({ account: accountId, ...userParts });
export const role = mapping({
  arn: text(/^acs:ram::\d{5,20}:role\/[A-Za-z0-9.-]{1,64}$/, 'acs:ram::<account>:role/<name>'),
  ...roleParts,
});
export const account = mapping({
  id: accountId,
  name,
  accessKeys: list(accessKey, 1, 'a list of AccessKeys of the account itself').optional(),
  users: list(accountUser, 1, 'a list of users').optional(),
  roles: list(accountRole, 1, 'a list of roles').optional(),
});

const folderParts = () => ({
  controlPolicies: policies,
  members: list(
    mapping({ account: accountId, controlPolicies: policies }),
    1,
    'a list of member accounts',
  ).optional(),
  folders: list(folder, 1, 'a list of folders').optional(),
});
const folder: z.ZodType<MockFolder> = z.lazy(() => mapping({ name, ...folderParts() }));
export const resourceDirectory = mapping({ managementAccount: accountId, ...folderParts() });

const PUBLIC_KEYS = 'a list of public keys as a JWKS has them: RSA of 2,048 bits, or EC P-256';
const publicKey = z
  .looseObject(
    { kty: z.string({ error: PUBLIC_KEYS }), kid: z.string({ error: PUBLIC_KEYS }).optional() },
    { error: PUBLIC_KEYS },
  )
  .transform((jwk): PublicJwk => jwk as PublicJwk)
  .refine((jwk) => !('d' in jwk) && verifyingKey(jwk) !== undefined, {
    error: PUBLIC_KEYS,
  });
const KINDS = 'an identity provider, its kind one of: oidc, saml';
const providerName = text(/^[A-Za-z0-9._-]{1,128}$/, '1 to 128 letters, digits, . _ -');
const oidcProvider = mapping({
  kind: z.literal('oidc'),
  account: accountId,
  name: providerName,
  issuer: text(/^https?:\/\/[!#-~]{1,240}$/, 'the URL that the tokens have as their claim iss'),
  clientIds: list(
    text(/^[!#-~]{1,128}$/, '1 to 128 printable characters'),
    1,
    'a list of client ids, such as sts.aliyuncs.com',
  ),
  keys: z.array(publicKey, { error: PUBLIC_KEYS }).min(1, { error: PUBLIC_KEYS }).optional(),
  discovery: z
    .enum(['ok', 'unreachable', 'fingerprint-mismatch'], {
      error: 'one of: ok, unreachable, fingerprint-mismatch',
    })
    .optional(),
});

const CERTIFICATES = 'a list of X.509 certificates in PEM: RSA of 2,048 bits, or EC P-256';
const certificate = z
  .string({ error: CERTIFICATES })
  .refine(isCertificate, { error: CERTIFICATES });
const samlProvider = mapping({
  kind: z.literal('saml'),
  account: accountId,
  name: providerName,
  issuer: text(/^[!-~]{1,1024}$/, 'the entity id that the assertions have as their Issuer'),
  certificates: list(certificate, 1, CERTIFICATES).optional(),
  metadata: z.enum(['ok', 'invalid'], { error: 'one of: ok, invalid' }).optional(),
});

function isCertificate(pem: string): boolean {
  try {
    return algorithmOf(new X509Certificate(pem).publicKey) !== undefined;
  } catch {
    return false;
  }
}

/** One without a `kind` speaks OIDC. */
export const identityProvider = z.preprocess(
  (value) => (typeof value === 'object' ? { kind: 'oidc', ...value } : value),
  z.discriminatedUnion('kind', [oidcProvider, samlProvider], { error: KINDS }),
);

type ProviderFile = z.output<typeof identityProvider>;

/** What a file says of identities, wherever it says it. */
export interface IdentitiesFile {
  readonly accounts?: readonly z.output<typeof account>[] | undefined;
  readonly users?: readonly z.output<typeof user>[] | undefined;
  readonly roles?: readonly z.output<typeof role>[] | undefined;
}

type Path = readonly (string | number)[];
export type Placed<T> = T & { readonly path: Path };

export function usersOf({ accounts = [], users = [] }: IdentitiesFile) {
  return [
    ...users.map((one, i): Placed<z.output<typeof user>> => ({ ...one, path: ['users', i] })),
    ...accounts.flatMap(({ id, users: own = [] }, a) =>
      own.map((one, i) => ({ ...one, account: id, path: ['accounts', a, 'users', i] })),
    ),
  ];
}

/** A role's place is that of its name. */
export function rolesOf({ accounts = [], roles = [] }: IdentitiesFile) {
  return [
    ...roles.map(
      (one, i): Placed<z.output<typeof role>> => ({ ...one, path: ['roles', i, 'arn'] }),
    ),
    ...accounts.flatMap(({ id, roles: own = [] }, a) =>
      own.map((one, i) => ({
        ...one,
        arn: `acs:ram::${id}:role/${one.name}`,
        path: ['accounts', a, 'roles', i, 'name'],
      })),
    ),
  ];
}

/** All of a directory or of a folder, however deep. */
export function membersOf(
  folder: Omit<MockFolder, 'name'> | undefined,
  path: Path = ['resourceDirectory'],
): Placed<{ readonly account: string }>[] {
  const { members = [], folders = [] } = folder ?? {};
  return [
    ...members.map(({ account: id }, m) => ({ account: id, path: [...path, 'members', m] })),
    ...folders.flatMap((inner, f) => membersOf(inner, [...path, 'folders', f])),
  ];
}

export function mockUserOf(one: ReturnType<typeof usersOf>[number], seed: number): MockUser {
  const { account: id, name: userName, mayAssume, policies } = one;
  return {
    accountId: id,
    name: userName,
    mayAssume,
    accessKeys: one.accessKeys?.map(mockKeyOf) ?? [
      { ...fakeAccessKey(seed, id, userName), active: true },
    ],
    ...(policies === undefined ? {} : { policies }),
  };
}

export function mockRoleOf(one: ReturnType<typeof rolesOf>[number]): MockRole {
  const { arn, maxSessionDuration = 3_600_000, trust, mayAssume, policies } = one;
  return {
    arn,
    maxSessionDurationSeconds: maxSessionDuration / 1_000,
    trust: trust as TrustPolicy,
    mayAssume,
    ...(policies === undefined ? {} : { policies }),
  };
}

export function mockAccountOf({
  id,
  name: accountName,
  accessKeys: keys,
}: z.output<typeof account>): MockAccount {
  return {
    id,
    name: accountName,
    ...(keys === undefined ? {} : { accessKeys: keys.map(mockKeyOf) }),
  };
}

export function oidcProvidersOf(providers: readonly ProviderFile[]): MockIdentityProvider[] {
  return providers.flatMap((one) => {
    if (one.kind !== 'oidc') return [];
    const { kind: _, keys, discovery, ...provider } = one;
    return {
      ...provider,
      ...(keys === undefined ? {} : { keys }),
      ...(discovery === undefined ? {} : { discovery }),
    };
  });
}

export function samlProvidersOf(providers: readonly ProviderFile[]): MockSamlProvider[] {
  return providers.flatMap((one) => {
    if (one.kind !== 'saml') return [];
    const { kind: _, certificates, metadata, ...provider } = one;
    return {
      ...provider,
      ...(certificates === undefined ? {} : { certificates }),
      ...(metadata === undefined ? {} : { metadata }),
    };
  });
}

function mockKeyOf({ id, secret, active }: z.output<typeof accessKey>): MockAccessKey {
  return { accessKeyId: id, accessKeySecret: secret, active };
}
