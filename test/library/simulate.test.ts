import { expect, it } from 'vitest';
import type { Progress } from '../../src/library/replay.ts';
import { simulate } from '../../src/library/simulate.ts';

it('gives what the command gives: figures, verdict and reasons', async () => {
  const result = await simulate('smoke');
  expect(result).toMatchObject({ verdict: 'passed', reasons: ['All 4 thresholds hold.'] });
  expect(result.subjects[0]!.totals.assumeRole.calls).toBe(8);
  expect(result.run.command).toBe('simulate("smoke", { seed: 1 })');
});

it('takes subjects, seed, thresholds and replications', async () => {
  const result = await simulate('smoke', {
    subject: ['uncached', 'reference'],
    seed: 7,
    thresholds: ['assumeRole.calls <= 8'],
    replications: 2,
  });
  expect(result.verdict).toBe('failed');
  expect(result.subjects.map(({ name }) => name)).toEqual(['uncached', 'reference']);
  expect(result.subjects[0]!.replications!.seeds).toHaveLength(2);
  expect(result.run.command).toBe(
    'simulate("smoke", { subject: ["uncached","reference"], seed: 7 })',
  );
});

it('a threshold has to hold for every seed', async () => {
  const seeds = await Promise.all(
    [1, 2].map((replications) => simulate('cold-start', { replications, thresholds: [] })),
  );
  const peak = (result: (typeof seeds)[number]) =>
    result.subjects[0]!.totals.assumeRole.peakPerSecond;
  const { max } = seeds[1]!.subjects[0]!.replications!.figures['totals.assumeRole.peakPerSecond']!;
  const limit = `assumeRole.peakPerSecond <= ${peak(seeds[0]!)}`;
  const judged = await simulate('cold-start', { replications: 2, thresholds: [limit] });
  expect(judged.verdict).toBe(max > peak(seeds[0]!) ? 'failed' : 'passed');
});

it('tells all that is wrong with its options at once', async () => {
  await expect(
    simulate('smoke', { seed: -1, replications: 0.5 }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(`
    [HarnessError: 2 problems in the input:
      simulate options at seed: found -1; allowed: a whole number from 0 to 9007199254740991
      simulate options at replications: found 0.5; allowed: a whole number from 1 to 10000]
  `);
  await expect(simulate('smoke', { thresholds: ['stals.requests == 0'] })).rejects.toThrow(
    'did you mean `stalls.requests`?',
  );
  await expect(simulate('smoke', { subject: 'nobody' })).rejects.toThrow('nobody');
});

it('starts nothing when it was aborted beforehand', async () => {
  const reason = new Error('no time');
  await expect(simulate('smoke', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

it('aborted in between, it gives what there was; it listens to no signal meanwhile', async () => {
  const controller = new AbortController();
  const listeners = process.listenerCount('SIGINT');
  const seen: Progress[] = [];
  const result = await simulate('peak-6m-users', {
    subject: 'uncached',
    signal: controller.signal,
    onProgress: (progress) => {
      seen.push(progress);
      expect(process.listenerCount('SIGINT')).toBe(listeners);
      controller.abort();
    },
  });
  expect(result).toMatchObject({ verdict: 'aborted', run: { partial: true } });
  expect(seen).toMatchObject([{ subject: 'uncached', subjectIndex: 0, endSeconds: 86_400 }]);
});
