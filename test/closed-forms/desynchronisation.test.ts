/**
 * How a fleet that started together falls out of step, and what it looks like once it has.
 */
import { expect, test, vi } from 'vitest';
import { simulated } from '../run/virtual/simulated.ts';
import { CALL_SECONDS, callsBySecond, EVEN_STS, referenceWith } from './fleet.ts';
import { chiSquareLimit, momentsOf } from './moments.ts';
import { expectNear } from './near.ts';
import { poissonPmf, poissonTail } from './poisson.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

test('after k refreshes, jitter over J has spread a fleet by J sqrt(k / 12)', async () => {
  // Each refresh adds a draw that is uniform over J: variances add up, J^2 / 12 at a time. With an
  // interval of T (1 - j U), J is j T. Drawing anew each time mixes slowly: to spread over as much as
  // an interval takes (interval / J)^2 refreshes, a random start takes none.
  const processes = 2_000;
  const spread = 30;
  const interval = 900 - 100 + spread / 2;
  const cycles = [1, 4, 9, 16, 25];
  // The k-th refresh lies between k (T - L) and k (T - L + J), and a little before: a client that
  // was answered in the next second counts its session one second shorter.
  const windows = cycles.map((k) => ({
    atSeconds: k * (900 - 100) - Math.ceil(k / 4),
    forSeconds: k * spread + Math.ceil(k / 4) + 1,
  }));
  const subject = await simulated({
    ...EVEN_STS,
    duration: '6h',
    hosts: 1,
    processesPerHost: processes,
    session: '900s',
    start: '{ mode: together, within: 0s }',
    load: '{ rate: 1/s }',
    client: referenceWith({ leadSeconds: 100, spreadSeconds: spread }),
    windows: windows.map(
      ({ atSeconds, forSeconds }, i) =>
        `{ name: after-${cycles[i]}, at: ${atSeconds}s, for: ${forSeconds}s }`,
    ),
  });
  for (const [i, k] of cycles.entries()) {
    const counts = callsBySecond(subject, windows[i]!);
    const instants = counts.flatMap((count, second) =>
      new Array<number>(count).fill(windows[i]!.atSeconds + second + 0.5),
    );
    expect(instants, `after ${k}`).toHaveLength(processes);
    const { mean, variance } = momentsOf(instants);
    const deviation = spread * Math.sqrt(k / 12);
    // Four standard errors of a mean, and of a standard deviation: the kurtosis of a sum of k
    // uniform draws is 3 - 1.2 / k. Known to the second, which adds 1/12 to the variance (Sheppard).
    const error = deviation / Math.sqrt(processes);
    expectNear(mean, { expected: k * (interval - CALL_SECONDS), within: 4 * error }, `mean ${k}`);
    const shape = Math.sqrt((2 - 1.2 / k) / 4);
    expectNear(
      Math.sqrt(variance - 1 / 12),
      { expected: deviation, within: 4 * shape * error },
      `deviation after ${k}`,
    );
  }
});

// Superpositions of many sparse independent processes are close to a Poisson process, whatever the
// single ones are like (Palm 1943, Khinchin 1955). The rate is N / E[interval].
test.each([
  {
    fleet: 'clients in step with nobody, each strictly periodic',
    client: 'preset:alicloud-java',
    session: '1h',
    start: '{ mode: together, within: 45m }',
    load: '{ rate: 30k/s }',
    processes: 3_000,
    interval: 2_700,
  },
  {
    // After 20 refreshes phases are spread by 114 s sqrt(20) = 510 s, which for an interval of 658 s
    // leaves exp(-2 pi^2 (510 / 658)^2) = 7e-6 of the wave that they were.
    fleet: 'clients that started together and drew their refreshes ever since',
    client: referenceWith({ leadSeconds: 440, spreadSeconds: 396, prefetchShareMax: 0.5 }),
    session: '900s',
    start: '{ mode: together, within: 1s }',
    load: '{ rate: 1/s }',
    processes: 2_000,
    interval: 900 - 440 + 396 / 2 - CALL_SECONDS,
  },
])('calls of a mixed fleet are Poisson: $fleet', async ({ fleet: _, interval, ...given }) => {
  const { processes, ...sketch } = given;
  const seconds = 2_700;
  const subject = await simulated({
    ...EVEN_STS,
    ...sketch,
    duration: '5h',
    hosts: 1,
    processesPerHost: processes,
    windows: [`{ name: mixed, at: 4h, for: ${seconds}s }`],
  });
  const counts = callsBySecond(subject, { atSeconds: 4 * 3_600, forSeconds: seconds });
  const rate = processes / interval;
  const { mean, variance } = momentsOf(counts);
  // The index of dispersion of n Poisson counts has a standard error of sqrt(2 / n): 0.027.
  expectNear(variance / mean, { expected: 1, within: 3 * Math.sqrt(2 / seconds) }, 'dispersion');

  const pmf = poissonPmf(rate, 40);
  const cells = pmf.findIndex((_, k) => seconds * poissonTail(rate, k) < 10) + 1;
  let chiSquare = 0;
  for (let k = 0; k < cells; k += 1) {
    const isLast = k === cells - 1;
    const expected = seconds * (isLast ? poissonTail(rate, k - 1) : pmf[k]!);
    const found = counts.filter((count) => (isLast ? count >= k : count === k)).length;
    chiSquare += (found - expected) ** 2 / expected;
  }
  // Pearson's test of counts against a Poisson law with nothing fitted, at one in a thousand.
  expect(chiSquare).toBeLessThan(chiSquareLimit(cells - 1));
});
