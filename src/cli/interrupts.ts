/**
 * Signals: the first one asks the run to stop and report what there is, the second ends it now.
 */
import { EXIT, type ExitCode } from '../kernel/errors.ts';

export interface Interrupts {
  readonly stop: AbortSignal;
  /** Exit code of the signal that came, if one did. */
  exitCode(): ExitCode | undefined;
  release(): void;
}

const CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const;

export function listenForInterrupts(tell: (text: string) => void): Interrupts {
  const controller = new AbortController();
  let received: keyof typeof CODES | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    if (received !== undefined) process.exit(CODES[received]);
    received = signal as keyof typeof CODES;
    tell('Stopping, the report covers what there is. Once more ends it now.');
    controller.abort();
  };
  for (const signal of Object.keys(CODES)) process.on(signal, onSignal);
  return {
    stop: controller.signal,
    exitCode: () => (received === undefined ? undefined : CODES[received]),
    release: () => {
      for (const signal of Object.keys(CODES)) process.off(signal, onSignal);
    },
  };
}
