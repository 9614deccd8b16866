import { expect, it } from 'vitest';
import { size } from '../../src/library/size.ts';
import type { ScenarioFile } from '../../src/scenario/schema.ts';
import type { SizeProgress } from '../../src/sizing/size-options.ts';
import { sizeSchema } from '../../src/sizing/size-schema.ts';

/** In this thread: what worker threads load is the build. */
const FEW = { replications: 3, freshReplications: 0, workers: 0 } as const;
const SHOP: ScenarioFile = {
  duration: '30s',
  caller: { account: '1000000000000001', region: 'cn-hangzhou' },
  apps: {
    shop: {
      role: { arn: 'acs:ram::1100000000000001:role/role-shop-prd' },
      hosts: 3,
      load: { rate: '60/s' },
    },
  },
};
const START = { ...FEW, situations: ['coldStart'] } as const;

it('gives the document of the command, with the call that repeats it', async () => {
  const report = await size('smoke', START);
  expect(sizeSchema.parse(report)).toEqual(report);
  expect(report.readings.map(({ scope }) => scope)).toEqual(['account', 'role']);
  expect(report.command).toBe(
    'size("smoke", { replications: 3, freshReplications: 0, situations: ["coldStart"], seed: 1 })',
  );
});

it('takes subject, seed, scale and growth', async () => {
  const report = await size(SHOP, {
    ...START,
    subject: 'uncached',
    seed: 7,
    scale: { users: 2 },
    growth: { users: 0.5, hosts: 0, months: 1 },
  });
  const plain = await size(SHOP, START);
  expect(report.scale).toEqual({ users: 2, hosts: 1 });
  expect(report.forecast.map(({ month, users }) => [month, users])).toEqual([
    [0, 2],
    [1, 3],
  ]);
  const quota = ({ readings }: typeof report) => readings[0]!.quotaPerSecond!;
  expect(quota(report)).toBeGreaterThan(10 * quota(plain));
});

it('has a table of measures where it is asked for', async () => {
  expect((await size(SHOP, START)).measures).toBeUndefined();
  const { measures } = await size(SHOP, { ...START, measures: { withinPerSecond: 1 } });
  expect(measures?.withinPerSecond).toBe(1);
});

it('tells all that is wrong with its options at once', async () => {
  const wrong = {
    seed: -1,
    confidence: 1,
    situations: ['warmStart' as 'coldStart'],
    outageMs: 10,
    scale: { hosts: 0 },
    growth: { users: 8, hosts: 0, months: 1.5 },
    measures: { withinPerSecond: 0 },
    workers: 65,
  };
  await expect(size('smoke', wrong)).rejects.toThrowErrorMatchingInlineSnapshot(`
    [HarnessError: 9 problems in the input:
      size options at seed: found -1; allowed: a whole number from 0 to 9007199254740991
      size options at confidence: found 1; allowed: a number from 0.5 to below 1
      size options at situations.0: found "warmStart"; allowed: one of: coldStart, steadyState, expiryHerd, recovery
      size options at outageMs: found 10; allowed: 1000 or more
      size options at scale.hosts: found 0; allowed: a number above 0 and up to 1000
      size options at growth.users: found 8; allowed: a number from 0 to 1
      size options at growth.months: found 1.5; allowed: a whole number from 1 to 120
      size options at measures.withinPerSecond: found 0; allowed: a whole number from 1 to 1000000
      size options at workers: found 65; allowed: a whole number from 0 to 64]
  `);
  await expect(size('smoke', { ...START, objectives: ['stals.requests == 0'] })).rejects.toThrow(
    'did you mean `stalls.requests`?',
  );
  await expect(size('smoke', { ...START, subject: 'nobody' })).rejects.toThrow('nobody');
});

it('ends with the reason of the signal, before it starts or in between', async () => {
  const reason = new Error('no time');
  const aborted = AbortSignal.abort(reason);
  const seen: SizeProgress[] = [];
  const onProgress = (progress: SizeProgress) => void seen.push(progress);
  await expect(size('smoke', { ...START, signal: aborted, onProgress })).rejects.toBe(reason);
  expect(seen).toEqual([]);
  const controller = new AbortController();
  const options = {
    ...START,
    signal: controller.signal,
    onProgress: (progress: SizeProgress) => {
      seen.push(progress);
      controller.abort(reason);
    },
  };
  await expect(size('smoke', options)).rejects.toBe(reason);
  expect(seen).toHaveLength(1);
});
