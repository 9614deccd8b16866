/** How the summary is to look where it is printed. */
import type { Result } from '../measure/result.ts';
import { renderTerminal } from '../report/terminal.ts';

const WIDTH = 100;

/** `NO_COLOR`, when set to anything, wins (no-color.org); without a terminal there is no colour. */
export function summaryFor(result: Result, resultPath: string): string {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  const isForced = FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0';
  const isPlain = (NO_COLOR !== undefined && NO_COLOR !== '') || TERM === 'dumb';
  return renderTerminal(result, {
    color: !isPlain && (process.stdout.isTTY === true || isForced),
    width: process.stdout.columns ?? WIDTH,
    resultPath,
  });
}
