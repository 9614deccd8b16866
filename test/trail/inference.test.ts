/**
 * Goal: what is inferred of a trail is close to the scenario that it comes from, and the scenario that
 * is made of it behaves like that one. Method: simulate, write the calls with the mock's own ActionTrail
 * writer, import them, compare; then simulate what was made. docs/trail.md states the tolerances.
 */
import { describe, expect, it } from 'vitest';
import type { SubjectResult } from '../../src/measure/result.ts';
import { type Sketch, simulateText, sketched } from '../run/virtual/simulated.ts';
import { cachedOf, importedTexts } from './imports.ts';
import { simulatedTrail, type TrailStyle } from './simulated-trail.ts';

const FLEET: Sketch = { duration: '8h', hosts: 60, load: '{ rate: 600/s }' };
const SPREAD: Sketch = { ...FLEET, start: '{ mode: together, within: 50m }' };
const UNCACHED: Sketch = { ...FLEET, duration: '2h', client: 'uncached', load: '{ rate: 1/s }' };

const ONE_ADDRESS: TrailStyle = { sourceIp: () => '203.0.113.7' };
const ONE_NAME: TrailStyle = { ...ONE_ADDRESS, sessionName: () => 'app' };
const NEW_NAMES: TrailStyle = { sessionName: (_, call) => `session-${call}` };

async function tripOf(sketch: Sketch, style: TrailStyle = {}, fromCall = 0) {
  const { lines, result } = await simulatedTrail(sketched(sketch), style);
  const kept = lines.slice(fromCall);
  const { document, scenarioText } = await importedTexts([kept.join('')]);
  const { subjects } = await simulateText(scenarioText!);
  return { result, calls: kept.length, callers: document.quota!.callers, again: subjects[0]! };
}

/** Where the number of clients is inferred from their rate. */
const MIXED = 0.05;

/** Calls within 3 %, unless told otherwise; the busiest second within 20 %, or three calls. */
function expectAlike(
  again: SubjectResult,
  original: SubjectResult,
  calls: number,
  tolerance = 0.03,
): void {
  const { assumeRole } = again.totals;
  expect(Math.abs(assumeRole.calls / calls - 1)).toBeLessThan(tolerance);
  const { peakPerSecond } = original.totals.assumeRole;
  const off = Math.abs(assumeRole.peakPerSecond - peakPerSecond);
  expect(off).toBeLessThanOrEqual(Math.max(3, 0.2 * peakPerSecond));
}

describe('clients with a session name each', () => {
  it.each([
    ['the reference client, on hosts of their own', FLEET, {}],
    ['the reference client, behind one address', FLEET, ONE_ADDRESS],
    ['the reference client, with new session names on hosts of their own', FLEET, NEW_NAMES],
  ] as const)('%s', async (_, sketch, style) => {
    const { result, calls, callers, again } = await tripOf(sketch, style);
    const caller = cachedOf(callers);
    expect(caller.lifetimeSeconds).toBe(3_600);
    expect(caller.processes.value).toBe(60);
    // It refreshes 15 to 7.5 minutes before the end.
    expect(Math.abs(caller.interval.value.from - 2_700)).toBeLessThan(20);
    expect(Math.abs(caller.interval.value.to - 3_150)).toBeLessThan(20);
    expect(Math.abs(caller.jitterSeconds - 450)).toBeLessThan(30);
    expect(caller.singleFlight.value).toBe('kept');
    expectAlike(again, result, calls);
  });

  it('Alibaba Cloud’s SDK: fixed 45 minutes, in step, without single flight', async () => {
    const client = 'preset:alicloud-node';
    const { result, calls, callers, again } = await tripOf({ ...FLEET, client });
    const caller = cachedOf(callers);
    expect(caller.processes).toMatchObject({ value: 60, confidence: 'high' });
    expect(Math.abs((caller.lead.from + caller.lead.to) / 2 - 900)).toBeLessThan(2);
    expect(caller.jitterSeconds).toBe(0);
    expect(caller.singleFlight).toMatchObject({ value: 'missing', confidence: 'high' });
    const perRefresh = result.totals.assumeRole.calls / 60 / Math.ceil(8 / 0.75);
    expect(Math.abs(caller.callsPerRefresh - perRefresh)).toBeLessThan(0.05);
    expect(caller.synchrony.value).toBeGreaterThan(0.99);
    expectAlike(again, result, calls);
  });

  it('another lifetime and lead, in a trail that begins in the middle', async () => {
    const policy =
      '{ prefetchSteps: [{ lifetimeMsMax: .inf, windowMs: 1800000 }], jitterShare: 0.25 }';
    const sketch = {
      ...{ ...SPREAD, duration: '14h', session: '2h', maxSession: '2h' },
      client: `{ subject: reference, policy: ${policy} }`,
    };
    const { calls, callers, again, result } = await tripOf(sketch, {}, 90);
    const caller = cachedOf(callers);
    expect(caller.lifetimeSeconds).toBe(7_200);
    expect(caller.processes.value).toBe(60);
    expect(Math.abs(caller.lead.to - 1_800)).toBeLessThan(20);
    expect(Math.abs(caller.lead.from - 1_350)).toBeLessThan(20);
    expectAlike(again, result, calls);
  });
});

describe('clients that share address and session name', () => {
  it('in step: interval and number from the lags', async () => {
    const { result, calls, callers, again } = await tripOf(FLEET, {
      ...ONE_ADDRESS,
      ...NEW_NAMES,
    });
    const caller = cachedOf(callers);
    expect(Math.abs(caller.processes.value / 60 - 1)).toBeLessThan(0.05);
    const { from, to } = caller.interval.value;
    expect(Math.abs((from + to) / 2 / 2_925 - 1)).toBeLessThan(0.05);
    expect(caller.singleFlight).toMatchObject({ value: 'unknown', confidence: 'none' });
    expectAlike(again, result, calls, MIXED);
  });

  it('spread: interval from the counts that vary least', async () => {
    const { result, calls, callers, again } = await tripOf(SPREAD, ONE_NAME);
    const caller = cachedOf(callers);
    expect(Math.abs(caller.processes.value / 60 - 1)).toBeLessThan(0.05);
    const { from, to } = caller.interval.value;
    expect(Math.abs((from + to) / 2 / 2_925 - 1)).toBeLessThan(0.05);
    expect(caller.synchrony.value).toBeLessThan(0.3);
    expectAlike(again, result, calls, MIXED);
  });

  it('in step without single flight: their number is not sure, their calls are', async () => {
    const client = 'preset:alicloud-node';
    const { result, calls, callers, again } = await tripOf({ ...FLEET, client }, ONE_NAME);
    const caller = cachedOf(callers);
    expect(caller.processes.confidence).toBe('low');
    expect(caller.processes.method).toContain('times as many');
    expectAlike(again, result, calls);
  });
});

describe('callers that keep nothing', () => {
  it.each([
    ['on hosts of their own', {}],
    ['under one name', ONE_NAME],
  ] as const)('%s', async (_, style) => {
    const { result, calls, callers, again } = await tripOf(UNCACHED, style);
    expect(callers[0]).toMatchObject({ kind: 'per-request', calls });
    expectAlike(again, result, calls);
  });
});

it('says nothing of a trail that ends before a credential is replaced', async () => {
  const { lines } = await simulatedTrail(sketched({ ...FLEET, duration: '40m' }));
  const { document } = await importedTexts([lines.join('')], { scenarioFile: undefined });
  expect(document.quota!.callers[0]).toMatchObject({ kind: 'unknown' });
  await expect(importedTexts([lines.join('')])).rejects.toThrow(/found no caller whose/);
});
