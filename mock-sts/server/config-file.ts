/**
 * The configuration file of `sts-harness mock --config`: accounts, users and their AccessKeys, roles,
 * policies, quotas, latency. YAML; unknown keys are refused; all problems come at once, each with its
 * place. `mock-sts/landing-zone.yaml` is an example; `landing-zone.ts` has what stands in for a file
 * that is not given.
 */
import { readFile } from 'node:fs/promises';
import { type Document, isNode, isSeq, LineCounter, parseDocument, type YAMLError } from 'yaml';
import type { z } from 'zod';
import { badInput, type Problem } from '../../src/kernel/errors.ts';
import { DEFAULT_WIRE, type MockStsConfig } from '../core/config.ts';
import { MOCK_DEFAULTS } from '../core/landing-zone.ts';
import { ECS_SERVICE, trustsService } from '../core/metadata.ts';
import { ramSecretName } from '../core/ram-secrets.ts';
import { faultIssues, faultsOf } from './config-faults.ts';
import {
  membersOf,
  mockAccountOf,
  mockRoleOf,
  mockUserOf,
  oidcProvidersOf,
  rolesOf,
  samlProvidersOf,
  usersOf,
} from './config-identities.ts';
import { type MockConfigFile, mockConfigSchema, RAM_SECRET } from './config-schema.ts';

const CODE = 'MockConfig';
const FOUND_LENGTH_MAX = 60;

/** `startedAtMs`: epoch milliseconds that the times of its faults count from. */
export async function loadMockConfig(file: string, startedAtMs = 0): Promise<MockStsConfig> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const found = (error as NodeJS.ErrnoException).code ?? String(error);
    throw badInput(CODE, [{ file, path: '', found, allowed: 'a file that can be read' }]);
  }
  return parseMockConfig(text, file, startedAtMs);
}

/** `file` is the name that problems give. */
export function parseMockConfig(text: string, file: string, startedAtMs = 0): MockStsConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'error' });
  const [error] = document.errors;
  if (error !== undefined) throw badInput(CODE, [syntaxProblem(error, file, lines)]);
  const read = mockConfigSchema.safeParse(plainValue(document, file) ?? {});
  const issues = read.success
    ? [
        ...missing(read.data),
        ...doubles(read.data),
        ...misreferred(read.data),
        ...faultIssues(read.data),
      ]
    : read.error.issues.flatMap(placed);
  if (!read.success || issues.length > 0) {
    throw badInput(
      CODE,
      issues.map((issue) => problemAt(issue, { file, document, lines })),
    );
  }
  return { ...configOf(read.data), faults: faultsOf(read.data, startedAtMs) };
}

/**
 * The first alone: after it the rest is a guess. In words of our own, since the library's quote the
 * text, which may be a secret.
 */
function syntaxProblem(error: YAMLError, file: string, lines: LineCounter): Problem {
  const found = `malformed YAML (${error.code.toLowerCase().replaceAll('_', ' ')})`;
  return { file, path: '', found, allowed: 'YAML 1.2', line: lines.linePos(error.pos[0]).line };
}

/** The library's own text would repeat the alias, which may be a secret that begins with `*`. */
function plainValue(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch {
    const found = 'an alias that cannot be expanded';
    throw badInput(CODE, [{ file, path: '', found, allowed: 'aliases of anchors before them' }]);
  }
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly allowed: string;
  /** In place of the value. */
  readonly found?: string;
}

function placed(issue: z.core.$ZodIssue): Issue[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, allowed: issue.message }];
  const { path, keys, message: allowed } = issue;
  // Its value is not shown, since behind a misspelt key it may be a secret; nor is a key that may be one.
  const found = 'a key that is not known';
  const isNamed = !path.includes('accessKeys');
  return keys.map((key) => ({ path: isNamed ? [...path, key] : path, allowed, found }));
}

/** What may be there once only. */
function doubles(file: MockConfigFile): Issue[] {
  const seen = new Set<string>();
  const again = (kind: string, name: string, path: PropertyKey[]): Issue[] => {
    const key = `${kind} ${name}`;
    if (seen.has(key)) return [{ path, allowed: `a ${kind} that is not there yet` }];
    seen.add(key);
    return [];
  };
  const keysAgain = (keys: readonly { readonly id: string }[] = [], path: PropertyKey[]) =>
    keys.flatMap((key, k) => again('AccessKey', key.id, [...path, 'accessKeys', k, 'id']));
  return [
    ...(file.accounts ?? []).flatMap(({ id, name, accessKeys }, a) => [
      ...again('account', id, ['accounts', a, 'id']),
      ...again('account name', name, ['accounts', a, 'name']),
      ...keysAgain(accessKeys, ['accounts', a]),
    ]),
    ...usersOf(file).flatMap(({ account, name, accessKeys, path }) => [
      ...again('user', `${account}/${name}`, [...path, 'name']),
      ...keysAgain(accessKeys, [...path]),
    ]),
    ...rolesOf(file).flatMap(({ arn, path }) => again('role', arn, [...path])),
    ...membersOf(file.resourceDirectory).flatMap(({ account, path }) =>
      again('member account', account, [...path, 'account']),
    ),
    ...(file.identityProviders ?? []).flatMap(({ kind, account, name }, i) =>
      again(`${kind} identity provider`, `${account}/${name}`, ['identityProviders', i, 'name']),
    ),
  ];
}

