/**
 * Bad input and lost runs, as one coded error. Expected failures (a throttled call) are values, and
 * a bug is an ordinary `Error`: only what the user can act on is a `HarnessError`.
 */

/** How the command ends. Other tools rely on these numbers: they never change their meaning. */
export const EXIT = {
  passed: 0,
  internalError: 1,
  usage: 2,
  invalidRun: 97,
  worseThanBaseline: 98,
  thresholdFailed: 99,
  abortedByThreshold: 105,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** One thing wrong in a user's input. */
export interface Problem {
  /** The file as the user named it, or a flag such as `--subject`. */
  readonly file: string;
  /** Where in it: `apps.checkout.load.curve[2]`; empty for the whole. */
  readonly path: string;
  /** What was found there, as text that fits a line. */
  readonly found: string;
  /** What is allowed there. */
  readonly allowed: string;
  /** 1-based line in the file, where known. */
  readonly line?: number;
}

export class HarnessError extends Error {
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;
  readonly problems: readonly Problem[];

  constructor(
    code: string,
    message: string,
    options: {
      exitCode?: ExitCode;
      hint?: string;
      problems?: readonly Problem[];
      cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HarnessError';
    this.code = code;
    this.exitCode = options.exitCode ?? EXIT.usage;
    this.hint = options.hint;
    this.problems = options.problems ?? [];
  }
}

const FOUND_MAX = 60;

/** What was found, on one line, cut where it would not fit. */
export function foundText(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= FOUND_MAX ? text : `${text.slice(0, FOUND_MAX - 1)}…`;
}

/** All problems of an input in one error, each with place, value found and what is allowed. */
export function badInput(code: string, problems: readonly Problem[], hint?: string): HarnessError {
  const lines = problems.map((problem) => {
    const line = problem.line === undefined ? '' : `:${problem.line}`;
    const path = problem.path === '' ? '' : ` at ${problem.path}`;
    return `  ${problem.file}${line}${path}: found ${problem.found}; allowed: ${problem.allowed}`;
  });
  const count = problems.length === 1 ? 'One problem' : `${problems.length} problems`;
  return new HarnessError(code, `${count} in the input:\n${lines.join('\n')}`, {
    problems,
    ...(hint === undefined ? {} : { hint }),
  });
}
