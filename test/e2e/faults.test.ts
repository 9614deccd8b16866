/**
 * Every fault against Alibaba Cloud's own `@alicloud/credentials`, unmodified, over TLS: what it did
 * without a credential, and what with one that is due for renewal. The same table stands in
 * docs/faults.md; `WRITE_FAULT_TABLE=1` writes it there anew.
 */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { FAULT_TARGETS } from '../../mock-sts/core/config.ts';
import { FAULT_NAMES, faultKind } from '../../mock-sts/core/fault-kinds.ts';
import { type MockSts, startMockSts } from '../../mock-sts/server/start.ts';
import { realClock } from '../../src/kernel/real-clock.ts';
import { KEY, landing, ROLE_ARN } from '../mock-sts/landing.ts';
import { temporaryFolder } from '../temporary.ts';

/** The SDK wants a quarter of an hour left: a credential of 900 s is due at each request. */
const DUE_AT_ONCE = 900;

interface Did {
  /** What the SDK handed over, or the error that it threw. */
  readonly says: string;
  readonly afterMs?: number;
}

interface Case {
  readonly fault: Readonly<Record<string, string | number>> & { readonly kind: string };
  readonly cold: Did;
  readonly warm: Did;
  readonly sessionSeconds?: number;
  /** What came is used for a call, and what STS said of that stands behind it. */
  readonly use?: boolean;
}

const OLD = { says: 'the old credential' };
const NEW = { says: 'a new credential' };
const withCode = (code: string) => ({
  says: `\`Error: refresh session token failed\`, code ${code}`,
});
const failing = (kind: string, code: string, further: object = {}): Case => ({
  fault: { kind, ...further },
  cold: withCode(code),
  warm: OLD,
});
const unreadable = (kind: string): Case => ({
  fault: { kind },
  cold: {
    says: '`Error: refresh RoleArn sts token err, unmarshal fail` with the body, token and all',
  },
  warm: OLD,
});
const slowed = (fault: Case['fault'], afterMs: number): Case => ({
  fault,
  cold: { ...NEW, afterMs },
  warm: { ...NEW, afterMs },
});

const CASES: readonly Case[] = [
  failing('outage', 'ServiceUnavailable'),
  failing('errors', 'NoPermission', { share: '100%', code: 'NoPermission' }),
  failing('internal-error', 'InternalError'),
  failing('service-unavailable', 'ServiceUnavailable'),
  failing('throttling-user', 'Throttling.User'),
  failing('throttling-api', 'Throttling.Api'),
  failing('throttling', 'Throttling'),
  failing('too-many-requests', 'Throttling'),
  {
    fault: { kind: 'redirect-empty' },
    cold: { says: '`Error: refresh session token failed` and nothing more' },
    warm: OLD,
  },
  slowed({ kind: 'latency', add: '300ms' }, 300),
  slowed({ kind: 'latency', median: '400ms', p99: '401ms' }, 400),
  {
    fault: { kind: 'connection-reset' },
    cold: { says: '`Error: read ECONNRESET`' },
    warm: OLD,
  },
  {
    fault: { kind: 'hang' },
    cold: { says: '`RequestTimeoutError: ConnectTimeout`', afterMs: 5_000 },
    warm: { ...OLD, afterMs: 5_000 },
  },
  slowed({ kind: 'slow-body', over: '7s' }, 7_000),
  unreadable('truncated-json'),
  unreadable('malformed-json'),
  {
    fault: { kind: 'missing-expiration' },
    cold: { says: '`Error: invalid UTC format time string`' },
    warm: OLD,
  },
  {
    fault: { kind: 'expired-credential' },
    cold: { says: 'a new credential, refused: InvalidSecurityToken.Expired' },
    warm: { says: 'a new credential, refused: InvalidSecurityToken.Expired' },
    use: true,
  },
  failing('clock-skew', 'InvalidTimeStamp.Expired', { ahead: '1h' }),
  {
    fault: { kind: 'clock-skew', behind: '14m' },
    cold: { says: 'a new credential, accepted' },
    warm: { says: 'a new credential, accepted' },
    use: true,
  },
  {
    fault: { kind: 'early-revocation' },
    sessionSeconds: 3_600,
    cold: { says: 'a new credential, accepted' },
    warm: { says: 'the old credential, refused: InvalidSecurityToken.Expired' },
    use: true,
  },
  failing('access-key-disabled', 'InvalidAccessKeyId.Inactive', { user: 'app' }),
  {
    fault: { kind: 'succeed-then-fail', calls: 1, code: 'InternalError' },
    cold: NEW,
    warm: OLD,
  },
  failing('background', 'Throttling.User', { rate: '100k/s' }),
];

interface Seen {
  readonly got: 'none' | 'old' | 'new';
  readonly error?: string;
  readonly ms: number;
  readonly calls: number;
  readonly used?: string;
  readonly leaks: boolean;
}

let mock: MockSts;
let seen: readonly { readonly cold: Seen; readonly warm: Seen }[] = [];

