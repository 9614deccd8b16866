import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { HarnessError } from '../../../src/kernel/errors.ts';
import { derivedSeed } from '../../../src/kernel/rng.ts';
import { violations } from '../../../src/measure/invariants.ts';
import type { SubjectResult } from '../../../src/measure/result.ts';
import { resultSchema } from '../../../src/measure/result-schema.ts';
import { PRESETS } from '../../../src/models/presets.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { type Simulate, type Sketch, simulated, simulateText, sketched } from './simulated.ts';

const COLD_START: Sketch = {
  duration: '5m',
  hosts: 4,
  processesPerHost: 2,
  start: '{ mode: together, within: 20s }',
  load: '{ rate: 80/s }',
  quota: "{ perAccount: 'off' }",
};

/** Subjects of one sketch side by side, as the command line names them. */
async function sideBySide(sketch: Sketch, ...subjects: string[]): Promise<SubjectResult[]> {
  const { subjects: all } = await simulateText(sketched(sketch), { subjects });
  return [...all];
}

/** The sketch with a second app beside its own. */
function besideApp(sketch: Sketch, fields: Record<string, unknown> = {}): string {
  const file = parse(sketched(sketch));
  const other = { ...file.apps.app, ...fields };
  return JSON.stringify({ ...file, apps: { ...file.apps, other } });
}

/** AssumeRole calls by timeline bucket: a second each, since the whole is one window. */
const callsBySecond = ({ timeline }: SubjectResult) => timeline.map(({ assumeRole }) => assumeRole);

const CHANCY: Sketch = {
  ...COLD_START,
  duration: '40m',
  session: '15m',
  start: '{ mode: together, within: 1s }',
  load: '{ rate: 30/s }',
  service: '{ median: 20ms, p99: 300ms }',
  concurrency: 4,
  faults: ['{ kind: errors, at: 0s, for: 40m, share: 30%, code: InternalError }'],
  windows: ['{ name: refresh, at: 9m, for: 2m }'],
};

test.each<[how: string, options: Simulate]>([
  ['counted', {}],
  ['drawn', { countedMax: 0 }],
  ['simulated one by one', { skipsAhead: false }],
])('a further app changes no figure of the first one, requests being %s', async (_, options) => {
  const alone = await simulateText(sketched(CHANCY), options);
  const first = alone.subjects[0]!.apps.app!;
  expect(first.totals.requests.offered).toBeGreaterThan(60_000);
  expect(first.totals.assumeRole.failed).toBeGreaterThan(0);
  for (const hosts of [1, 7]) {
    const beside = await simulateText(besideApp(CHANCY, { hosts, user: 'other' }), options);
    const { apps } = beside.subjects[0]!;
    expect(apps.other!.totals.assumeRole.calls).toBeGreaterThan(0);
    expect(apps.app).toEqual(first);
  }
});

test('a further app that starts later changes no figure of the first one', async () => {
  const start = { mode: 'together', at: '20s', within: '1s' };
  const alone = await simulateText(sketched(CHANCY), { countedMax: 0 });
  const text = besideApp(CHANCY, { start, user: 'other' });
  const beside = await simulateText(text, { countedMax: 0 });
  expect(beside.subjects[0]!.apps.app!.totals).toEqual(alone.subjects[0]!.apps.app!.totals);
});

test('two subjects of one seed face the same requests and the same latencies of first calls', async () => {
  const [reference, joined] = await sideBySide(COLD_START, 'reference', 'preset:aws-js-v3');
  const { requests, assumeRole } = reference!.totals;
  expect(assumeRole.calls).toBe(8);
  expect(joined!.totals.assumeRole.calls).toBe(8);
  expect(joined!.totals.requests.offered).toBe(requests.offered);
  expect(joined!.timeline.map(({ offered }) => offered)).toEqual(
    reference!.timeline.map(({ offered }) => offered),
  );
  expect(joined!.histograms.assumeRole).toBe(reference!.histograms.assumeRole);
  expect(joined!.latency.assumeRole).toEqual(reference!.latency.assumeRole);
});