/** There must be somebody who calls, and a role to assume. */
function missing(file: MockConfigFile): Issue[] {
  return (['users', 'roles'] as const)
    .filter((kind) => (kind === 'users' ? usersOf(file) : rolesOf(file)).length === 0)
    .map((kind) => ({ path: [kind], allowed: `a list of ${kind}, here or under accounts` }));
}

/** What names something else in the file that has to be there. */
function misreferred(file: MockConfigFile): Issue[] {
  const config = configOf(file);
  const secrets = config.users.map(({ name }) => ramSecretName(name));
  const unknown: Issue[] = [
    ...strangers(file),
    ...file.rotations.flatMap(({ secret }, i) =>
      secrets.includes(secret) ? [] : [{ path: ['rotations', i, 'secret'], allowed: RAM_SECRET }],
    ),
  ];
  const { instance } = file;
  if (instance === undefined || trustsService(config, instance.role, ECS_SERVICE)) return unknown;
  const allowed = `the ARN of a role of this file whose trust names Service ${ECS_SERVICE}`;
  return [...unknown, { path: ['instance', 'role'], allowed }];
}

/** A policy over an account that is not there would bind nobody, and nobody would notice. */
function strangers(file: MockConfigFile): Issue[] {
  const { resourceDirectory: directory, accounts = [] } = file;
  if (directory === undefined) return [];
  const known = new Set([
    ...accounts.map(({ id }) => id),
    ...usersOf(file).map(({ account }) => account),
    ...rolesOf(file).map(({ arn }) => arn.split(':')[3]),
  ]);
  const named = [
    { account: directory.managementAccount, path: ['resourceDirectory', 'managementAccount'] },
    ...membersOf(directory).map(({ account, path }) => ({ account, path: [...path, 'account'] })),
  ];
  return named
    .filter(({ account }) => !known.has(account))
    .map(({ path }) => ({ path, allowed: 'the id of an account of this file, in quotes' }));
}

interface Place {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

function problemAt({ path, allowed, found }: Issue, { file, document, lines }: Place): Problem {
  const keys = path.map((key) => (typeof key === 'number' ? key : String(key)));
  const node = document.getIn(keys, true);
  const offset = isNode(node) ? node.range?.[0] : undefined;
  return {
    file,
    path: keys
      .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i ? '.' : ''}${shownKey(key)}`))
      .join(''),
    found: found ?? shown(keys, document.getIn(keys)),
    allowed,
    ...(offset === undefined ? {} : { line: lines.linePos(offset).line }),
  };
}

/** YAML takes whole mappings as keys, with all that is in them. */
function shownKey(key: string): string {
  return /^[\w:./-]{1,64}$/.test(key) ? key : '?';
}

/** No secret gets into a message, not even a malformed one, or one at the wrong place. */
function shown(path: readonly (string | number)[], value: unknown): string {
  if (value === undefined) return 'nothing';
  if (isNode(value)) return isSeq(value) ? 'a list' : 'a mapping';
  if (path.includes('accessKeys') && path.at(-1) !== 'id') return 'a value that is not shown';
  const text = JSON.stringify(value);
  return text.length > FOUND_LENGTH_MAX ? `${text.slice(0, FOUND_LENGTH_MAX)}…` : text;
}

function configOf(file: MockConfigFile): MockStsConfig {
  const seed = file.seed ?? MOCK_DEFAULTS.seed;
  const { quota = {}, latency, wire = {}, identityProviders = [] } = file;
  const oidc = oidcProvidersOf(identityProviders);
  const saml = samlProvidersOf(identityProviders);
  return {
    seed,
    region: file.region ?? MOCK_DEFAULTS.region,
    ...(file.accounts === undefined ? {} : { accounts: file.accounts.map(mockAccountOf) }),
    ...(file.resourceDirectory === undefined ? {} : { resourceDirectory: file.resourceDirectory }),
    users: usersOf(file).map((user) => mockUserOf(user, seed)),
    roles: rolesOf(file).map(mockRoleOf),
    ...(oidc.length === 0 ? {} : { identityProviders: oidc }),
    ...(saml.length === 0 ? {} : { samlProviders: saml }),
    quota: {
      perAccount: 'perAccount' in quota ? quota.perAccount : MOCK_DEFAULTS.quota.perAccount,
      perRole: quota.perRole,
      limiter: quota.limiter ?? MOCK_DEFAULTS.quota.limiter,
    },
    latency:
      latency === undefined
        ? MOCK_DEFAULTS.latency
        : { medianMs: latency.median, p99Ms: latency.p99 },
    faults: [],
    ...(file.instance === undefined ? {} : { instance: file.instance }),
    rotations: file.rotations.map(({ secret, at, overlap }) => ({
      secret,
      atMs: at,
      overlapMs: overlap,
    })),
    wire: {
      timestampToleranceMs: wire.timestampTolerance ?? DEFAULT_WIRE.timestampToleranceMs,
      defaultFormat: wire.defaultFormat ?? DEFAULT_WIRE.defaultFormat,
      throttleStatus: wire.throttleStatus ?? DEFAULT_WIRE.throttleStatus,
      sendRetryAfter: wire.sendRetryAfter ?? DEFAULT_WIRE.sendRetryAfter,
      requireTls: wire.requireTls ?? DEFAULT_WIRE.requireTls,
    },
  };
}
