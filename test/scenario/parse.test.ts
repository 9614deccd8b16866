import { describe, expect, test } from 'vitest';
import { HarnessError, type Problem } from '../../src/kernel/errors.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { app, file, scenarioWith } from './example.ts';

function problemsIn(text: string): readonly Problem[] {
  try {
    parseScenario(text, 'bad.yaml');
  } catch (error) {
    if (error instanceof HarnessError) {
      expect(error).toMatchObject({ code: 'SCENARIO_INVALID', exitCode: 2 });
      return error.problems;
    }
    throw error;
  }
  return [];
}

/** Problems of the example with keys laid over it, as `path: allowed`. */
function problemsWith(top: Record<string, unknown>, fields: Record<string, unknown> = {}) {
  const apps = { a: { ...app, ...fields } };
  const problems = problemsIn(JSON.stringify({ ...file, apps, ...top }));
  return problems.map((problem) => `${problem.path}: ${problem.allowed}`);
}

const bad = `# A bad file
seed: 1
seed: 2
duration: 60
caller: { account: 1000000000000001, region: cn-shanghai }
apps:
  checkout:
    rol:
      arn: x
    hosts: 4
    load:
      curve: [[0s, 100/s], [1h, 20k]]
      arivals: even
windows:
  - { name: one, at: 10s, for: 10s }
  - { name: two, at: 15s, for: 5s }
faults:
  - { kind: outrage, at: 0s, for: 1s }
thresholds:
  - stalls
compare: [uncashed]
`;

test('every problem of a file comes at once, with its place, what was found and what is allowed', () => {
  expect(() => parseScenario(bad, 'bad.yaml')).toThrowErrorMatchingInlineSnapshot(`
    [HarnessError: 11 problems in the input:
      bad.yaml:3: found key seed a second time; allowed: every key once
      bad.yaml:4 at duration: found 60; allowed: a duration with its unit, above zero and at most 31d, such as 24h
      bad.yaml:5 at caller.account: found 1000000000000001; allowed: an account id in quotes: 5 to 20 digits
      bad.yaml:7 at apps.checkout.role: found nothing; allowed: role, here or under defaults
      bad.yaml:8 at apps.checkout.rol: found key "rol"; allowed: one of: user, identity, via, role, sessionDuration, hosts, processesPerHost, start, client, load, work (did you mean role?)
      bad.yaml:12 at apps.checkout.load.curve[1][1]: found "20k"; allowed: a rate with its unit, such as 100/s, 20k/s or 90/m, at most 1G/s
      bad.yaml:13 at apps.checkout.load.arivals: found key "arivals"; allowed: one of: arrivals, rate, curve, steps, population, bySecond, spikes (did you mean arrivals?)
      bad.yaml:16 at windows[1].at: found "15s"; allowed: an instant after the window before it, from 20 s
      bad.yaml:18 at faults[0].kind: found "outrage"; allowed: one of: outage, errors, internal-error, service-unavailable, throttling-user, throttling-api, throttling, too-many-requests, redirect-empty, latency, connection-reset, hang, slow-body, truncated-json, malformed-json, missing-expiration, expired-credential, clock-skew, early-revocation, access-key-disabled, succeed-then-fail, background, key-rotation (did you mean outage?)
      bad.yaml:20 at thresholds[0]: found "stalls"; allowed: <path> <comparison> <value>, such as totals.stalls.requests == 0, or a mapping with the keys error, warn, abort
      bad.yaml:21 at compare[0]: found "uncashed"; allowed: one of: reference, alibaba-sdk, uncached, static-keys, module:<path>, preset:<name>, hosted:<name> (did you mean uncached?)]
  `);
});

test('text that is no YAML is reported with its line, and nothing is guessed from it', () => {
  const problems = problemsIn('seed: 1\napps: {a: [}\nwindows: 7\n');
  expect(problems.length).toBeGreaterThan(0);
  expect(problems.every(({ found, line }) => found.startsWith('malformed') && line === 2)).toBe(
    true,
  );
});