test('two subjects of one seed start at the same instants', async () => {
  // All three call STS when a process starts, and not again before the first request.
  const [reference, oss, terraform] = await sideBySide(
    { ...COLD_START, load: '{ steps: [{ at: 0s, rate: 0 }, { at: 4m, rate: 80/s }] }' },
    'reference',
    'preset:ali-oss',
    'preset:alicloud-terraform',
  );
  const starts = callsBySecond(reference!).slice(0, 20);
  expect(starts.reduce((sum, calls) => sum + calls, 0)).toBe(8);
  expect(Math.max(...starts)).toBeLessThan(8);
  expect(callsBySecond(oss!).slice(0, 20)).toEqual(starts);
  expect(callsBySecond(terraform!).slice(0, 20)).toEqual(starts);
});

test('the reference client calls when its process starts, others with the first request', async () => {
  const [reference, joined] = await sideBySide(
    {
      ...COLD_START,
      start: '{ mode: together, at: 10s, within: 0s }',
      load: '{ arrivals: even, steps: [{ at: 0s, rate: 0 }, { at: 30s, rate: 80/s }] }',
    },
    'reference',
    'preset:aws-js-v3',
  );
  const secondsOf = (subject: SubjectResult) =>
    callsBySecond(subject).flatMap((calls, second) => (calls > 0 ? [[second, calls]] : []));
  expect(secondsOf(reference!)).toEqual([[10, 8]]);
  expect(reference!.totals.stalls.requests).toBe(0);
  expect(secondsOf(joined!)).toEqual([[30, 8]]);
  expect(joined!.totals.stalls.requests).toBeGreaterThanOrEqual(8);
});

test('processes that share a client by host make one call a host', async () => {
  const own = await simulated(COLD_START);
  const shared = await simulated({ ...COLD_START, client: '{ subject: reference, share: host }' });
  expect(own.totals.assumeRole.calls).toBe(8);
  expect(shared.totals.assumeRole.calls).toBe(4);
  expect(shared.processes).toBe(8);
  expect(shared.totals.requests.offered).toBe(own.totals.requests.offered);
});

/** Every request of the last second asks at the first call, which takes so long. */
function askedAtTheEnd(startedAt: string, latency: string): Promise<SubjectResult> {
  return simulated({
    duration: '60s',
    hosts: 1,
    start: `{ mode: together, at: ${startedAt}, within: 0s }`,
    load: '{ arrivals: even, rate: 10/s }',
    latency: `{ median: ${latency}, p99: ${latency} }`,
  });
}

test('requests that wait at the end are answered when the answer comes within three seconds', async () => {
  const { totals, timeline } = await askedAtTheEnd('59s', '3900ms');
  expect(totals.requests).toEqual({
    offered: 10,
    completed: 10,
    failed: 0,
    inFlight: 0,
    notStarted: 0,
  });
  // The first arrival is due 50 ms after the start.
  expect(totals.stalls).toMatchObject({ requests: 10, longestSeconds: 3.85 });
  expect(timeline.at(-1)).toMatchObject({ at: 59, offered: 10, completed: 10 });
});

test('requests that wait longer than that after the end are in flight, and nothing else happens', async () => {
  const { totals, latency } = await askedAtTheEnd('59500ms', '3900ms');
  expect(totals.requests).toEqual({
    offered: 5,
    completed: 0,
    failed: 0,
    inFlight: 5,
    notStarted: 0,
  });
  expect(totals.assumeRole.calls).toBe(1);
  expect(latency.assumeRole.count).toBe(0);
});

test('requests that wait at the end may be told of a failure, too', async () => {
  const { totals } = await simulated({
    duration: '60s',
    hosts: 1,
    start: '{ mode: together, at: 59s, within: 0s }',
    load: '{ arrivals: even, rate: 10/s }',
    latency: '{ median: 2s, p99: 2s }',
    client: 'preset:aws-js-v3',
    faults: ['{ kind: errors, at: 0s, for: 60s, share: 100%, code: NoPermission }'],
  });
  expect(totals.requests).toMatchObject({ offered: 10, failed: 10, inFlight: 0 });
  expect(totals.assumeRole).toMatchObject({ calls: 1, failed: 1 });
});

