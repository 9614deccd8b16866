/**
 * Signals: the first one asks the run to stop and report what there is, the second ends it now.
 */
import { EXIT } from '../kernel/errors.ts';

export interface Interrupts {
  readonly stop: AbortSignal;
  /** The signal that came, if one did. */
  signal(): Signal | undefined;
  release(): void;
}

type Signal = 'SIGINT' | 'SIGTERM';

const CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const;

export function listenForInterrupts(tell: (text: string) => void): Interrupts {
  const controller = new AbortController();
  let received: Signal | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    if (received !== undefined) process.exit(CODES[received]);
    received = signal as Signal;
    tell('Stopping, the report covers what there is. Once more ends it now.');
    controller.abort();
  };
  for (const signal of Object.keys(CODES)) process.on(signal, onSignal);
  return {
    stop: controller.signal,
    signal: () => received,
    release: () => {
      for (const signal of Object.keys(CODES)) process.off(signal, onSignal);
    },
  };
}
