/**
 * The part of a result that an expectation looks at: the subject under test or another one, and of
 * it everything, an app, a role, a window, a phase, or what came after an instant.
 */
import { badInput, EXIT, HarnessError } from '../../kernel/errors.ts';
import { nearest } from '../../kernel/nearest.ts';
import { parseDurationMs } from '../../kernel/units.ts';
import type { Result, SubjectResult, TimelineBucket, Totals } from '../../measure/result.ts';

/** Which of a result's subjects; the one under test when left out. */
export interface OfSubject {
  readonly subject?: string;
}

/** At most one of these: the result has no figures of an app in a window. */
export interface InGroup extends OfSubject {
  /** By the name that the scenario gives it. */
  readonly app?: string;
  /** By role ARN. */
  readonly role?: string;
  /** By the name that the scenario gives it. */
  readonly window?: string;
  /**
   * `coldStart`: until half a session after the last process started; `steadyState`: from two
   * sessions after it, where the scenario is that long.
   */
  readonly phase?: 'coldStart' | 'steadyState';
}

export interface InPart extends InGroup {
  /**
   * Only what came later than that, of virtual time: `start` is the end of the cold start, otherwise a
   * duration such as `10s`, or a number of seconds. Of a bucket of the timeline that lies on both
   * sides everything counts.
   */
  readonly after?: 'start' | (string & {}) | number;
}

/** What every part has: figures, and the buckets of the timeline in which they arose. */
export interface Part {
  readonly subject: SubjectResult;
  /** `, in window start`; empty for everything. */
  readonly text: string;
  /** Whose figures: subject, scenario, seed. */
  readonly of: string;
  readonly counts: Counts;
  /** Undefined where the timeline does not tell the part from the others. */
  readonly buckets: readonly TimelineBucket[] | undefined;
}

export interface Counts {
  readonly stalled: number;
  /** Undefined where only buckets are known. */
  readonly longestStallSeconds: number | undefined;
  readonly calls: number;
  readonly callsPeakPerSecond: number;
}

const CHOICES = ['app', 'role', 'window', 'phase', 'after'] as const;

/** Throws `RESULT_SAYS_NOTHING` for a run that was invalid or ended early: neither a pass nor a failure. */
export function soundSubject(result: Result, { subject: name }: OfSubject = {}): SubjectResult {
  const { subjects } = result;
  const subject = name === undefined ? subjects[0] : subjects.find((each) => each.name === name);
  if (subject === undefined)
    throw unknownName(
      'subject',
      name!,
      subjects.map((each) => each.name),
    );
  const { validity, partial } = subject;
  if (validity.ok && !partial) return subject;
  const why = validity.ok ? 'the run was ended early' : validity.reasons.join(' ');
  throw new HarnessError(
    'RESULT_SAYS_NOTHING',
    `${subject.name} in ${result.run.scenario}: the figures say nothing about the client: ${why}`,
    { exitCode: EXIT.invalidRun },
  );
}

export function partOf(result: Result, options: InPart = {}): Part {
  const subject = soundSubject(result, options);
  const of = ofText(result, subject);
  const given = CHOICES.filter((choice) => options[choice] !== undefined);
  if (given.length > 1)
    throw refused(given.join(' and '), 'at most one', `one of: ${CHOICES.join(', ')}`);
  const { after } = options;
  if (after !== undefined) return { subject, of, ...later(subject, after) };
  const { totals, text, span } = groupOf(subject, options);
  return {
    subject,
    of,
    text,
    counts: countsOf(totals),
    buckets: span === undefined ? undefined : bucketsIn(subject, span),
  };
}

export function ofText({ run }: Result, subject: SubjectResult): string {
  return `${subject.name}, in scenario ${run.scenario}, seed ${run.seed}`;
}

interface Group {
  readonly totals: Totals;
  readonly text: string;
  readonly span: Span | undefined;
}

interface Span {
  readonly at: number;
  readonly seconds: number;
}

const ALL_OF_IT: Span = { at: 0, seconds: Infinity };

export function groupOf(subject: SubjectResult, options: InGroup): Group {
  const { app, role, window, phase } = options;
  if (app !== undefined) {
    const { totals } = named('app', app, subject.apps);
    const isOnly = Object.keys(subject.apps).length === 1;
    return { totals, text: `, of app ${app}`, span: isOnly ? ALL_OF_IT : undefined };
  }
  if (role !== undefined) {
    const { totals } = named('role', role, subject.roles);
    const isOnly = Object.keys(subject.roles).length === 1;
    return { totals, text: `, of role ${role}`, span: isOnly ? ALL_OF_IT : undefined };
  }
  if (window !== undefined) {
    const found = named('window', window, subject.windows);
    return { totals: found.totals, text: `, in window ${window}`, span: found };
  }
  if (phase !== undefined) {
    const found = named('phase', phase, subject.phases);
    return { totals: found.totals, text: `, in ${phase}`, span: found };
  }
  return { totals: subject.totals, text: '', span: ALL_OF_IT };
}

function later(subject: SubjectResult, after: NonNullable<InPart['after']>) {
  const fromSeconds = after === 'start' ? endOfStart(subject) : secondsOf(after);
  const buckets = subject.timeline.filter(({ at, seconds }) => at + seconds > fromSeconds);
  const sum = (value: (bucket: TimelineBucket) => number) =>
    buckets.reduce((total, bucket) => total + value(bucket), 0);
  return {
    text: after === 'start' ? `, after the start (${fromSeconds} s)` : `, after ${fromSeconds} s`,
    buckets,
    counts: {
      stalled: sum(({ stalled }) => stalled),
      longestStallSeconds: undefined,
      calls: sum(({ assumeRole }) => assumeRole),
      callsPeakPerSecond: Math.max(0, ...buckets.map((each) => each.assumeRolePeakPerSecond)),
    },
  };
}

function endOfStart(subject: SubjectResult): number {
  const start = named('phase', 'coldStart', subject.phases);
  return start.at + start.seconds;
}

function secondsOf(after: string | number): number {
  const seconds = typeof after === 'number' ? after : (parseDurationMs(after) ?? NaN) / 1_000;
  if (seconds >= 0) return seconds;
  throw refused('after', JSON.stringify(after), "'start', a duration such as 10s, or seconds");
}

function countsOf({ stalls, assumeRole }: Totals): Counts {
  return {
    stalled: stalls.requests,
    longestStallSeconds: stalls.longestSeconds,
    calls: assumeRole.calls,
    callsPeakPerSecond: assumeRole.peakPerSecond,
  };
}

function bucketsIn(subject: SubjectResult, { at, seconds }: Span): readonly TimelineBucket[] {
  return subject.timeline.filter((bucket) => bucket.at >= at && bucket.at < at + seconds);
}

function named<T>(kind: string, name: string, among: Readonly<Record<string, T>>): T {
  const found = Object.hasOwn(among, name) ? among[name] : undefined;
  if (found === undefined) throw unknownName(kind, name, Object.keys(among));
  return found;
}

function unknownName(kind: string, name: string, names: readonly string[]): HarnessError {
  const meant = nearest(name, names);
  const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
  const allowed =
    names.length === 0 ? `no ${kind}: this result has none` : `one of: ${names.join(', ')}`;
  return refused(kind, name, `${allowed}${hint}`);
}

export function refused(path: string, found: string, allowed: string): HarnessError {
  return badInput('EXPECTATION_INVALID', [{ file: 'expectation', path, found, allowed }]);
}