/** Stops at the first look at progress, after 100,000 events. */
function stopping(): Required<Pick<Simulate, 'stop' | 'onProgress'>> {
  const stop = new AbortController();
  return { stop: stop.signal, onProgress: () => stop.abort() };
}

test('a simulation that is stopped gives the figures of what there was', async () => {
  const result = await simulateText(
    sketched({
      ...COLD_START,
      duration: '1h',
      hosts: 2,
      load: '{ arrivals: even, rate: 100/s }',
      windows: ['{ name: start, at: 0s, for: 10s }', '{ name: end, at: 59m, for: 1m }'],
    }),
    { subjects: ['reference', 'static-keys'], skipsAhead: false, ...stopping() },
  );
  expect(result.run).toMatchObject({ partial: true, scenarioSeconds: 3_600 });
  expect(result.subjects.map(({ name }) => name)).toEqual(['reference']);
  const { virtualSeconds } = result.run;
  const [subject] = result.subjects;
  const { partial, totals, windows, timeline, phases } = subject!;
  expect(partial).toBe(true);
  // Somewhat more than an event a request, and some 200,000 events in all.
  expect(virtualSeconds).toBeGreaterThan(1_800);
  expect(virtualSeconds).toBeLessThan(2_100);
  // Requests count from each process's start on, and the last one is within 20 s.
  expect(totals.requests.offered).toBeLessThanOrEqual(100 * virtualSeconds);
  expect(totals.requests.offered).toBeGreaterThan(100 * (virtualSeconds - 20));
  expect(windows.end).toMatchObject({ seconds: 0, totals: { requests: { offered: 0 } } });
  expect(windows.start!.seconds).toBe(10);
  const last = timeline.at(-1)!;
  expect(last.at + last.seconds).toBeCloseTo(virtualSeconds, 9);
  expect(phases.coldStart!.at + phases.coldStart!.seconds).toBeLessThanOrEqual(virtualSeconds);
  expect(violations(result)).toEqual([]);
});

test('what is skipped is cut where a simulation is stopped', async () => {
  // One app keeps the simulator busy; the other skips from its first credential on.
  const sketch: Sketch = {
    ...COLD_START,
    duration: '1h',
    hosts: 1,
    processesPerHost: 1,
    start: '{ mode: together, within: 0s }',
    load: '{ arrivals: even, rate: 200/s }',
    client: 'uncached',
  };
  const load = { arrivals: 'even', rate: '10/s' };
  const text = besideApp(sketch, { client: 'static-keys', load, user: 'other' });
  const result = await simulateText(text, stopping());
  expect(result.run.partial).toBe(true);
  const { virtualSeconds } = result.run;
  expect(virtualSeconds).toBeLessThan(3_000);
  const { offered } = result.subjects[0]!.apps.other!.totals.requests;
  expect(Math.abs(offered - 10 * virtualSeconds)).toBeLessThanOrEqual(1);
  expect(violations(result)).toEqual([]);
});

test('a seed that was stopped midway is left out of the replications', async () => {
  const stop = new AbortController();
  const result = await simulateText(sketched({ ...COLD_START, load: '{ rate: 800/s }' }), {
    skipsAhead: false,
    replications: 3,
    stop: stop.signal,
    onProgress: ({ replication }) => {
      if (replication === 1) stop.abort();
    },
  });
  const [subject] = result.subjects;
  expect(result.run.partial).toBe(true);
  expect(subject!.partial).toBe(false);
  expect(subject!.replications!.count).toBe(1);
});

/** An hour of an app without a cache; 2,000,000 requests are 555.6 a second. */
const UNCACHED: Sketch = {
  ...COLD_START,
  duration: '1h',
  start: '{ mode: together, within: 0s }',
  load: '{ arrivals: even, rate: 560/s }',
  client: 'uncached',
  windows: ['{ name: one, at: 10m, for: 3s }', '{ name: other, at: 40m, for: 2s }'],
};
const WINDOWS_ONLY =
  'every request is a call, too many to simulate one by one: its figures are of the windows alone.';

