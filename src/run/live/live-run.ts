/**
 * A live run: one plan, replayed with one subject after the other, each with a mock and driver
 * threads of its own, and what was measured put side by side.
 */
import { availableParallelism } from 'node:os';
import { freshSuffix, realClock, sharedMonotonicMs } from '../../kernel/real-clock.ts';
import { mergeSnapshots } from '../../measure/merge-snapshots.ts';
import type { MeasuredResult, SubjectResult } from '../../measure/result.ts';
import type { RunShape } from '../../measure/run-shape.ts';
import { recordedInWindows, resultOfSubject } from '../../measure/subject-result.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { subjectNamed } from '../subjects/registry.ts';
import { type Drive, type DriveProgress, driveSubject } from './drive-subject.ts';
import { assess } from './validity.ts';

/** A shorter wait for a credential than this is no stall. */
const STALL_THRESHOLD_MS = 1;

export interface LiveRunOptions {
  readonly scenario: Scenario;
  /** Names given on the command line; empty: what the scenario says. */
  readonly subjects: readonly string[];
  readonly workers: number;
  readonly pace: 'fast' | 'real';
  /** The command line that repeats the run. */
  readonly command: string;
  readonly version: string;
  /** Aborted by a signal: what there is becomes a partial result. */
  readonly stop: AbortSignal;
  readonly onProgress: (progress: LiveProgress) => void;
}

export interface LiveProgress extends DriveProgress {
  readonly subject: string;
  readonly subjectIndex: number;
  readonly subjectCount: number;
  readonly shape: RunShape;
  /** Why the subject is replayed without fast-forward, if it is. */
  readonly slowReason: string | undefined;
}

export async function runLive(options: LiveRunOptions): Promise<MeasuredResult> {
  const { scenario } = options;
  const shape = shapeOf(scenario);
  const entries = subjectsOf(scenario, options.subjects);
  const begunMs = sharedMonotonicMs();
  const startedAtMs = realClock().nowMs();
  const ways = await Promise.all(entries.map((entry) => wayAcrossGaps(options, entry, shape)));
  const runId = `${scenario.name}-${compactTimestamp(startedAtMs)}-${freshSuffix()}`;
  const subjects: SubjectResult[] = [];
  let coveredMs = 0;
  let isPartial = false;
  for (const [index, entry] of entries.entries()) {
    if (options.stop.aborted && index > 0) break;
    const way = ways[index]!;
    const drive = await driveSubject({
      scenario,
      subject: entry.override,
      runId,
      shape,
      workers: options.workers,
      fastForward: way.mode !== 'none',
      stop: options.stop,
      onProgress: (progress) =>
        options.onProgress({
          ...progress,
          subject: entry.name,
          subjectIndex: index,
          subjectCount: entries.length,
          shape,
          slowReason: way.mode === 'none' && way.isSlow ? way.reason : undefined,
        }),
    });
    subjects.push(subjectResult(entry.name, { options, shape, drive, way }));
    coveredMs = Math.max(coveredMs, drive.coveredMs);
    isPartial ||= drive.incidents.length > 0;
  }
  return {
    schemaVersion: 1,
    run: {
      id: runId,
      engine: 'live',
      scenario: scenario.name,
      scenarioHash: scenario.hash,
      question: scenario.question,
      seed: scenario.seed,
      startedAt: new Date(startedAtMs).toISOString(),
      virtualSeconds: coveredMs / 1_000,
      scenarioSeconds: scenario.durationMs / 1_000,
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
      assumptions: assumptionsOf(scenario),
    },
    subjects,
  };
}

interface Entry {
  readonly name: string;
  /** Takes the place of every app's own client. */
  readonly override: string | undefined;
}

function subjectsOf(scenario: Scenario, named: readonly string[]): Entry[] {
  if (named.length > 0) return named.map((name) => ({ name, override: name }));
  const own = [...new Set(scenario.apps.map((app) => app.client.subject))];
  const first = own.length === 1 ? own[0]! : 'as configured';
  const others = scenario.compare.filter((name) => name !== first);
  return [
    { name: first, override: undefined },
    ...others.map((name) => ({ name, override: name })),
  ];
}

function shapeOf(scenario: Scenario): RunShape {
  const last = scenario.windows.at(-1)!;
  return {
    apps: scenario.apps.map((app) => ({ name: app.name, user: app.user, roleArn: app.role.arn })),
    windows: scenario.windows,
    endMs: last.atMs + last.forMs,
    stallThresholdMs: STALL_THRESHOLD_MS,
  };
}

interface Way {
  readonly mode: 'hops' | 'jump' | 'none';
  readonly reason: string;
  /** There are gaps, and they take their time although nobody asked for that. */
  readonly isSlow?: boolean;
}

/** How this subject crosses the gaps between windows, and why. */
async function wayAcrossGaps(options: LiveRunOptions, entry: Entry, shape: RunShape): Promise<Way> {
  const { apps } = options.scenario;
  const subjects = await Promise.all(
    apps.map((app) => subjectNamed(entry.override ?? app.client.subject)),
  );
  for (const [index, { client }] of apps.entries()) {
    const isOwn = entry.override === undefined || entry.override === client.subject;
    if (isOwn) subjects[index]!.checkOptions?.(client.options);
  }
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
  parts: { options: LiveRunOptions; shape: RunShape; drive: Drive; way: Way },
): SubjectResult {
  const { options, shape, drive, way } = parts;
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
    incidents: drive.incidents,
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
    coveredMs: drive.coveredMs,
  });
}

function assumptionsOf(scenario: Scenario): string[] {
  const { limiter, quotaPerAccount, quotaPerRole } = scenario.sts;
  const assumptions = [
    'STS latency is the scenario’s; Alibaba Cloud publishes none.',
    'The work of a request is accounted on an exact queue, not performed.',
  ];
  if (quotaPerAccount !== undefined || quotaPerRole !== undefined) {
    assumptions.unshift(
      `The quota’s algorithm is not documented by Alibaba Cloud; assumed here: ${limiter.algorithm.replace('-', ' ')}.`,
    );
  }
  return assumptions;
}

/** `20261123-014512`, UTC. */
function compactTimestamp(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}
