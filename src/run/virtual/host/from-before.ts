/**
 * What a client has from before the host came, and what no patch of a name reaches: a module that was
 * loaded by then keeps it, as `const { setTimeout } = globalThis` does. What it does then is of real
 * time, which nobody can wait for, so it is told of.
 */
import timers from 'node:timers';
import { MessagePort } from 'node:worker_threads';
import type { Patches } from './patches.ts';
import { isCalledByNode, isNodes, stackFrames } from './stack-frames.ts';

/** `note` is told what is used that is not Node's own doing. */
export function watchFromBefore(patches: Patches, note: (what: string) => void): void {
  watchTimers(patches, () => note('a timer of real time, by a function from before'));
  watchPorts(patches, () => note('a message port from before'));
}

/**
 * Every timer of Node is an object of one class, which sets its `_onTimeout` when it is made. Those that
 * Node sets for itself, such as the one that forgets an HTTP date, are known by where they are made.
 */
function watchTimers(patches: Patches, onTimer: () => void): void {
  const timer = timers.setTimeout(() => {}, 0);
  timers.clearTimeout(timer);
  patches.define(Object.getPrototypeOf(timer), '_onTimeout', {
    get: () => null,
    set(this: object, fire: unknown) {
      if (typeof fire !== 'function') return;
      const flags = { configurable: true, enumerable: true, writable: true };
      Object.defineProperty(this, '_onTimeout', { ...flags, value: fire });
      if (isTimerOfOthers()) onTimer();
    },
  });
}

/** Loaders in other threads are spoken to by Node itself. */
function watchPorts(patches: Patches, onMessage: () => void): void {
  const { prototype } = MessagePort;
  const { postMessage } = prototype;
  patches.set(prototype, 'postMessage', function (this: MessagePort, ...args: unknown[]): unknown {
    if (!isCalledByNode()) onMessage();
    return Reflect.apply(postMessage, this, args);
  });
}

/** Whether somebody else than Node called `node:timers`, which made the timer that is being made. */
function isTimerOfOthers(): boolean {
  const frames = stackFrames();
  const setter = frames.findLastIndex((frame) => /\bnode:timers(\/promises)?:/.test(frame));
  return setter >= 0 && !isNodes(frames[setter + 1]);
}