test('a file that holds no mapping is one problem', () => {
  expect(problemsIn('')).toHaveLength(1);
  expect(problemsIn('- seed')).toHaveLength(1);
});

const WORK = 'apps.a.work.resource';

test('what a request works is time of its own, or a call to a service', () => {
  const workOf = (work: unknown) => scenarioWith({}, { work }).apps[0]!.work;
  const service = { medianMs: 5, p99Ms: 50 };
  const GetObject = { product: 'oss', action: 'GetObject' };
  expect(scenarioWith().apps[0]!.work).toEqual({ resource: undefined, service, concurrency: 64 });
  expect(workOf('resource')).toEqual({ resource: GetObject, service, concurrency: 64 });
  expect(workOf({ concurrency: 3 })).toEqual({ resource: undefined, service, concurrency: 3 });
  expect(workOf({ resource: 'ecs:RunInstances', service: { median: '1s', p99: '2s' } })).toEqual({
    resource: { product: 'ecs', action: 'RunInstances' },
    service: { medianMs: 1_000, p99Ms: 2_000 },
    concurrency: 64,
  });
});

test('an action that is not there is told with those that are', () => {
  const [problem] = problemsWith({}, { work: { resource: 'oss:GetBall' } });
  expect(problem).toMatch(
    /^apps\.a\.work\.resource: an action of OSS \(oss:GetObject, oss:PutObject/,
  );
  expect(problem).toMatch(/any of ecs, rds, slb, .*such as ecs:DescribeInstances$/);
});

describe('refuses', () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>, string]>([
    ['a window past the end', { windows: [{ name: 'w', at: '59m', for: '2m' }] }, {}, 'windows[0]'],
    [
      'two windows of one name',
      { windows: ['0s', '5s'].map((at) => ({ name: 'w', at, for: '1s' })) },
      {},
      'windows[1].name',
    ],
    [
      'a fault past the end',
      { faults: [{ kind: 'outage', at: '1h', for: '1s' }] },
      {},
      'faults[0]',
    ],
    [
      'background calls on a role that no app has',
      {
        faults: [
          { kind: 'background', at: 0, for: '1s', rate: '1/s', role: 'acs:ram::12345:role/x' },
        ],
      },
      {},
      'faults[0].role',
    ],
    [
      'recorded calls beside a rate',
      { faults: [{ kind: 'background', at: 0, for: '3s', rate: '1/s', bySecond: '1' }] },
      {},
      'faults[0].rate',
    ],
    [
      'more seconds of recorded calls than the fault has',
      { faults: [{ kind: 'background', at: 0, for: '3s', bySecond: '1 3*0' }] },
      {},
      'faults[0].bySecond',
    ],
    [
      'recorded calls that are no series',
      { faults: [{ kind: 'background', at: 0, for: '3s', bySecond: '1, 2' }] },
      {},
      'faults[0].bySecond',
    ],
    [
      'recorded requests by chance',
      {},
      { load: { bySecond: '1 2', arrivals: 'poisson' } },
      'apps.a.load.arrivals',
    ],
    [
      'spikes on recorded requests',
      {},
      { load: { bySecond: '1 2', spikes: [{ at: 0, for: '1s', factor: 2 }] } },
      'apps.a.load.spikes',
    ],
    [
      'recorded requests beside a rate',
      {},
      { load: { bySecond: '1', rate: '1/s' } },
      'apps.a.load',
    ],
    [
      'recorded requests that are no series',
      {},
      { load: { bySecond: '1;2' } },
      'apps.a.load.bySecond',
    ],
    ['a quota of half a call', { sts: { quota: { perRole: '30/m' } } }, {}, 'sts.quota.perRole'],
    [
      'a limiter without its burst',
      { sts: { quota: { limiter: { 'token-bucket': {} } } } },
      {},
      'sts.quota.limiter.token-bucket.burst',
    ],
    [
      'a p99 below the median',
      { sts: { latency: { median: '9ms', p99: '8ms' } } },
      {},
      'sts.latency.p99',
    ],
    ['the subject under test beside itself', { compare: ['reference'] }, {}, 'compare[0]'],
    ['a subject twice', { compare: ['uncached', 'uncached'] }, {}, 'compare[1]'],
    [
      'an account as a number',
      { caller: { account: 1e15, region: 'cn-shanghai' } },
      {},
      'caller.account',
    ],
    ['no app', { apps: {} }, {}, 'apps'],
    ['an action of OSS that it does not have', {}, { work: { resource: 'oss:GetBall' } }, WORK],
    ['an action of nobody', {}, { work: { resource: 'GetObject' } }, WORK],
    ['an action of a service that answers with secrets', {}, { work: { resource: 'kms:X' } }, WORK],
    ['another word for work', {}, { work: 'resources' }, 'apps.a.work'],
    [
      'one action of one role in two times',
      {
        apps: {
          a: { ...app, work: 'resource' },
          b: {
            ...app,
            work: { resource: 'oss:GetObject', service: { median: '9ms', p99: '9ms' } },
          },
        },
      },
      {},
      'apps.b.work',
    ],
    ['an app name that is no path segment', { apps: { 'A/b': app } }, {}, 'apps.A/b'],
    ['a session below 900 s', {}, { sessionDuration: '899s' }, 'apps.a.sessionDuration'],
    [
      "a session above the role's maximum",
      {},
      { sessionDuration: '61m' },
      'apps.a.sessionDuration',
    ],
    ['a session of half seconds', {}, { sessionDuration: '900.5s' }, 'apps.a.sessionDuration'],
    [
      'a maximum above 12 h',
      {},
      { role: { arn: 'acs:ram::12345:role/x', maxSessionDuration: '13h' } },
      'apps.a.role.maxSessionDuration',
    ],
    ['an ARN of another form', {}, { role: { arn: 'arn:aws:iam::1:role/x' } }, 'apps.a.role.arn'],
    [
      'bursts that do not add up',
      {},
      { start: { mode: 'bursts', bursts: [{ at: 0, hosts: 1 }] } },
      'apps.a.start.bursts',
    ],
    ['a start past the end', {}, { start: { mode: 'rolling', over: '2h' } }, 'apps.a.start'],
    ['more processes than can be planned', {}, { hosts: 20_000, processesPerHost: 6 }, 'apps'],
    [
      'a curve that runs backwards',
      {},
      {
        load: {
          curve: [
            ['2s', '1/s'],
            ['1s', '1/s'],
          ],
        },
      },
      'apps.a.load.curve[1]',
    ],
    [
      'steps that start late',
      {},
      { load: { steps: [{ at: '1s', rate: '1/s' }] } },
      'apps.a.load.steps[0].at',
    ],
    ['two ways to a curve', {}, { load: { rate: '1/s', curve: [['0s', '1/s']] } }, 'apps.a.load'],
    ['no way to a curve', {}, { load: { arrivals: 'even' } }, 'apps.a.load'],
    [
      'a spike that multiplies and adds',
      {},
      { load: { rate: '1/s', spikes: [{ at: 0, for: '1s', factor: 2, add: '1/s' }] } },
      'apps.a.load.spikes[0]',
    ],
    ['a bare number where a unit is needed', {}, { load: { rate: 600 } }, 'apps.a.load.rate'],
    ['an unknown client', {}, { client: { subject: 'refrence' } }, 'apps.a.client.subject'],
    ['an unknown preset', {}, { client: 'preset:alicloud-jva' }, 'apps.a.client'],
    ['a preset without a name', {}, { client: 'preset:' }, 'apps.a.client'],
    ['an unknown hosted client', {}, { client: 'hosted:nobody' }, 'apps.a.client'],
    ['an unknown preset to compare', { compare: ['preset:nobody'] }, {}, 'compare[0]'],
    ['all presets at once', { compare: ['preset:*'] }, {}, 'compare[0]'],
  ])('%s', (_, top, fields, path) => {
    const problems = problemsWith(top, fields);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(`${path}: `);
  });

  test('one role with two sets of terms', () => {
    const other = { ...app, role: { ...(app.role as object), maxSessionDuration: '2h' } };
    expect(problemsWith({ apps: { a: app, b: other } })).toEqual([
      'apps.b.role: the same role as app a has under this ARN',
    ]);
  });
});

