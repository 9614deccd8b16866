/** An import says the same of the same calls, in whatever order and files; and gives nobody away. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HarnessError } from '../../src/kernel/errors.ts';
import type { StsEvent } from '../../src/trail/event.ts';
import { importedTexts } from '../trail/imports.ts';
import { ownEvent, ROLE_ARN, stsEvent, written } from '../trail/trail-files.ts';

const T = stsEvent().atMs;

/** Clients that refresh every so often, and calls at random. */
const trail = fc
  .record({
    clients: fc.array(
      fc.record({
        start: fc.integer({ min: 0, max: 2_000 }),
        every: fc.integer({ min: 600, max: 3_000 }),
        name: fc.constantFrom('a', 'b', 'c', 'd'),
        sourceIp: fc.constantFrom('10.0.0.1', '10.0.0.2'),
        roleArn: fc.constantFrom(ROLE_ARN, `${ROLE_ARN}-2`),
      }),
      { maxLength: 8 },
    ),
    others: fc.array(
      fc.record({
        second: fc.integer({ min: 0, max: 20_000 }),
        errorCode: fc.constantFrom(undefined, 'Throttling.User', 'NoPermission'),
        region: fc.constantFrom('cn-hangzhou', 'cn-beijing'),
        principal: fc.constantFrom('somebody', 'another', 'a third'),
      }),
      { maxLength: 40 },
    ),
  })
  .map(({ clients, others }) => [
    ...clients.flatMap(({ start, every, name, sourceIp, roleArn }) =>
      Array.from({ length: Math.ceil((20_000 - start) / every) }, (_, i) =>
        ownEvent({
          atMs: T + 1_000 * (start + i * every),
          ...{ sessionName: `session-of-${name}`, sourceIp, roleArn },
        }),
      ),
    ),
    ...others.map(({ second, errorCode, region, principal }) =>
      ownEvent({
        ...{ atMs: T + 1_000 * second, region, principal },
        ...(errorCode === undefined ? {} : { errorCode }),
      }),
    ),
  ]);

/** A seed of an order, and where the files are cut. */
const disorder = fc.record({
  order: fc.array(fc.nat(), { minLength: 400, maxLength: 400 }),
  cut: fc.double({ min: 0, max: 1, noNaN: true }),
  copies: fc.array(fc.nat(), { maxLength: 20 }),
});

const linesOf = (events: readonly StsEvent[]) =>
  events.map((event) => `${JSON.stringify(written(event))}\n`).join('');

async function outcome(texts: readonly string[]) {
  try {
    const { document, scenarioText } = await importedTexts(texts);
    return { quota: document.quota, scenarioText, broken: document.broken.count };
  } catch (error) {
    if (error instanceof HarnessError && error.code === 'TRAIL_WITHOUT_CALLERS') return error.code;
    throw error;
  }
}

it('does not depend on order, files, copies, or lines that cannot be read', async () => {
  await fc.assert(
    fc.asyncProperty(trail, disorder, async (events, { order, cut, copies }) => {
      fc.pre(events.length > 0 && events.length <= order.length);
      const mixed = events
        .map((event, i) => ({ event, place: order[i]! }))
        .sort((a, b) => a.place - b.place)
        .map(({ event }) => event);
      const twice = copies.map((copy) => mixed[copy % mixed.length]!);
      const at = Math.floor(cut * mixed.length);
      const first = `${linesOf(mixed.slice(0, at))}{"eventTime": "2026-\n`;
      const second = `${linesOf([...twice, ...mixed.slice(at)])}no JSON\n`;
      const plain = await outcome([linesOf(events)]);
      const other = await outcome([first, second]);
      if (typeof plain === 'string') expect(other).toBe(plain);
      else expect(other).toEqual({ ...plain, broken: 2 });
    }),
    { numRuns: 60 },
  );
});

const odd = fc.string({ unit: fc.constantFrom('x', '\n', '"', "'", '#', ':', '{', '\u2028', 'é') });

it('makes a scenario that is valid whatever names there are, or says why not', async () => {
  const names = fc.record({ principal: odd, userAgent: odd, sessionName: odd, sourceIp: odd });
  const durationSeconds = fc.oneof(
    fc.integer({ min: 0, max: 100_000 }),
    fc.constantFrom(900, 3_600, 43_200),
  );
  await fc.assert(
    fc.asyncProperty(trail, names, durationSeconds, async (events, given, duration) => {
      fc.pre(events.length > 0);
      const renamed = events.map((event) => ({ ...event, ...given, durationSeconds: duration }));
      const told = await outcome([linesOf(renamed)]);
      if (typeof told !== 'string') expect(told.scenarioText).toContain('\nthresholds:\n');
    }),
    { numRuns: 60 },
  );
});

it('tells no name, address, session, key or secret', async () => {
  const secrets = [
    'jane.doe',
    '198.51.100.23',
    'session-of-jane',
    'LTAI5tJaneJaneJane',
    'S3cr3tKey',
  ];
  const [principal = '', sourceIp = '', sessionName = '', accessKeyId = ''] = secrets;
  const lines = Array.from({ length: 20 }, (_, i) => {
    const names = { principal, sourceIp, sessionName, accessKeyId };
    const event = written(ownEvent({ atMs: T + 2_700_000 * i, ...names }));
    const Credentials = { AccessKeyId: 'STS.NUJaneJane', AccessKeySecret: 'S3cr3tKey' };
    return JSON.stringify({ ...event, responseElements: { Credentials } });
  });
  const { document, scenarioText } = await importedTexts([lines.join('\n')]);
  const all = `${JSON.stringify(document)}${scenarioText}`;
  expect(all).toContain('user-');
  expect([...secrets, 'STS.NUJaneJane'].filter((secret) => all.includes(secret))).toEqual([]);
  const kept = await importedTexts([lines.join('\n')], { pseudonym: (_, name) => name });
  expect(kept.scenarioText).toContain('user: "jane.doe"');
  expect(kept.scenarioText).not.toContain('S3cr3tKey');
});
