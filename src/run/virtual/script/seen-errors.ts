/** What clients' errors say, and what they give away: message, stack, JSON and `util.inspect`. */
import { inspect } from 'node:util';
import type { SeenError } from '../../../measure/observed.ts';
import type { Ledger } from './ledger.ts';

/** Of a client that makes a new error for each request, the first are read: the others are like them. */
const ERRORS_MAX = 50;
const TEXT_LENGTH_MAX = 160;

export class SeenErrors {
  private readonly ledger: Ledger;
  private readonly seen = new Map<unknown, SeenError>();
  private latest: SeenError | undefined;

  constructor(ledger: Ledger) {
    this.ledger = ledger;
  }

  /** Read when the script is over: by then the ledger knows every secret. */
  of(error: unknown): SeenError {
    let seen = this.seen.get(error);
    if (seen !== undefined) return seen;
    if (this.latest !== undefined && this.seen.size >= ERRORS_MAX) {
      return { ...this.latest, isError: error instanceof Error };
    }
    seen = {
      isError: error instanceof Error,
      text: this.lineOf(error),
      code: codeOf(error),
      leaks: this.leaksOf(error),
    };
    this.latest = seen;
    this.seen.set(error, seen);
    return seen;
  }

  lineOf(error: unknown): string {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const line = this.ledger.mask(text).replaceAll(/\s+/g, ' ').trim();
    return line.length > TEXT_LENGTH_MAX ? `${line.slice(0, TEXT_LENGTH_MAX - 1)}…` : line;
  }

  private leaksOf(error: unknown): string[] {
    const { message, stack } = (error ?? {}) as { message?: unknown; stack?: unknown };
    const texts: readonly (readonly [where: string, text: string])[] = [
      ['its message', `${message ?? error}`],
      ['its stack', `${stack ?? ''}`],
      ['its JSON', jsonOf(error)],
      ['what util.inspect shows of it', inspect(error, { depth: 10, breakLength: Infinity })],
    ];
    const leaks = texts.flatMap(([where, text]) =>
      this.ledger.leaksIn(text).map((what) => [what, where] as const),
    );
    const first = new Map<string, string>();
    for (const [what, where] of leaks) if (!first.has(what)) first.set(what, where);
    return [...first].map(([what, where]) => `${what}, in ${where}`);
  }
}

function codeOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}

function jsonOf(error: unknown): string {
  try {
    return JSON.stringify(error) ?? '';
  } catch {
    return ''; // It refers to itself: nobody's log holds its JSON.
  }
}