test('a peak hour of less than the mean hour is refused, whatever else the population says', () => {
  const population = {
    users: '1k',
    dailyActive: 1,
    requestsPerUserAndDay: 1,
    peakHourShare: '4%',
    peakHour: 25,
  };
  const paths = problemsWith({}, { load: { population } }).map((text) => text.split(':')[0]);
  expect(paths).toEqual([
    'apps.a.load.population.peakHourShare',
    'apps.a.load.population.peakHour',
  ]);
});

test('what an app leaves out comes from defaults, and a problem with it is placed there once', () => {
  const { role, ...rest } = app;
  const apps = { a: { role }, b: { role: { arn: 'acs:ram::12345:role/b' } } };
  const scenario = parseScenario(JSON.stringify({ ...file, apps, defaults: rest }), 'x.yaml');
  expect(scenario.apps.map(({ hosts }) => hosts)).toEqual([2, 2]);
  const start = { mode: 'rolling', over: '2h' };
  expect(problemsWith({ apps, defaults: { ...rest, start } })).toEqual([
    'defaults.start: an end within the duration of 60 min',
  ]);
});

test('every default is filled in', () => {
  const scenario = scenarioWith();
  expect(scenario).toMatchObject({
    name: 'example',
    windows: [{ name: 'whole', atMs: 0, forMs: 3_600_000 }],
    thresholds: [],
    compare: [],
    faults: [],
    sts: {
      quotaPerAccount: 100,
      quotaPerRole: undefined,
      limiter: { algorithm: 'fixed-window' },
    },
  });
  expect(scenario.apps[0]).toMatchObject({
    user: 'a',
    sessionDurationMs: 3_600_000,
    client: { subject: 'reference', options: {} },
    start: { mode: 'together', atMs: 0, withinMs: 1_000 },
  });
});

