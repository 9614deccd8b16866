/** A caller of a trail as an app of a scenario file, with what each figure rests on as comments. */
import { formatCount, formatDuration } from '../../kernel/units.ts';
import type { CachedCaller, InferredCaller, Judged, PerRequestCaller } from '../infer/inferred.ts';
import { clientTerms } from './client-terms.ts';
import { burstsOf } from './starts.ts';

export interface AppTerms {
  readonly app: string;
  /** As it may be shown, fit for a RAM user's name. */
  readonly user: string;
  readonly durationSeconds: number;
  /** Of the role: what any app asks for, at least an hour. */
  readonly roleSessionSeconds: number;
  /** All calls of the caller by second. */
  readonly calls: Uint32Array;
}

export interface AppText {
  readonly lines: readonly string[];
  readonly processes: number;
}

/** Processes of an app that calls for each request: any number makes the same calls. */
const CALLING_PROCESSES_MAX = 1_000;
const STEPS_MAX = 1_440;
const STEP_SECONDS_MIN = 60;

export function appText(caller: CachedCaller | PerRequestCaller, terms: AppTerms): AppText {
  const written = caller.kind === 'cached' ? cachedLines(caller, terms) : undefined;
  const { processes, lines } = written ?? perRequestLines(caller, terms);
  return {
    processes,
    lines: [
      ...headLines(caller, terms, [...judgements(caller), ...(written?.notes ?? [])]),
      ...lines,
    ],
  };
}

/** Name, what was seen of the caller and what is said of it besides, user and role. */
export function headLines(
  caller: InferredCaller,
  { app, user, roleSessionSeconds }: Omit<AppTerms, 'durationSeconds' | 'calls'>,
  notes: readonly string[],
): string[] {
  const arn = JSON.stringify(caller.name.roleArn);
  return [
    `  ${app}:`,
    ...[seenNote(caller), ...notes].map((note) => `    # ${oneLine(note)}`),
    `    user: ${JSON.stringify(user)}`,
    `    role: { arn: ${arn}, maxSessionDuration: ${roleSessionSeconds}s }`,
  ];
}

/** What an app asks STS for, which its role has to allow. */
export function sessionSecondsOf(caller: CachedCaller | PerRequestCaller): number {
  const terms = caller.kind === 'cached' ? clientTerms(caller) : undefined;
  return terms?.sessionSeconds ?? PER_REQUEST_SECONDS;
}

const PER_REQUEST_SECONDS = 900;

function cachedLines(caller: CachedCaller, { durationSeconds }: AppTerms) {
  const client = clientTerms(caller);
  if (client === undefined) return undefined;
  const { processes } = client;
  const bursts = burstsOf(caller.starts, {
    processes,
    share: caller.sampledShare,
    intervalSeconds: caller.interval.value.to,
    durationSeconds,
  });
  return {
    processes,
    notes: client.notes,
    lines: [
      `    sessionDuration: ${client.sessionSeconds}s`,
      `    hosts: ${processes}`,
      '    start:',
      '      mode: bursts',
      '      bursts:',
      ...bursts.map(
        ({ atSeconds, hosts, withinSeconds }) =>
          `        - { at: ${atSeconds}s, hosts: ${hosts}, within: ${withinSeconds}s }`,
      ),
      `    client: ${client.client}`,
      `    load: { rate: ${rateText(processes * client.ratePerSecond)} }`,
    ],
  };
}

/** Nothing is kept: a request is a call, as many of them as the trail has. */
function perRequestLines({ addresses }: CachedCaller | PerRequestCaller, terms: AppTerms) {
  const { calls } = terms;
  const processes = Math.min(CALLING_PROCESSES_MAX, Math.max(1, addresses));
  const width = Math.max(STEP_SECONDS_MIN, Math.ceil(calls.length / STEPS_MAX));
  const steps: string[] = [];
  let before = '';
  for (let at = 0; at < calls.length; at += width) {
    const some = calls.subarray(at, at + width);
    const rate = rateText(some.reduce((sum, count) => sum + count, 0) / some.length);
    if (rate !== before) steps.push(`        - { at: ${at}s, rate: ${rate} }`);
    before = rate;
  }
  return {
    processes,
    lines: [
      `    sessionDuration: ${PER_REQUEST_SECONDS}s`,
      `    hosts: ${processes}`,
      '    start: { mode: together, within: 0s }',
      '    client: uncached',
      '    load:',
      '      steps:',
      ...steps,
    ],
  };
}

function seenNote(caller: InferredCaller): string {
  const { calls, failed, throttled, addresses, name, lifetimeSeconds } = caller;
  const failures =
    failed === 0 ? '' : `, ${formatCount(failed)} failed (${formatCount(throttled)} throttled)`;
  return `seen: ${formatCount(calls)} calls${failures} from ${formatCount(addresses)} addresses, credentials of ${formatDuration(lifetimeSeconds * 1_000)}, ${name.userAgent || 'no user agent'}`;
}

function judgements(caller: CachedCaller | PerRequestCaller): string[] {
  if (caller.kind === 'per-request') return [`client: ${judgedText(caller.verdict)}`];
  const { processes, interval, singleFlight, synchrony, callsPerRefresh, jitterSeconds } = caller;
  const { from, to } = interval.value;
  return [
    `hosts: ${judgedText(processes)}`,
    `interval: ${judgedText({ ...interval, value: `${Math.round(from)} to ${Math.round(to)} s, jitter ${Math.round(jitterSeconds)} s` })}`,
    `single flight: ${judgedText(singleFlight)}; ${callsPerRefresh.toFixed(2)} calls a refresh`,
    `in step: ${judgedText({ ...synchrony, value: synchrony.value.toFixed(2) })}`,
  ];
}

function judgedText({ value, confidence, method }: Judged<number | string>): string {
  return `${value} (${confidence}: ${method})`;
}

/** Comments are of a file that others wrote: no line break or control character of theirs. */
function oneLine(text: string): string {
  return text.replace(/[\p{C}\u2028\u2029]/gu, '?');
}

function rateText(perSecond: number): string {
  return `${Number(perSecond.toFixed(6))}/s`;
}
