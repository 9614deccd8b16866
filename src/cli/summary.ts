/** How the summary is to look where it is printed. */
import type { Result } from '../measure/result.ts';
import { renderTerminal } from '../report/terminal.ts';

const WIDTH = 100;

export function summaryFor(result: Result, resultPath: string): string {
  return renderTerminal(result, { ...terminalLook(), resultPath });
}

/** `NO_COLOR`, when set to anything, wins (no-color.org); without a terminal there is no colour. */
export function terminalLook(): { color: boolean; width: number } {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  const isForced = FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0';
  const isPlain = (NO_COLOR !== undefined && NO_COLOR !== '') || TERM === 'dumb';
  return {
    color: !isPlain && (process.stdout.isTTY === true || isForced),
    width: process.stdout.columns ?? WIDTH,
  };
}
