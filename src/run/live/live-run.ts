/**
 * A live run: one plan, replayed with one subject after the other, each with a mock and driver
 * threads of its own, and what was measured put side by side.
 */
import { availableParallelism } from 'node:os';
import { freshSuffix, realClock, sharedMonotonicMs } from '../../kernel/real-clock.ts';
import { mergeSnapshots } from '../../measure/merge-snapshots.ts';
import { withRepetitions } from '../../measure/repetitions.ts';
import type { MeasuredResult, SubjectResult } from '../../measure/result.ts';
import { runHeader, runIdOf } from '../../measure/run-header.ts';
import { type RunShape, shapeOf } from '../../measure/run-shape.ts';
import { recordedInWindows, resultOfSubject } from '../../measure/subject-result.ts';
import { planOf } from '../../scenario/plan.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { commonClaims } from '../subjects/claims.ts';
import { type Entry, lineUp } from '../subjects/line-up.ts';
import { subjectNamed, subjectUnloaded } from '../subjects/registry.ts';
import type { Subject } from '../subjects/subject.ts';
import { type Drive, type DriveProgress, driveSubject } from './drive-subject.ts';
import { realStsFigures } from './real/figures.ts';
import type { RealSts } from './real/real-sts.ts';
import { assess } from './validity.ts';

/** A shorter wait for a credential than this is no stall. */
const STALL_THRESHOLD_MS = 1;

export interface LiveRunOptions {
  readonly scenario: Scenario;
  /** Names given on the command line; empty: what the scenario says. */
  readonly subjects: readonly string[];
  readonly workers: number;
  readonly pace: 'fast' | 'real';
  /** STS itself in the place of a mock. What a user confirmed is the caller's affair; pace is real. */
  readonly real?: RealSts | undefined;
  /** How often each subject is replayed, in turns: A B A B. Once if left out. */
  readonly repetitions?: number;
  /** The command line that repeats the run. */
  readonly command: string;
  readonly version: string;
  /** Aborted by a signal: what there is becomes a partial result. */
  readonly stop: AbortSignal;
  readonly onProgress: (progress: LiveProgress) => void;
  /** Each replay by itself. */
  readonly onRepetition?: (repetition: Repetition) => void;
  /** The subject under test, each second of each of its replays: what was measured until then. */
  readonly onLook?: ((nowMs: number, sofar: SubjectResult) => void) | undefined;
}

export interface Repetition {
  readonly subjectIndex: number;
  /** 0-based. */
  readonly index: number;
  readonly result: SubjectResult;
}

export interface LiveProgress extends DriveProgress {
  readonly subject: string;
  readonly subjectIndex: number;
  readonly subjectCount: number;
  /** 0-based. */
  readonly repetition: number;
  readonly repetitions: number;
  readonly shape: RunShape;
  /** Why the subject is replayed without fast-forward, if it is. */
  readonly slowReason: string | undefined;
}

export async function runLive(options: LiveRunOptions): Promise<MeasuredResult> {
  const { scenario, repetitions = 1 } = options;
  const last = scenario.windows.at(-1)!;
  const shape = shapeOf(planOf(scenario), {
    endMs: last.atMs + last.forMs,
    stallThresholdMs: STALL_THRESHOLD_MS,
  });
  const entries = lineUp(scenario, options.subjects);
  const begunMs = sharedMonotonicMs();
  const startedAtMs = realClock().nowMs();
  const find = options.real === undefined ? subjectNamed : subjectUnloaded;
  const casts = await Promise.all(entries.map((entry) => castOf(scenario, entry, find)));
  const suffix = freshSuffix();
  const runId = runIdOf(scenario, { startedAtMs, suffix });
  const measured: SubjectResult[][] = entries.map(() => []);
  let coveredMs = 0;
  let isPartial = false;
  for (let turn = 0; turn < entries.length * repetitions; turn += 1) {
    if (options.stop.aborted && turn > 0) break;
    const index = turn % entries.length;
    const repetition = (turn - index) / entries.length;
    const entry = entries[index]!;
    const cast = casts[index]!;
    const way = wayAcrossGaps(options, cast, shape);
    const resultOf = (drive: Drive) =>
      subjectResult(entry.name, { options, shape, drive, way, cast });
    const drive = await driveSubject({
      scenario,
      subject: entry.override,
      runId,
      shape,
      workers: options.workers,
      real: options.real,
      fastForward: way.mode !== 'none',
      stop: options.stop,
      onProgress: (progress) =>
        options.onProgress({
          ...progress,
          subject: entry.name,
          subjectIndex: index,
          subjectCount: entries.length,
          repetition,
          repetitions,
          shape,
          slowReason: way.mode === 'none' && way.isSlow ? way.reason : undefined,
        }),
      onLook:
        options.onLook === undefined || index > 0
          ? undefined
          : (sofar) => options.onLook?.(sofar.coveredMs, resultOf(sofar)),
    });
    const result = resultOf(drive);
    measured[index]!.push(result);
    options.onRepetition?.({ subjectIndex: index, index: repetition, result });
    coveredMs = Math.max(coveredMs, drive.coveredMs);
    isPartial ||= drive.incidents.length > 0;
  }
  return {
    schemaVersion: 1,
    run: runHeader(scenario, {
      engine: 'live',
      startedAtMs,
      suffix,
      virtualSeconds: coveredMs / 1_000,
      wallSeconds: (sharedMonotonicMs() - begunMs) / 1_000,
      partial: isPartial || options.stop.aborted,
      command: options.command,
      environment: {
        version: options.version,
        node: process.version,
        platform: `${process.platform} ${process.arch}`,
        cpus: availableParallelism(),
        workers: options.workers,
        pace: options.pace,
      },
      assumptions: [],
      ...(options.real === undefined ? {} : { target: 'real' }),
    }),
    subjects: measured.filter((results) => results.length > 0).map(withRepetitions),
  };
}

