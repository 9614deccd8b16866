/** Who calls, where Node's own code and a client's call the same function: by the stack. */

/** Innermost first: this function's caller. */
export function stackFrames(): string[] {
  const lines = (new Error('where').stack ?? '').split('\n');
  return lines.filter((line) => line.startsWith('    at ')).slice(1);
}

/** A frame that is not there is where Node's event loop began. */
export function isNodes(frame: string | undefined): boolean {
  return frame === undefined || /\bnode:/.test(frame);
}

/** For a function that stands in for one of Node's: whether Node called it. */
export function isCalledByNode(): boolean {
  const [, , caller] = stackFrames();
  return isNodes(caller);
}

/** Deeper than any loader goes; the usual ten frames end within one. */
const DEEP = 100;

/** Whether a module is being loaded by hooks in this thread, as tsx loads TypeScript from Node 22 on. */
export function isInLoaderHook(): boolean {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = DEEP;
  const frames = stackFrames();
  Error.stackTraceLimit = stackTraceLimit;
  return frames.some((frame) => frame.includes('node:internal/modules/customization_hooks'));
}
