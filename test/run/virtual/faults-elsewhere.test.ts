/** Faults that virtual time does not have are refused, so that nobody takes their absence for strength. */
import { expect, test } from 'vitest';
import { type Sketch, simulated } from './simulated.ts';

const sketch = (client: string, fault: string): Sketch => ({
  duration: '1m',
  hosts: 1,
  load: '{ arrivals: even, rate: 1/s }',
  client,
  faults: [`{ at: 10s, for: 10s, ${fault} }`],
});

test.each([
  ['reference', 'kind: outage, target: resource', 'sts'],
  ['reference', 'kind: hang, target: metadata', 'sts'],
  ['preset:alicloud-node', 'kind: outage, target: kms', 'sts'],
  ['uncached', 'kind: clock-skew, ahead: 1m, target: credentials-uri', 'sts'],
  ['alibaba-sdk', 'kind: outage, target: resource', 'any target but resource'],
])('%s cannot be simulated under %s', async (client, fault, allowed) => {
  await expect(simulated(sketch(client, fault))).rejects.toMatchObject({
    exitCode: 2,
    problems: [{ path: 'faults[0].target', allowed: `for simulate, ${allowed}` }],
  });
});

test.each([
  ['reference', 'kind: outage, target: sts'],
  ['reference', 'kind: early-revocation, target: resource'],
  ['alibaba-sdk', 'kind: outage, target: metadata'],
])('%s can under %s', async (client, fault) => {
  const { totals } = await simulated(sketch(client, fault));
  expect(totals.requests.offered).toBeGreaterThan(50);
});