test('a client can carry options, and a quota can be off', () => {
  const client = { subject: 'module:./mine.js', scope: 'host' };
  const quota = {
    perAccount: 'off',
    perRole: '80/s',
    limiter: { 'token-bucket': { burst: '1k' } },
  };
  const scenario = scenarioWith({ sts: { quota } }, { client });
  expect(scenario.apps[0]!.client).toEqual({
    subject: 'module:./mine.js',
    options: { scope: 'host' },
  });
  expect(scenario.sts).toMatchObject({
    quotaPerAccount: undefined,
    quotaPerRole: 80,
    limiter: { algorithm: 'token-bucket', burst: 1_000 },
  });
});

test('a client can be a preset, and so can what stands beside it', () => {
  const compare = ['reference', 'preset:aws-go-v2', 'preset:ali-oss'];
  const scenario = scenarioWith({ compare }, { client: 'preset:alicloud-java' });
  expect(scenario.apps[0]!.client).toEqual({ subject: 'preset:alicloud-java', options: {} });
  expect(scenario.compare).toEqual(compare);
});

test('a scenario is frozen to its leaves', () => {
  const scenario = scenarioWith();
  expect(Object.isFrozen(scenario.apps[0]!.load.curve[0])).toBe(true);
});

test('the hash is of the meaning: not of comments, order or spelling', () => {
  const { hash } = scenarioWith();
  const respelled = { ...Object.fromEntries(Object.entries(file).reverse()), duration: '60m' };
  expect(parseScenario(`# Other words\n${JSON.stringify(respelled)}`, 'y.yaml').hash).toBe(hash);
  expect(scenarioWith({ seed: 8 }).hash).not.toBe(hash);
});

