/** Files of events: what is named when it cannot be read, and what is refused. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { JsonValues } from '../../src/trail/json-values.ts';
import { PLACES_MAX, readEvents, readTrail, TrailTally } from '../../src/trail/read-trail.ts';
import { temporaryFolder } from '../temporary.ts';
import { readBack, stsEvent, written } from './trail-files.ts';

const folder = temporaryFolder();

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function readFiles(...files: string[]) {
  const tally = new TrailTally();
  const events = [];
  for await (const some of readTrail(files, tally)) events.push(...some);
  return { events, tally };
}

const line = (changes = {}) => `${JSON.stringify({ ...written(stsEvent()), ...changes })}\n`;
const GOOD = line();

describe('what cannot be read is counted and named', () => {
  it.each<[what: string, text: string, lineNumber: number, reason: RegExp]>([
    ['text', `${GOOD}not json\n${GOOD}`, 2, /no JSON object/],
    ['a line cut short', `${GOOD}${GOOD.slice(0, 80)}\n${GOOD}`, 2, /does not end/],
    ['a file cut short', `${GOOD}${GOOD}${GOOD.slice(0, 80)}`, 3, /does not end/],
    ['braces that are no JSON', `${GOOD}{not: json}\n${GOOD}`, 2, /no JSON object/],
    ['an object that is no event', `${GOOD}{"a":1}\n${GOOD}`, 2, /no eventTime/],
    ['an instant that is none', `${GOOD}${line({ eventTime: 'today' })}${GOOD}`, 2, /no eventTime/],
    ['an envelope of nothing', `${GOOD}{"event":"x"}\n${GOOD}`, 2, /no JSON object/],
  ])('%s', async (_what, text, lineNumber, reason) => {
    const { events, tally } = await readBack(Buffer.from(text));
    expect(events).toEqual([stsEvent(), stsEvent()]);
    expect(tally.broken).toBe(1);
    expect(tally.places).toEqual([
      { file: 'trail.json', line: lineNumber, reason: expect.stringMatching(reason) },
    ]);
  });

  it('all of it counted, the first of it named', async () => {
    const { tally } = await readBack(Buffer.from(`${GOOD}${'x\n'.repeat(1_000)}`));
    expect([tally.broken, tally.places.length]).toEqual([1_000, PLACES_MAX]);
  });

  it('an object that is too long, without keeping it', () => {
    const broken: object[] = [];
    const values = new JsonValues({ valueBytesMax: 20, onBroken: (one) => broken.push(one) });
    const texts = ['{"a":1}', '{"b":"', 'x'.repeat(30), '"}{"c":3}'].flatMap((text) =>
      values.push(Buffer.from(text)),
    );
    values.end();
    expect(texts.map(({ text }) => text)).toEqual(['{"a":1}', '{"c":3}']);
    expect(broken).toEqual([{ line: 1, reason: 'an object of more than 20 bytes' }]);
  });

  it('gzip data that ends too early', async () => {
    const lines = Array.from({ length: 2_000 }, (_, index) =>
      line({ requestId: `${index}${Math.sin(index)}` }),
    );
    const whole = gzipSync(lines.join(''));
    const { events, tally } = await readBack(whole.subarray(0, whole.length - 2_000));
    expect(events.length).toBeGreaterThan(100);
    expect(events.length).toBeLessThan(2_000);
    expect(tally.places[0]?.reason).toMatch(/gzip data that is damaged or cut off/);
  });
});

describe('fields', () => {
  const read = async (changes: object) => (await readBack(Buffer.from(line(changes)))).events[0];

  it('have defaults where a sample leaves them out', async () => {
    const { accessKeyId: _, ...without } = stsEvent({ durationSeconds: 3_600, sessionName: '7' });
    expect(
      await read({
        userIdentity: { type: 'ram-user', userName: 'app' },
        recipientAccountId: '1000000000000001',
        acsRegion: undefined,
        requestParameters: {
          RoleArn: stsEvent().roleArn,
          RoleSessionName: 7,
          RegionId: 'cn-hangzhou',
        },
      }),
    ).toEqual(without);
  });

  it.each([
    [{ type: 'root-account', userName: '' }, 'root'],
    [{ type: 'assumed-role', userName: 'role-hub:a:b' }, 'role/role-hub'],
    [{ type: 'assumed-role', principalId: '300:a' }, 'role/300'],
    [{ type: 'oidc-provider', userName: 'pods' }, 'oidc-provider/pods'],
    [{ type: 'unknown' }, ''],
  ])('of %o tell who called', async (userIdentity, principal) => {
    expect((await read({ userIdentity }))?.principal).toBe(principal);
  });

  it('of other services are told apart', async () => {
    const { events, tally } = await readBack(Buffer.from(line({ serviceName: 'Ecs' })));
    expect([events.length, tally.otherEvents]).toEqual([0, 1]);
  });
});

describe('files', () => {
  it('are read one after the other, by what they hold and not by their name', async () => {
    const a = file('a.gz', GOOD);
    const b = file('b.log', gzipSync(`\uFEFF[${GOOD},${GOOD}]`));
    const { events } = await readFiles(a, b);
    expect(events).toHaveLength(3);
  });

  it.each<[what: string, files: () => string[], message: RegExp]>([
    ['that are not there', () => [join(folder, 'none')], /none: found no such file; allowed/],
    ['that are folders', () => [folder], /found EISDIR/],
    ['that are empty', () => [file('empty', '')], /empty: found nothing; allowed: ActionTrail/],
    [
      'without one event',
      () => [file('bad', 'x\ny\n')],
      /bad:1: found text.*\n.*bad:2: found text/,
    ],
  ])('%s are refused', async (_what, files, message) => {
    await expect(readFiles(...files())).rejects.toMatchObject({
      ...{ code: 'TRAIL_UNREADABLE', exitCode: 2 },
      message: expect.stringMatching(message),
    });
  });

  it.each([false, true])('are closed when their reader stops early, gzip: %s', async (gzip) => {
    let isClosed = false;
    const bytes = (async function* () {
      try {
        const plain = Buffer.from(GOOD.repeat(100));
        for (;;) yield gzip ? gzipSync(plain) : plain;
      } finally {
        isClosed = true;
      }
    })();
    for await (const events of readEvents('endless', bytes, new TrailTally())) {
      expect(events.length).toBeGreaterThan(0);
      break;
    }
    await expect.poll(() => isClosed).toBe(true);
  });

  it('of which one has an event are not', async () => {
    const { events, tally } = await readFiles(file('some', GOOD), file('nothing', 'x'));
    expect([events.length, tally.broken]).toEqual([1, 1]);
  });
});
