import { expect, test } from 'vitest';
import { mergeSnapshots } from '../../src/measure/merge-snapshots.ts';
import { Recorder } from '../../src/measure/recorder.ts';
import type { RunShape } from '../../src/measure/run-shape.ts';

const shape: RunShape = {
  apps: [{ name: 'checkout', user: 'checkout', roleArn: 'acs:ram::1:role/checkout' }],
  windows: [{ name: 'peak', atMs: 10_000, forMs: 10_000 }],
  endMs: 30_000,
  stallThresholdMs: 1,
};

function recorded(record: (recorder: Recorder) => void) {
  const recorder = new Recorder(shape);
  record(recorder);
  return recorder.snapshot();
}

test('a wait below the threshold is no stall', () => {
  const { cells } = recorded((recorder) => {
    recorder.stalled(0, 0, 11_000, 11_000, 11_000.999, 11_001);
    recorder.stalled(0, 0, 12_000, 12_000, 12_001, 12_002);
  });
  expect(cells[0]!.counts).toMatchObject({ completed: 2, stalls: 1, stallMs: 1, episodes: 1 });
});

test('a request that asked early and was answered late bridges the episodes between', () => {
  const waits: [askedMs: number, handedMs: number][] = [
    [11_000, 11_100],
    [11_200, 11_300],
    [11_400, 11_500],
    [11_250, 11_600],
  ];
  const { cells } = recorded((recorder) => {
    for (const [askedMs, handedMs] of waits) {
      recorder.stalled(0, 0, askedMs, askedMs, handedMs, handedMs);
    }
  });
  expect(cells[0]!.counts).toMatchObject({ stalls: 4, episodes: 2, episodeMs: 100 + 400 });
});

test('thousands of episodes of one process stay counted when the oldest are settled', () => {
  const { cells } = recorded((recorder) => {
    for (let index = 0; index < 5_000; index += 1) {
      const askedMs = 10_000 + index * 2;
      recorder.stalled(0, 0, askedMs, askedMs, askedMs + 1, askedMs + 1);
    }
  });
  expect(cells[0]!.counts).toMatchObject({ stalls: 5_000, episodes: 5_000, episodeMs: 5_000 });
});

test('many hits at once are as many single ones', () => {
  const many = recorded((recorder) => recorder.hit(0, 11_000, 11_002, 11_050, 400));
  const single = recorded((recorder) => {
    for (let index = 0; index < 400; index += 1) recorder.hit(0, 11_000, 11_002, 11_050);
  });
  expect(many).toEqual(single);
});

test('hits that nobody looked at one by one are recorded as those that somebody did', () => {
  // The window's first bucket is the timeline's second; a gap's hits have no latency.
  const plain = recorded((recorder) => {
    recorder.plainHits(0, 1, 1, 40);
    recorder.plainWork(0, 1, 1_500_000, 40);
    recorder.plainEnds(0, 1, 2, 40);
    recorder.plainHits(0, 0, 0, 7);
    recorder.plainEnds(0, 1, 1, 7);
    recorder.plainRemaining(0, 1, 60_000, 0);
    recorder.plainRemaining(0, 1, Number.POSITIVE_INFINITY, 3);
  });
  const seen = recorded((recorder) => {
    recorder.hit(0, 10_500, 10_500, 12_000 - 1e-9, 40);
    recorder.hit(0, 9_500, 9_500, 10_999, 7);
    recorder.credential(0, 60_000, 10_500);
    for (let index = 0; index < 3; index += 1) recorder.servedExpired(0, 10_500);
  });
  expect(plain).toEqual(seen);
});

test('a credential with less than nothing to live was served expired', () => {
  const { cells } = recorded((recorder) => {
    recorder.credential(0, 60_000, 11_000);
    recorder.credential(0, -1, 11_000);
    recorder.servedExpired(0, 11_000);
  });
  expect(cells[0]!.counts).toMatchObject({ servedExpired: 2, minRemainingMs: -1 });
});

test('what has no instant counts towards the app and to no window', () => {
  const { cells, timeline } = recorded((recorder) => {
    recorder.inFlight(0, 3);
    recorder.assumeRole(0, 40);
  });
  expect(cells).toMatchObject([{ span: undefined, counts: { offered: 3, inFlight: 3 } }]);
  expect(timeline.offered.every((count) => count === 0)).toBe(true);
});

test('error codes beyond the bound are counted together', () => {
  const { errors } = recorded((recorder) => {
    for (let index = 0; index < 1_000; index += 1) {
      recorder.failed(0, 0, 11_000 + index, 11_000 + index, 11_000 + index, `Code${index}`);
    }
  });
  expect(errors).toHaveLength(201);
  expect(errors.at(-1)).toMatchObject({ code: 'Other', count: 800, lastAtMs: 11_999 });
});

test('snapshots are cumulative and stay as they were taken', () => {
  const recorder = new Recorder(shape);
  recorder.hit(0, 11_000, 11_000, 11_001);
  const first = recorder.snapshot();
  recorder.hit(0, 11_500, 11_500, 11_501);
  expect(first.cells[0]!.counts.offered).toBe(1);
  expect(recorder.snapshot().cells[0]!.counts.offered).toBe(2);
});

test('nothing recorded merges to an empty snapshot', () => {
  expect(mergeSnapshots(shape, [])).toMatchObject({ cells: [], errors: [] });
});
