/**
 * The configuration file of `sts-harness mock --config`: users and their AccessKeys, roles and their
 * trust, quotas, latency. YAML; unknown keys are refused; all problems come at once, each with its
 * place. `landing-zone.ts` has what stands in for a file that is not given.
 *
 *     seed: 1
 *     region: cn-hangzhou
 *     latency: { median: 15ms, p99: 80ms }
 *     quota: { perAccount: 100/s, perRole: off, limiter: fixed-window }
 *     users:
 *       - account: '1000000000000001'
 *         name: appX
 *         accessKeys: [{ id: LTAI-appX, secret: not-a-secret }]   # left out: made from the seed
 *         mayAssume: ['acs:ram::*:role/role-appX-prd']
 *     roles:
 *       - arn: acs:ram::1000000000000101:role/role-appX-prd
 *         maxSessionDuration: 1h
 *         trust:
 *           Version: '1'
 *           Statement:
 *             - Effect: Allow
 *               Action: sts:AssumeRole
 *               Principal: { RAM: ['acs:ram::1000000000000001:user/appX'] }
 */
import { readFile } from 'node:fs/promises';
import { type Document, isNode, isSeq, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { badInput, type Problem } from '../../src/kernel/errors.ts';
import { DEFAULT_WIRE, type MockStsConfig, type TrustPolicy } from '../core/config.ts';
import { fakeAccessKey, MOCK_DEFAULTS } from '../core/landing-zone.ts';
import { type MockConfigFile, mockConfigSchema } from './config-schema.ts';

const CODE = 'MockConfig';
const FOUND_LENGTH_MAX = 60;

export async function loadMockConfig(file: string): Promise<MockStsConfig> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const found = (error as NodeJS.ErrnoException).code ?? String(error);
    throw badInput(CODE, [{ file, path: '', found, allowed: 'a file that can be read' }]);
  }
  return parseMockConfig(text, file);
}

/** `file` is the name that problems give. */
export function parseMockConfig(text: string, file: string): MockStsConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const syntax = document.errors.map((error) => ({
    file,
    path: '',
    found: error.message.split('\n')[0]!,
    allowed: 'YAML',
    ...(error.linePos === undefined ? {} : { line: error.linePos[0].line }),
  }));
  if (syntax.length > 0) throw badInput(CODE, syntax);
  const read = mockConfigSchema.safeParse(document.toJS() ?? {});
  const issues = read.success ? doubles(read.data) : read.error.issues.flatMap(placed);
  if (!read.success || issues.length > 0) {
    throw badInput(
      CODE,
      issues.map((issue) => problemAt(issue, { file, document, lines })),
    );
  }
  return configOf(read.data);
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly allowed: string;
}

function placed(issue: z.core.$ZodIssue): Issue[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, allowed: issue.message }];
  return issue.keys.map((key) => ({ path: [...issue.path, key], allowed: issue.message }));
}

/** What may be there once only. */
function doubles({ users, roles }: MockConfigFile): Issue[] {
  const seen = new Set<string>();
  const again = (kind: string, name: string, path: PropertyKey[]): Issue[] => {
    const key = `${kind} ${name}`;
    if (seen.has(key)) return [{ path, allowed: `a ${kind} that is not there yet` }];
    seen.add(key);
    return [];
  };
  return [
    ...users.flatMap((user, i) => [
      ...again('user', `${user.account}/${user.name}`, ['users', i, 'name']),
      ...(user.accessKeys ?? []).flatMap((key, k) =>
        again('AccessKey', key.id, ['users', i, 'accessKeys', k, 'id']),
      ),
    ]),
    ...roles.flatMap((role, i) => again('role', role.arn, ['roles', i, 'arn'])),
  ];
}

interface Place {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

function problemAt({ path, allowed }: Issue, { file, document, lines }: Place): Problem {
  const keys = path.map((key) => (typeof key === 'number' ? key : String(key)));
  const node = document.getIn(keys, true);
  const offset = isNode(node) ? node.range?.[0] : undefined;
  return {
    file,
    path: keys
      .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i ? '.' : ''}${key}`))
      .join(''),
    found: shown(keys, document.getIn(keys)),
    allowed,
    ...(offset === undefined ? {} : { line: lines.linePos(offset).line }),
  };
}

/** No secret gets into a message, not even a malformed one. */
function shown(path: readonly (string | number)[], value: unknown): string {
  if (value === undefined) return 'nothing';
  if (path.at(-1) === 'secret') return 'a secret';
  if (isNode(value)) return isSeq(value) ? 'a list' : 'a mapping';
  const text = JSON.stringify(value);
  return text.length > FOUND_LENGTH_MAX ? `${text.slice(0, FOUND_LENGTH_MAX)}…` : text;
}

function configOf(file: MockConfigFile): MockStsConfig {
  const seed = file.seed ?? MOCK_DEFAULTS.seed;
  const { quota = {}, latency, wire = {} } = file;
  return {
    seed,
    region: file.region ?? MOCK_DEFAULTS.region,
    users: file.users.map(({ account, name, accessKeys, mayAssume }) => ({
      accountId: account,
      name,
      mayAssume,
      accessKeys: accessKeys?.map(({ id, secret, active }) => ({
        accessKeyId: id,
        accessKeySecret: secret,
        active,
      })) ?? [{ ...fakeAccessKey(seed, account, name), active: true }],
    })),
    roles: file.roles.map(({ arn, maxSessionDuration = 3_600_000, trust, mayAssume }) => ({
      arn,
      maxSessionDurationSeconds: maxSessionDuration / 1_000,
      trust: trust as TrustPolicy,
      mayAssume,
    })),
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
    wire: {
      timestampToleranceMs: wire.timestampTolerance ?? DEFAULT_WIRE.timestampToleranceMs,
      defaultFormat: wire.defaultFormat ?? DEFAULT_WIRE.defaultFormat,
      throttleStatus: wire.throttleStatus ?? DEFAULT_WIRE.throttleStatus,
      sendRetryAfter: wire.sendRetryAfter ?? DEFAULT_WIRE.sendRetryAfter,
      requireTls: wire.requireTls ?? DEFAULT_WIRE.requireTls,
    },
  };
}
