/**
 * Virtual time in the place of a thread's own: `Date`, `performance`, `process.hrtime`, timers,
 * immediates, `node:timers`, `node:timers/promises` and `AbortSignal.timeout`. Ticks and microtasks
 * stay Node's: they take no time.
 */
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import { promisify } from 'node:util';
import type { HostTime } from './host-time.ts';
import type { Patches } from './patches.ts';
import { VirtualImmediate } from './virtual-immediate.ts';
import { VirtualTimeout } from './virtual-timeout.ts';

type Callback = (...args: unknown[]) => void;

export function patchTime(patches: Patches, time: HostTime): void {
  patchDate(patches, time);
  patchMonotonic(patches, time);
  const functions = timerFunctions(time);
  patches.setAll(globalThis, functions);
  patches.setAll(timers, functions);
  const promised = promisedTimers(time);
  patches.setAll(timersPromises, promised);
  Object.defineProperty(functions.setTimeout, promisify.custom, { value: promised.setTimeout });
  Object.defineProperty(functions.setImmediate, promisify.custom, { value: promised.setImmediate });
  patches.set(AbortSignal, 'timeout', (delayMs: number) => {
    const aborter = new AbortController();
    const message = 'The operation was aborted due to timeout';
    const abort = () => aborter.abort(new DOMException(message, 'TimeoutError'));
    time.newTimeout({ fire: abort, delayMs, repeats: false }).unref();
    return aborter.signal;
  });
}

function patchDate(patches: Patches, time: HostTime): void {
  const AmbientDate = Date;
  const now = () => time.dateMs();
  patches.set(AmbientDate, 'now', now);
  function VirtualDate(...args: unknown[]): unknown {
    if (new.target === undefined) return new AmbientDate(now()).toString();
    return Reflect.construct(AmbientDate, args.length === 0 ? [now()] : args, new.target);
  }
  // Not a proxy: clients read the time at each request, and each read would go through it.
  Object.defineProperties(VirtualDate, Object.getOwnPropertyDescriptors(AmbientDate));
  patches.set(globalThis, 'Date', VirtualDate);
}

/** Monotonic readings count from virtual zero: nobody's skew is in them. */
function patchMonotonic(patches: Patches, time: HostTime): void {
  const nanoseconds = () => BigInt(Math.round(time.atMs * 1e6));
  const hrtime = (since?: readonly [number, number]): [number, number] => {
    const ns = nanoseconds() - (since ? BigInt(since[0]) * 1_000_000_000n + BigInt(since[1]) : 0n);
    return [Number(ns / 1_000_000_000n), Number(ns % 1_000_000_000n)];
  };
  patches.set(process, 'hrtime', Object.assign(hrtime, { bigint: nanoseconds }));
  patches.set(process, 'uptime', () => time.atMs / 1_000);
  patches.set(performance, 'now', () => time.atMs);
  patches.set(performance, 'timeOrigin', time.nowMs() - time.atMs);
}

function timerFunctions(time: HostTime) {
  const timeout =
    (repeats: boolean) =>
    (callback: Callback, delayMs: unknown, ...args: unknown[]) =>
      time.newTimeout({ fire: () => callback(...args), delayMs, repeats });
  return {
    setTimeout: timeout(false),
    setInterval: timeout(true),
    setImmediate: (callback: Callback, ...args: unknown[]) =>
      new VirtualImmediate(time, () => callback(...args)),
    clearTimeout: clearer(time, timers.clearTimeout),
    clearInterval: clearer(time, timers.clearInterval),
    clearImmediate: immediateClearer(timers.clearImmediate),
  };
}

/** A timer from before the host came is cleared as ever. */
function clearer(time: HostTime, real: (handle: NodeJS.Timeout) => void) {
  return (handle: unknown): void => {
    if (handle instanceof VirtualTimeout) handle.clear();
    else if (typeof handle === 'number' || typeof handle === 'string') {
      time.timeoutOf(Number(handle))?.clear();
    } else if (handle !== undefined && handle !== null) real(handle as NodeJS.Timeout);
  };
}

function immediateClearer(real: (handle: NodeJS.Immediate) => void) {
  return (handle: unknown): void => {
    if (handle instanceof VirtualImmediate) handle.clear();
    else if (handle !== undefined && handle !== null) real(handle as NodeJS.Immediate);
  };
}

interface PromisedOptions {
  readonly signal?: AbortSignal | undefined;
  readonly ref?: boolean | undefined;
}

function promisedTimers(time: HostTime) {
  const after = <T>(delayMs: unknown, value?: T, options: PromisedOptions = {}): Promise<T> =>
    new Promise((resolve, reject) => {
      const { signal } = options;
      const refuse = () => {
        timeout.clear();
        reject(aborted(signal));
      };
      const fire = () => {
        signal?.removeEventListener('abort', refuse);
        resolve(value as T);
      };
      const timeout = time.newTimeout({ fire, delayMs, repeats: false });
      if (options.ref === false) timeout.unref();
      if (signal?.aborted === true) refuse();
      else signal?.addEventListener('abort', refuse, { once: true });
    });
  const immediately = <T>(value?: T, { signal }: PromisedOptions = {}): Promise<T> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) reject(aborted(signal));
      else time.addImmediate(() => resolve(value as T));
    });
  async function* every<T>(delayMs: unknown, value?: T, options?: PromisedOptions) {
    for (;;) yield await after(delayMs, value, options);
  }
  return {
    setTimeout: after,
    setImmediate: immediately,
    setInterval: every,
    scheduler: {
      wait: (delayMs: number, options?: PromisedOptions) => after(delayMs, undefined, options),
      yield: () => immediately(),
    },
  };
}

function aborted(signal: AbortSignal | undefined): Error {
  const error = new Error('The operation was aborted', { cause: signal?.reason });
  return Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' });
}