beforeAll(async () => {
  const caDirectory = temporaryFolder();
  const quota = {
    perRole: undefined,
    perAccount: 100,
    limiter: { algorithm: 'fixed-window' },
  } as const;
  const config = landing({ quota });
  mock = await startMockSts({ config, clock: realClock(), tlsPort: 0, caDirectory });
  seen = await probe(CASES.map((one) => ({ sessionSeconds: DUE_AT_ONCE, ...one })));
});
afterAll(() => mock.close());

function probe(cases: readonly Case[]): Promise<typeof seen> {
  const script = fileURLToPath(new URL('./faults-probe.cjs', import.meta.url));
  const client = {
    type: 'ram_role_arn',
    ...KEY,
    roleArn: ROLE_ARN,
    roleSessionName: 'faults',
    stsEndpoint: mock.httpsHost,
  };
  const env = {
    ...process.env,
    NODE_EXTRA_CA_CERTS: mock.caFile,
    PROBE: JSON.stringify({ admin: mock.httpUrl, client, cases }),
  };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [script], { env }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message}\n${stderr}`));
      else resolve(JSON.parse(stdout));
    });
  });
}

function saidBy({ got, error = '', used, leaks }: Seen): string {
  if (got === 'none') return errorText(error, leaks);
  const what = got === 'old' ? 'the old credential' : 'a new credential';
  if (used === undefined) return what;
  return used === 'accepted' ? `${what}, accepted` : `${what}, refused: ${used}`;
}

function errorText(error: string, leaks: boolean): string {
  const code = /"Code":"([\w.]+)"/.exec(error)?.[1];
  if (code !== undefined) return `\`${error.slice(0, error.indexOf(':', 7))}\`, code ${code}`;
  if (leaks) return `\`${error.slice(0, error.indexOf(': {'))}\` with the body, token and all`;
  if (error.endsWith('failed: ')) return `\`${error.slice(0, -2)}\` and nothing more`;
  const [known] = /^Error: read ECONNRESET|^RequestTimeoutError: ConnectTimeout/.exec(error) ?? [];
  return `\`${known ?? error}\``;
}

/** What the machine may add: two cores, with other tests on them. */
const SLOWNESS_MS = 2_000;

describe.each(CASES.map((one, i) => [nameOf(one), one, i] as const))('%s', (_name, one, i) => {
  it.each(['cold', 'warm'] as const)('%s', (state) => {
    const { ms, calls } = seen[i]![state];
    const { says, afterMs = 0 } = one[state];
    expect(saidBy(seen[i]![state])).toBe(says);
    expect(ms).toBeGreaterThan(afterMs - 20);
    expect(ms).toBeLessThan(afterMs + SLOWNESS_MS);
    // It never tries again by itself.
    const renews = state === 'cold' || one.sessionSeconds === undefined;
    expect(calls).toBe(renews ? 1 : 0);
  });
});

test('every fault is tried', () => {
  expect(new Set(CASES.map(({ fault }) => fault.kind))).toEqual(new Set(FAULT_NAMES));
});

const PAGE = fileURLToPath(new URL('../../docs/faults.md', import.meta.url));

test('docs/faults.md says the same', () => {
  const page = readFileSync(PAGE, 'utf8');
  const written = withTable(withTable(page, 'kinds', kindsTable()), 'official', officialTable());
  if (process.env.WRITE_FAULT_TABLE === '1') writeFileSync(PAGE, written);
  else expect(page).toBe(written);
});

function withTable(page: string, name: string, table: string): string {
  const [before, rest] = page.split(`<!-- ${name}: from test/e2e/faults.test.ts -->\n`);
  if (rest === undefined) throw new Error(`docs/faults.md has no place for ${name}`);
  const after = rest.slice(rest.indexOf(`<!-- end of ${name} -->`));
  return `${before}<!-- ${name}: from test/e2e/faults.test.ts -->\n${table}\n${after}`;
}

function kindsTable(): string {
  const rows = FAULT_NAMES.map((name) => {
    const { what, parameters, targets = [] } = faultKind(name);
    const taken = parameters.map(
      (parameter) => `\`${parameter.name}\`${parameter.required ? '' : ' (optional)'}`,
    );
    const others = targets.filter((target) => target !== 'sts').map((target) => `\`${target}\``);
    const reached = others.length === FAULT_TARGETS.length - 1 ? 'all' : others.join(', ');
    return `| \`${name}\` | ${what} | ${taken.join(', ')} | ${reached} |`;
  });
  return ['| fault | what it does | takes | other targets |', '|---|---|---|---|', ...rows].join(
    '\n',
  );
}

function officialTable(): string {
  const cell = ({ says, afterMs }: Did) =>
    afterMs === undefined ? says : `${says} after ${afterMs / 1_000} s`;
  const rows = CASES.map((one) => `| ${nameOf(one)} | ${cell(one.cold)} | ${cell(one.warm)} |`);
  return ['| fault | without a credential | with one |', '|---|---|---|', ...rows].join('\n');
}

function nameOf({ fault: { kind, ...parameters } }: Case): string {
  const texts = Object.entries(parameters).map(([key, value]) => `${key} ${value}`);
  return texts.length === 0 ? `\`${kind}\`` : `\`${kind}\`, ${texts.join(', ')}`;
}