test('more than two million requests without a cache are simulated in windows only', async () => {
  const { fastForward, notes, totals, windows, timeline } = await simulated(UNCACHED);
  expect(fastForward).toEqual({ mode: 'jump', hops: 0, reason: 'it keeps nothing that ages' });
  expect(notes).toEqual([WINDOWS_ONLY]);
  expect(totals.requests.offered).toBe(560 * 5);
  expect(totals.assumeRole.calls).toBe(560 * 5);
  expect(windows.one!.totals.requests.offered).toBe(560 * 3);
  expect(windows.other!.totals.assumeRole.calls).toBe(560 * 2);
  expect(timeline.filter(({ gap }) => gap).every(({ offered }) => offered === 0)).toBe(true);
  // The same arrivals as of a client whose every request is counted.
  const keys = await simulated({ ...UNCACHED, client: 'static-keys' });
  expect(keys.totals.requests.offered).toBe(560 * 3_600);
  expect(keys.windows.one!.totals.requests.offered).toBe(560 * 3);
});

test('up to two million requests without a cache are all simulated', async () => {
  const barely = { ...UNCACHED, load: '{ arrivals: even, rate: 555/s }' };
  const { subjects } = await simulateText(sketched(barely), stopping());
  expect(subjects[0]!.fastForward.mode).toBe('none');
  expect(subjects[0]!.notes).toEqual([]);
  const few = await simulated({ ...UNCACHED, load: '{ arrivals: even, rate: 10/s }' });
  expect(few.totals.requests.offered).toBe(36_000);
  expect(few.totals.assumeRole.calls).toBe(36_000);
});

test('a client that caches is simulated outside windows however many requests there are', async () => {
  const { fastForward, totals } = await simulated({ ...UNCACHED, client: 'reference' });
  expect(fastForward.mode).toBe('none');
  expect(totals.requests.offered).toBe(560 * 3_600);
});

async function refusalOf(text: string, options: Simulate = {}): Promise<HarnessError> {
  const refused: unknown = await simulateText(text, options).catch((error: unknown) => error);
  if (refused instanceof HarnessError) return refused;
  throw new Error('it was not refused');
}

test.each([
  ['nobody', 'Allowed: reference, alibaba-sdk, uncached, static-keys, preset:<name>, preset:*, '],
  ['hosted:nobody', 'Allowed: reference, alibaba-sdk, uncached, '],
  ['preset:alicloud-jva', 'Did you mean preset:alicloud-java? Presets: alicloud-node, '],
  ['preset:', 'Presets: alicloud-node, '],
  ['preset:zzzzzzzzzzzz', 'Presets: alicloud-node, '],
])('%s is refused before anything is simulated, with what is allowed', async (name, hint) => {
  let simulations = 0;
  const { code, exitCode, message, ...refused } = await refusalOf(sketched(COLD_START), {
    subjects: ['reference', name],
    onReplication: () => {
      simulations += 1;
    },
  });
  expect({ code, exitCode, simulations }).toEqual({
    code: 'SUBJECT_UNKNOWN',
    exitCode: 2,
    simulations: 0,
  });
  expect(message).toContain(name.replace(/preset:|hosted:/, ''));
  expect(refused.hint!.startsWith(hint)).toBe(true);
});

test('options that the reference client does not know are refused', async () => {
  const client = '{ subject: reference, share: rack }';
  const { code, exitCode, problems } = await refusalOf(sketched({ ...COLD_START, client }));
  expect({ code, exitCode }).toEqual({ code: 'SUBJECT_INVALID', exitCode: 2 });
  expect(problems).toMatchObject([{ path: 'share', found: 'rack', allowed: 'process or host' }]);
});

test('`preset:*` stands for all presets, in their order', async () => {
  const subjects = await sideBySide(
    { ...COLD_START, duration: '20s', hosts: 1 },
    'static-keys',
    'preset:*',
  );
  expect(subjects.map(({ name }) => name)).toEqual([
    'static-keys',
    ...PRESETS.map(({ name }) => `preset:${name}`),
  ]);
});

test('a model beside a real client is refused', async () => {
  const real = { ...COLD_START, client: 'alibaba-sdk' };
  const text = besideApp(real, { client: 'preset:alicloud-go', user: 'other' });
  const { code, message } = await refusalOf(text);
  expect(code).toBe('SUBJECT_INVALID');
  expect(message).toContain('preset:alicloud-go beside alibaba-sdk');
});

