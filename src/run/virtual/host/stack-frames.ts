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