/**
 * Throws HarnessError (exit 2) for subjects that cannot be replayed, as a run does before its first thread.
 * No user's module is loaded for it.
 */
export async function checkSubjects(scenario: Scenario, named: readonly string[]): Promise<void> {
  const entries = lineUp(scenario, named);
  await Promise.all(entries.map((entry) => castOf(scenario, entry, subjectUnloaded)));
}

interface Way {
  readonly mode: 'hops' | 'jump' | 'none';
  readonly reason: string;
  /** There are gaps, and they take their time although nobody asked for that. */
  readonly isSlow?: boolean;
}

/** The subject of each app, with options that it takes. */
async function castOf(
  { apps }: Scenario,
  entry: Entry,
  find: typeof subjectNamed,
): Promise<readonly Subject[]> {
  const subjects = await Promise.all(apps.map((app) => find(entry.override ?? app.client.subject)));
  for (const [index, app] of apps.entries()) {
    const { client } = app;
    subjects[index]!.checkApp?.(app);
    const isOwn = entry.override === undefined || entry.override === client.subject;
    if (isOwn) subjects[index]!.checkOptions?.(client.options);
  }
  return subjects;
}

/** How these subjects cross the gaps between windows, and why. */
function wayAcrossGaps(
  options: LiveRunOptions,
  subjects: readonly Subject[],
  shape: RunShape,
): Way {
  const windowsMs = shape.windows.reduce((sum, window) => sum + window.forMs, 0);
  if (windowsMs === shape.endMs) return { mode: 'none', reason: 'the windows leave no gap' };
  if (options.pace === 'real') return { mode: 'none', reason: '--pace real' };
  for (const { fastForward } of subjects) {
    if (fastForward.mode === 'refused') {
      return { mode: 'none', reason: fastForward.reason, isSlow: true };
    }
  }
  return subjects.every(({ fastForward }) => fastForward.mode === 'jump')
    ? { mode: 'jump', reason: 'it keeps nothing that ages, so nothing happens between windows' }
    : { mode: 'hops', reason: 'from event to event, each run at true speed' };
}

function subjectResult(
  name: string,
  parts: {
    options: LiveRunOptions;
    shape: RunShape;
    drive: Drive;
    way: Way;
    cast: readonly Subject[];
  },
): SubjectResult {
  const { options, shape, drive, way, cast } = parts;
  const { scenario } = options;
  const recorded = mergeSnapshots(
    shape,
    drive.reports.map((report) => report.snapshot),
  );
  const inWindows = recordedInWindows(shape, recorded);
  const sumOf = (value: (report: Drive['reports'][number]) => number) =>
    drive.reports.reduce((sum, report) => sum + value(report), 0);
  const validity = assess({
    offered: inWindows.offered,
    late: sumOf((report) => report.late),
    notStarted: inWindows.notStarted,
    cpu: drive.cpu,
    cores: availableParallelism(),
    workers: options.workers,
    gcLongestMs: Math.max(0, ...drive.reports.map((report) => report.gcMs.longest)),
    gcTotalMs: sumOf((report) => report.gcMs.total),
    windowsMs: shape.windows.reduce((sum, window) => sum + window.forMs, 0),
    incidents: [...drive.incidents, ...breachesOf(drive.reports)],
  });
  return resultOfSubject({
    name,
    shape,
    recorded,
    calls: drive.calls === undefined ? [] : [drive.calls],
    quotas: { caller: scenario.caller, sts: scenario.sts },
    validity,
    processes: sumOf((report) => report.processes),
    fastForward: { mode: way.mode, reason: way.reason, hops: drive.hops },
    refreshesInFlightMax: mostOf(drive.reports),
    ...commonClaims(cast),
    coveredMs: drive.coveredMs,
    ...(options.real === undefined ? {} : { realSts: realStsFigures(options.real, drive.calls) }),
  });
}

function breachesOf(reports: Drive['reports']): string[] {
  const breaches = new Set(reports.flatMap((report) => report.breaches));
  return [...breaches].map((what) => `A client tried to make ${what}, and was refused it.`);
}

function mostOf(reports: Drive['reports']): number | undefined {
  const counts = reports.flatMap((report) => report.refreshesInFlightMax ?? []);
  return counts.length === 0 ? undefined : Math.max(...counts);
}
