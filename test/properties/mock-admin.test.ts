/**
 * Whatever the admin API is asked, it answers in its own words: no 5xx, no crash, and STS goes on.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readFault } from '../../mock-sts/core/fault-form.ts';
import { FAULT_NAMES, faultKind } from '../../mock-sts/core/fault-kinds.ts';
import { StsCore } from '../../mock-sts/core/service.ts';
import { askV1, landing, NOW_MS } from '../mock-sts/landing.ts';
import { inject, observed } from '../mock-sts/server/observed.ts';

const quantity = fc.oneof(
  fc.constantFrom(
    '10s',
    '30%',
    '0',
    '1h',
    '100/s',
    '20',
    'InternalError',
    'app',
    '',
    '-1s',
    '1e9d',
  ),
  fc.string({ maxLength: 80 }),
  fc.double(),
  fc.jsonValue({ maxDepth: 1 }),
);
/** Mostly of the right keys, so that the fuzz gets beyond the first check. */
const fault = fc.constantFrom(...FAULT_NAMES).chain((kind) =>
  fc.record(
    {
      kind: fc.constant(kind),
      after: quantity,
      for: quantity,
      ...Object.fromEntries(faultKind(kind).parameters.map(({ name }) => [name, quantity])),
    },
    { requiredKeys: ['kind'] },
  ),
);

it('a fault is read or refused with a text, and one that was read can strike', () => {
  fc.assert(
    fc.property(fc.oneof(fault, fc.jsonValue()), fc.nat(100_000), (value, laterMs) => {
      const read = readFault(value, NOW_MS);
      if (read.kind === 'problem') {
        expect(read.problem).toMatch(/^.+: found .+; allowed: .+/s);
        expect(read.problem.length).toBeLessThan(700);
        return;
      }
      const { fromMs, toMs } = read.fault;
      expect(Number.isFinite(fromMs) && fromMs >= NOW_MS && toMs > fromMs).toBe(true);
      const core = new StsCore(landing());
      core.changeFaults(NOW_MS, (faults) => faults.add(read.fault, read.name));
      const nowMs = NOW_MS + laterMs;
      const { status, latencyMs } = core.handle(askV1({ nowMs }));
      expect([0, 200, 302, 400, 429, 500, 503].includes(status)).toBe(true);
      expect(latencyMs).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 20_000 },
  );
});

const body = fc.oneof(
  fault.map((value) => JSON.stringify(value)),
  fc.json(),
  fc.string({ maxLength: 200 }),
  fc.record({ ms: fc.oneof(fc.double(), fc.jsonValue()) }).map((value) => JSON.stringify(value)),
  fc.constant('{"__proto__":{"kind":"hang"}}'),
  fc.constant('x'.repeat(20_000)),
);
const path = fc.oneof(
  fc.constantFrom(
    'faults',
    'faults/fault-1',
    'faults/%00',
    'clock',
    'clock/advance',
    'clock/freeze',
  ),
  fc.constantFrom('clock/resume', 'state', 'metrics', 'reset', 'journal', 'counters', 'health'),
  fc.webPath(),
  fc
    .tuple(fc.constantFrom('journal', 'actiontrail'), fc.string({ maxLength: 40 }))
    .map(([page, limit]) => `${page}?limit=${encodeURIComponent(limit)}`),
);
const method = fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'PATCH' as const);
const contentType = fc.constantFrom('application/json', 'text/plain', 'multipart/form-data');

it('no request to it makes an error of the server, and STS still answers', async () => {
  const { app } = observed();
  await fc.assert(
    fc.asyncProperty(method, path, body, contentType, async (verb, page, payload, type) => {
      const headers = { 'content-type': type };
      const url = `/_mock/${page}`.replace(/^\/_mock\/\//, '/_mock/');
      const answer = await app.inject({
        method: verb as 'POST',
        url,
        ...(verb === 'GET' ? {} : { payload, headers }),
      });
      expect(answer.statusCode).toBeLessThan(500);
    }),
    { numRuns: 3_000 },
  );
  await app.inject({ method: 'DELETE', url: '/_mock/faults' });
  await app.inject({ method: 'POST', url: '/_mock/clock/resume' });
  const { now } = (await app.inject('/_mock/clock')).json();
  const answer = await inject(app, askV1({ nowMs: Date.parse(now) }));
  expect(answer.statusCode).toBe(200);
});
