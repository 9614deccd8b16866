/**
 * The turns of Node's own event loop, for a host: the real `setImmediate`, taken before any host puts
 * its own in place, and the ticks and promises of a turn run to their end at once.
 *
 * `process._tickCallback` is what Node itself calls after each callback. It is not documented, but has
 * stood since Node 0.x; it does nothing when called from within a promise or a tick, so a host's loop
 * runs in a turn of its own. Where a Node has it no more, `hasFastTurns` is false, and a host waits for
 * a real turn after each event, at less than half of the speed and with the same outcome.
 */
const realImmediate = globalThis.setImmediate;

const tickCallback = (process as { _tickCallback?: () => void })._tickCallback?.bind(process);

export const hasFastTurns = tickCallback !== undefined;

/** Runs ticks and promises until none is left. What a tick throws goes to `onError`. */
export function runTicks(onError: (error: unknown) => void): void {
  for (;;) {
    try {
      tickCallback?.();
      return;
    } catch (error) {
      onError(error);
    }
  }
}

/** Runs `code` in a turn of its own: outside of any promise. */
export function inOwnTurn<T>(code: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    realImmediate(() => {
      try {
        resolve(code());
      } catch (error) {
        reject(error);
      }
    });
  });
}