test('a subject’s claims stand beside the most refreshes that one of its clients had at once', async () => {
  const [reference, sdk, uncached, keys] = await sideBySide(
    { ...COLD_START, latency: '{ median: 400ms, p99: 400ms }' },
    'reference',
    'preset:alicloud-node',
    'uncached',
    'static-keys',
  );
  expect(reference).toMatchObject({
    claims: { singleFlight: true, neverServesExpired: true },
    refreshesInFlightMax: 1,
  });
  expect(sdk!.claims).toEqual({ singleFlight: false, neverServesExpired: false });
  // 10 requests a second ask each process during the 400 ms of its first call.
  expect(sdk!.refreshesInFlightMax).toBeGreaterThan(2);
  expect(uncached!.refreshesInFlightMax).toBeGreaterThan(2);
  expect(keys!.refreshesInFlightMax).toBe(0);
  for (const subject of [uncached, keys]) expect(subject).not.toHaveProperty('claims');
});

test('clients as configured are one subject, which claims what all of them do', async () => {
  const beside = async (client: string) => {
    const text = besideApp(COLD_START, { client, user: 'other' });
    const [subject, ...others] = (await simulateText(text)).subjects;
    expect(others).toEqual([]);
    return subject!;
  };
  expect(await beside('preset:alicloud-go')).toMatchObject({
    name: 'as configured',
    claims: { singleFlight: false, neverServesExpired: true },
  });
  expect(await beside('uncached')).not.toHaveProperty('claims');
});

const FAULTY: Sketch = {
  seed: 11,
  duration: '45m',
  hosts: 3,
  processesPerHost: 2,
  session: '20m',
  start: '{ mode: rolling, over: 40s }',
  load: '{ curve: [[0s, 12/s], [20m, 30/s], [40m, 6/s]] }',
  service: '{ median: 30ms, p99: 400ms }',
  concurrency: 2,
  quota: '{ perAccount: 4/s, perRole: 3/s, limiter: { token-bucket: { burst: 5 } } }',
  faults: [
    '{ kind: errors, at: 0s, for: 30m, share: 25%, code: InternalError }',
    '{ kind: outage, at: 14m, for: 4m }',
    '{ kind: latency, at: 18m, for: 90s, add: 7s }',
    '{ kind: background, at: 25m, for: 20m, rate: 3/s }',
  ],
  windows: ['{ name: start, at: 0s, for: 2m }', '{ name: outage, at: 830s, for: 310s }'],
};

test.each(PRESETS.map(({ name }) => name))(
  '%s gives a whole document that does not contradict itself, whatever goes wrong',
  async (name) => {
    const subject = `preset:${name}`;
    const measured = await simulateText(sketched(FAULTY), { subjects: [subject] });
    const result = judge(measured, []);
    expect(resultSchema.parse(result)).toEqual(result);
    expect(violations(result)).toEqual([]);
    const { claims, totals, processes } = result.subjects[0]!;
    expect(claims).toEqual(PRESETS.find((preset) => preset.name === name)!.claims);
    expect(processes).toBe(6);
    expect(totals.requests.offered).toBeGreaterThan(45_000);
    expect(totals.assumeRole.failed + totals.assumeRole.throttled).toBeGreaterThan(0);
  },
);

test('the same simulation twice gives the same figures, and another seed gives others', async () => {
  const options: Simulate = { subjects: ['reference', 'preset:alicloud-node'], replications: 2 };
  const one = await simulateText(sketched(FAULTY), options);
  const again = await simulateText(sketched(FAULTY), options);
  const other = await simulateText(sketched(FAULTY), { ...options, seed: 12 });
  expect(again.subjects).toEqual(one.subjects);
  expect(other.subjects[0]!.totals).not.toEqual(one.subjects[0]!.totals);
});

