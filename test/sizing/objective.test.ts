import { expect, test } from 'vitest';
import { parseScenario } from '../../src/scenario/parse.ts';
import { DEFAULT_OBJECTIVE, parseObjectives, readsSkipped } from '../../src/sizing/objective.ts';
import { sketched } from '../run/virtual/simulated.ts';

const scenario = parseScenario(
  sketched({ duration: '10m', hosts: 1, load: '{ rate: 1/s }' }),
  'test.yaml',
);

test.each([
  [DEFAULT_OBJECTIVE, false],
  [['apps.app.totals.stalls.longestSeconds < 2s', 'latency.assumeRole.p99Ms < 100'], false],
  [['stalls.requests == 0', 'requests.failed == 0'], true],
  [['latency.credentialWait.p99Ms < 50'], true],
  [['throughput.completedPerSecond > 1'], true],
])('%j: requests with a credential at hand are counted: %s', (expressions, isRead) => {
  expect(readsSkipped(parseObjectives(scenario, expressions))).toBe(isRead);
});
