/** Whatever the casing, envelope, layout and chunks of a trail, the same events come out. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JsonValues } from '../../src/trail/json-values.ts';
import {
  CASINGS,
  ENVELOPES,
  fileOf,
  LAYOUTS,
  ROLE_ARN,
  readBack,
  stsEvent,
} from '../trail/trail-files.ts';

const text = fc.string({
  unit: fc.constantFrom('a', '{', '}', '[', ']', '"', '\\', '\n', 'é', '🙂'),
});
const event = fc
  .record({
    second: fc.integer({ min: 0, max: 4_000_000_000 }),
    action: fc.constantFrom('AssumeRole', 'AssumeRoleWithOIDC', 'AssumeRoleWithSAML'),
    principal: fc.constantFrom('app', 'role/role-hub'),
    roleArn: fc.constantFrom(ROLE_ARN, 'acs:ram::1000000000000102:role/other'),
    sessionName: text,
    durationSeconds: fc.integer({ min: 900, max: 43_200 }),
    userAgent: text,
    errorCode: fc.constantFrom(undefined, 'NoPermission', 'Throttling.User'),
  })
  .map(({ second, errorCode, ...rest }) =>
    stsEvent({
      ...rest,
      atMs: second * 1_000,
      ...(errorCode === undefined ? {} : { errorCode }),
    }),
  );
const style = fc.record({
  casing: fc.constantFrom(...CASINGS),
  envelope: fc.constantFrom(...ENVELOPES),
  layout: fc.constantFrom(...LAYOUTS),
  gzip: fc.boolean(),
  lineEnd: fc.constantFrom('\n', '\r\n'),
});
const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 4 });

it('reads what was written', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 6 }),
      style,
      sizes,
      async (events, as, chunks) => {
        const { events: read, tally } = await readBack(fileOf(events, as), chunks);
        expect(read).toEqual(events);
        expect([tally.broken, tally.stsEvents]).toEqual([0, events.length]);
      },
    ),
    { numRuns: 300 },
  );
});

it('loses the lines that are cut short, and no other', async () => {
  const lines = fc.array(
    fc.tuple(event, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()),
    {
      maxLength: 8,
    },
  );
  await fc.assert(
    fc.asyncProperty(lines, sizes, async (events, chunks) => {
      const texts = events.map(([one, share, isCut]) => {
        const line = Buffer.from(
          fileOf([one], {
            casing: 'eventTime',
            envelope: 'none',
            layout: 'lines',
            gzip: false,
            lineEnd: '\n',
          }),
        );
        // From behind the first brace to before the last: an object that does not end.
        const end = 1 + Math.floor(share * (line.length - 3));
        return isCut ? Buffer.concat([line.subarray(0, end), Buffer.from('\n')]) : line;
      });
      const { events: read, tally } = await readBack(Buffer.concat(texts), chunks);
      expect(read).toEqual(events.filter(([, , isCut]) => !isCut).map(([one]) => one));
      const cutLines = events.flatMap(([, , isCut], index) => (isCut ? [index + 1] : []));
      expect(tally.broken).toBe(cutLines.length);
      expect(tally.places.map(({ line }) => line)).toEqual(cutLines.slice(0, 5));
    }),
    { numRuns: 200 },
  );
});

it('takes any bytes, and holds no more than one object of them', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 20 }), (chunks) => {
      let broken = 0;
      const values = new JsonValues({
        valueBytesMax: 32,
        onBroken: () => {
          broken += 1;
        },
      });
      const texts = chunks.flatMap((chunk) => values.push(chunk));
      values.end();
      expect(texts.every((value) => value.text.startsWith('{'))).toBe(true);
      expect(texts.every((value) => Buffer.byteLength(value.text) <= 3 * 32)).toBe(true);
      expect(broken).toBeGreaterThanOrEqual(0);
    }),
  );
});
