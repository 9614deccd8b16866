/** A question on the terminal, answered before anything goes on. */
import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';

export interface Terminal {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable & { readonly isTTY?: boolean };
}

export function isTerminal({ input, output }: Terminal): boolean {
  return input.isTTY === true && output.isTTY === true;
}

/** True for `y` or `yes` alone; the end of the input, or an aborted signal, is a no. */
export async function confirm(
  question: string,
  { input, output }: Terminal,
  stop: AbortSignal,
): Promise<boolean> {
  const lines = createInterface({ input, output });
  // While it reads, the terminal sends no signal for Ctrl-C.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  try {
    const asked = lines.question(`${question} [y/N] `, { signal: stop }).catch(() => '');
    return /^y(es)?$/i.test((await Promise.race([asked, ended])).trim());
  } finally {
    lines.close();
  }
}