test('the hash is of what the figures come from: what is asked of them is no part of it', () => {
  const { hash } = scenarioWith();
  expect(scenarioWith({ thresholds: ['stalls.requests == 0'] }).hash).toBe(hash);
  expect(scenarioWith({ compare: ['uncached'] }).hash).toBe(hash);
});

describe('a threshold', () => {
  test('is an error, or a warning, and may abort; with the line on which it stands', () => {
    const text = `${JSON.stringify(file).slice(0, -1)},
"thresholds": [
  "stalls.requests == 0",
  {"warn": "assumeRole.calls < 9"},

  {"error": "assumeRole.calls < 12", "abort": {"after": "10s"}}
]}`;
    expect(parseScenario(text, 'x.yaml').thresholds).toEqual([
      { expression: 'stalls.requests == 0', level: 'error', abortAfterMs: undefined, line: 3 },
      { expression: 'assumeRole.calls < 9', level: 'warn', abortAfterMs: undefined, line: 4 },
      { expression: 'assumeRole.calls < 12', level: 'error', abortAfterMs: 10_000, line: 6 },
    ]);
  });

  test.each<[unknown, string, string]>([
    [{}, 'thresholds[0]', 'either error or warn'],
    [{ error: 'a == 1', warn: 'a == 1' }, 'thresholds[0]', 'either error or warn'],
    [{ warn: 'a == 1', abort: { after: '1s' } }, 'thresholds[0].abort', 'abort with error only'],
    [{ warm: 'a == 1' }, 'thresholds[0].warm', 'did you mean warn?'],
    [{ error: 'a' }, 'thresholds[0].error', '<path> <comparison> <value>'],
    [{ error: 'a == 1', abort: {} }, 'thresholds[0].abort.after', 'a duration'],
    [{ error: 'a == 1', abort: '10s' }, 'thresholds[0].abort', 'a mapping with the keys after'],
  ])('%j is refused', (threshold, path, allowed) => {
    const problems = problemsWith({ thresholds: [threshold] });
    expect(problems[0]).toContain(`${path}: `);
    expect(problems[0]).toContain(allowed);
  });
});

test('the question is the first comment, without the line for editors', () => {
  const at = (head: string) => parseScenario(`${head}\n${JSON.stringify(file)}`, 'q.yaml').question;
  const modeline = '# yaml-language-server: $schema=../schema/scenario.json';
  expect(at(`# Does it\n# hold?\n${modeline}\n# More.`)).toBe('Does it hold?');
  expect(at(`${modeline}\n# Does it hold?\n#\n# More.`)).toBe('Does it hold?');
  expect(at('')).toBe('');
});

test('spikes multiply and add on the curve below, with steep edges', () => {
  const spikes = [
    { at: '10s', for: '10s', factor: 3 },
    { at: '15s', for: '10s', add: '50/s' },
  ];
  const { curve } = scenarioWith({}, { load: { rate: '100/s', spikes } }).apps[0]!.load;
  expect(curve.map(({ atMs, ratePerSecond }) => [atMs / 1_000, ratePerSecond])).toEqual([
    [0, 100],
    [10, 100],
    [10, 300],
    [15, 300],
    [15, 350],
    [20, 350],
    [20, 150],
    [25, 150],
    [25, 100],
  ]);
});

test('aliases that multiply without end are a problem, not a full memory', () => {
  const levels = Array.from(
    { length: 12 },
    (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`)}]`,
  );
  const problems = problemsIn(['l0: &l0 [x]', ...levels].join('\n'));
  expect(problems).toHaveLength(1);
  expect(problems[0]!.found).toMatch(/alias/i);
});
