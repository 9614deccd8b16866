/**
 * A `Date` that reads the run clock, for clients that read the ambient one (the official SDK does).
 * It is installed in the driver's worker thread only, so nothing else of the process is touched.
 */
import type { Clock } from '../../kernel/clock.ts';

export function installRunDate(clock: Clock): void {
  const AmbientDate = Date;
  const now = () => Math.floor(clock.nowMs());
  globalThis.Date = new Proxy(AmbientDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new AmbientDate(now()).toString(),
    get: (target, property, receiver) =>
      property === 'now' ? now : Reflect.get(target, property, receiver),
  });
}
