import { afterEach, expect, test } from 'vitest';
import { installRunDate } from '../../../src/run/live/run-date.ts';

const AmbientDate = Date;
afterEach(() => {
  globalThis.Date = AmbientDate;
});

const AT_MS = 1_900_000_000_123.75;

function install(): void {
  installRunDate({ nowMs: () => AT_MS, setTimer: () => ({ cancel: () => {}, unref: () => {} }) });
}

test('Date without an instant reads the run clock, in whole milliseconds', () => {
  install();
  expect(Date.now()).toBe(1_900_000_000_123);
  expect(new Date().toISOString()).toBe(new AmbientDate(1_900_000_000_123).toISOString());
  expect(Date()).toBe(new AmbientDate(1_900_000_000_123).toString());
});

test('everything else of Date stays as it was', () => {
  install();
  expect(new Date(0).toISOString()).toBe('1970-01-01T00:00:00.000Z');
  expect(new Date(2026, 10, 23).getFullYear()).toBe(2026);
  expect(Date.parse('2026-11-23T00:00:00Z')).toBe(AmbientDate.parse('2026-11-23T00:00:00Z'));
  expect(Date.UTC(2026, 0)).toBe(AmbientDate.UTC(2026, 0));
  expect(new Date()).toBeInstanceOf(Date);
  expect(new Date()).toBeInstanceOf(AmbientDate);
  class Stamp extends Date {}
  expect(new Stamp().getTime()).toBe(1_900_000_000_123);
});
