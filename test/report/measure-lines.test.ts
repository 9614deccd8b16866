import { expect, test } from 'vitest';
import { measureLines } from '../../src/report/measure-lines.ts';
import { painter } from '../../src/report/paint.ts';
import { measures } from '../sizing/size-document.ts';

const paint = painter(false);

test('one measure after another, with what it costs', () => {
  expect(measureLines(measures, paint, 100)).toEqual([
    '',
    'What makes 100 calls a second suffice',
    '  320 are needed (cold start). Those that suffice do so by themselves, at the smallest setting that',
    '  was found, in all of 60 runs of each situation.',
    '  suffices        a slower rolling start: hosts one after another over 10 s; needs 40',
    '                  - a release takes that long',
    '                  - a failover comes at once all the same',
    '  not applicable  a longer jitter window: preset:alicloud-go: its jitter, if any, is its own',
    '',
    '  upload, 1,667 calls a second at the peak: Sign the URLs.',
    '  (https://www.alibabacloud.com/help/en/ram/api)',
  ]);
});

test('several together, where none is enough by itself', () => {
  const [row] = measures.measures;
  const helping = [
    { ...row!, verdict: 'helps' as const },
    { ...row!, name: 'jitter-window' as const, title: 'jitter', verdict: 'helps' as const },
  ];
  const together = {
    names: ['rolling-start' as const, 'jitter-window' as const],
    quotaPerSecond: 90,
    suffices: true,
  };
  const text = measureLines({ ...measures, measures: helping, together }, paint, 100).join('\n');
  expect(text).toContain('No measure is enough by itself.');
  expect(text).toContain('Together, a slower rolling start and jitter suffice: 90 are needed.');
});

test('nothing has to be changed where the quota is enough', () => {
  const enough = { ...measures, failing: [], measures: [], perRequest: null, neededPerSecond: 40 };
  expect(measureLines(enough, paint, 100).at(-1)).toBe(
    '  40 are needed: nothing has to be changed.',
  );
});