describe('whoever looks at the subject under test on its way', () => {
  test('changes no figure, and sees calls and stalls grow to what they end in', async () => {
    const options: Simulate = { subjects: ['preset:alicloud-node', 'reference'] };
    const looks: { nowMs: number; calls: number; stalls: number; offered: number }[] = [];
    const { subjects } = await simulateText(sketched(FAULTY), {
      ...options,
      onLook: (nowMs, { totals }) => {
        const { assumeRole, stalls, requests } = totals;
        const { offered } = requests;
        looks.push({ nowMs, calls: assumeRole.calls, stalls: stalls.requests, offered });
      },
    });
    expect(subjects).toEqual((await simulateText(sketched(FAULTY), options)).subjects);
    expect(looks.length).toBeGreaterThan(90);
    const { assumeRole, stalls, requests } = subjects[0]!.totals;
    for (const [index, look] of looks.entries()) {
      const before = looks[index - 1] ?? { nowMs: 0, calls: 0, stalls: 0 };
      expect(look.nowMs).toBeGreaterThan(before.nowMs);
      expect(look.calls).toBeGreaterThanOrEqual(before.calls);
      expect(look.stalls).toBeGreaterThanOrEqual(before.stalls);
      expect(look.offered).toBeLessThanOrEqual(requests.offered);
    }
    expect(looks.at(-1)!.calls).toBeLessThanOrEqual(assumeRole.calls);
    expect(looks.at(-1)!.calls).toBeGreaterThan(assumeRole.calls * 0.9);
    expect(looks.at(-1)!.stalls).toBeLessThanOrEqual(stalls.requests);
  }, 60_000);

  test('may end it at that instant', async () => {
    const stop = new AbortController();
    const { run, subjects } = await simulateText(sketched(FAULTY), {
      stop: stop.signal,
      onLook: (_, { totals }) => {
        if (totals.assumeRole.calls > 0) stop.abort();
      },
    });
    expect(run.partial).toBe(true);
    expect(subjects[0]!.partial).toBe(true);
    expect(run.virtualSeconds).toBeCloseTo(run.scenarioSeconds / 100, 6);
  });
});

test('several seeds are the run’s own and others that derive from it, each by itself', async () => {
  const each: SubjectResult[] = [];
  const { subjects } = await simulateText(sketched(FAULTY), {
    replications: 3,
    onReplication: ({ subjectIndex, index, result }) => {
      expect([subjectIndex, index]).toEqual([0, each.length]);
      each.push(result);
    },
  });
  const { replications, ...figures } = subjects[0]!;
  const seeds = [11, derivedSeed(11, 1), derivedSeed(11, 2)];
  expect(replications).toMatchObject({ count: 3, seeds });
  expect(figures).toEqual(each[0]);
  expect(each[2]).toEqual(await simulated(FAULTY, { seed: seeds[2]! }));
  const calls = each.map(({ totals }) => totals.assumeRole.calls);
  expect(replications!.figures['totals.assumeRole.calls']).toMatchObject({
    min: Math.min(...calls),
    max: Math.max(...calls),
  });
});

test('a call that takes longer than its client allows times out, and STS has counted it', async () => {
  const slow: Sketch = {
    ...COLD_START,
    latency: '{ median: 1s, p99: 1s }',
    faults: ['{ kind: latency, at: 0s, for: 5m, add: 4500ms }'],
  };
  // 5.5 s: the reference client allows a call 5 s, this one 10 s.
  const [reference, java] = await sideBySide(slow, 'reference', 'preset:alicloud-java');
  expect(reference!.latency.assumeRole.maxMs).toBe(5_000);
  expect(reference!.totals.requests.completed).toBe(0);
  expect(reference!.errors.map(({ source, code }) => [source, code])).toEqual([
    ['request', 'Timeout'],
  ]);
  const { calls, succeeded } = reference!.totals.assumeRole;
  expect(calls).toBeGreaterThan(8);
  expect(succeeded).toBe(calls);
  expect(java!.latency.assumeRole.maxMs).toBe(5_500);
  expect(java!.errors).toEqual([]);
});

test('a run in virtual time says that it is one, and where its time came from', async () => {
  const { run } = await simulateText(sketched(COLD_START));
  expect(run).toMatchObject({
    engine: 'virtual',
    seed: 1,
    virtualSeconds: 300,
    scenarioSeconds: 300,
    partial: false,
    environment: { node: 'any', platform: 'any', workers: 0, pace: 'virtual' },
  });
  expect(run.assumptions).toContain(
    'Network and TLS take no time: a call takes what STS takes for it.',
  );
});
