/**
 * A run in virtual time: one plan, simulated with one subject after the other, and what was measured
 * put side by side. The same scenario, plan, caches, STS, recorder and result as a live run; nothing
 * here depends on the machine, so a seed gives the same figures everywhere.
 */
import { freshSuffix, nextTurn, realClock, sharedMonotonicMs } from '../../kernel/real-clock.ts';
import { derivedSeed } from '../../kernel/rng.ts';
import { Replications } from '../../measure/replications.ts';
import type { MeasuredResult, SubjectResult } from '../../measure/result.ts';
import { runHeader } from '../../measure/run-header.ts';
import { shapeOf } from '../../measure/run-shape.ts';
import { resultOfSubject } from '../../measure/subject-result.ts';
import { expectedRequests } from '../../scenario/estimate.ts';
import { type Plan, planOf } from '../../scenario/plan.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { commonClaims } from '../subjects/claims.ts';
import { type Entry, lineUp } from '../subjects/line-up.ts';
import { Simulation } from './simulation.ts';
import { expandPresets, virtualSubjectNamed } from './subject-named.ts';
import type { VirtualSubject } from './virtual-subject.ts';

/** In virtual time any wait is a stall: nothing but the client makes a request wait. */
const STALL_THRESHOLD_MS = Number.MIN_VALUE;
/** Between two looks at whoever waits for progress or wants to stop. */
const EVENTS_PER_TURN = 100_000;
/** So many requests are counted in less than a tenth of a second. */
const COUNTED_MAX = 1_000_000;
/** More requests than this are not simulated one by one beyond the windows of interest. */
const REQUESTS_SINGLY_MAX = 2_000_000;

export interface VirtualRunOptions {
  readonly scenario: Scenario;
  /** Names given on the command line; empty: what the scenario says. */
  readonly subjects: readonly string[];
  /** Seeds to simulate: the scenario's own, and others derived from it. */
  readonly replications: number;
  /** False: every request is simulated one by one, for comparison. */
  readonly skipsAhead: boolean;
  /** A plan of at most so many requests has its skipped ones counted; a million if left out. */
  readonly countedMax?: number;
  readonly command: string;
  readonly version: string;
  readonly stop: AbortSignal;
  readonly onProgress: (progress: VirtualProgress) => void;
  /** Each simulation by itself, the first of a subject among them. */
  readonly onReplication?: (replication: Replication) => void;
}

export interface VirtualProgress {
  readonly subject: string;
  readonly subjectIndex: number;
  readonly subjectCount: number;
  /** 0-based. */
  readonly replication: number;
  readonly replications: number;
  /** Virtual ms, of so many. */
  readonly nowMs: number;
  readonly endMs: number;
  readonly calls: number;
  readonly stalled: number;
}

export interface Replication {
  readonly subjectIndex: number;
  readonly index: number;
  readonly result: SubjectResult;
}

export async function runVirtual(options: VirtualRunOptions): Promise<MeasuredResult> {
  const { scenario } = options;
  const begunMs = sharedMonotonicMs();
  const startedAtMs = realClock().nowMs();
  const entries = lineUp(scenario, expandPresets(options.subjects));
  const casts = entries.map((entry) => castOf(scenario, entry));
  const subjects: SubjectResult[] = [];
  let coveredMs = 0;
  for (const [index, entry] of entries.entries()) {
    if (options.stop.aborted && index > 0) break;
    const replay = new SubjectReplay(options, {
      entry,
      index,
      count: entries.length,
      cast: casts[index]!,
    });
    const subject = await replay.run();
    subjects.push(subject);
    coveredMs = Math.max(coveredMs, replay.coveredMs);
  }
  return {
    schemaVersion: 1,
    run: runHeader(scenario, {
      engine: 'virtual',
      startedAtMs,
      suffix: freshSuffix(),
      virtualSeconds: coveredMs / 1_000,
      wallSeconds: (sharedMonotonicMs() - begunMs) / 1_000,
      partial: options.stop.aborted,
      command: options.command,
      // The figures are the same wherever they are made, and so is the document.
      environment: {
        version: options.version,
        node: 'any',
        platform: 'any',
        cpus: 1,
        workers: 0,
        pace: 'virtual',
      },
      assumptions: ['Network and TLS take no time: a call takes what STS takes for it.'],
    }),
    subjects,
  };
}

interface Part {
  readonly entry: Entry;
  readonly index: number;
  readonly count: number;
  readonly cast: readonly VirtualSubject[];
}

/** One subject, all seeds. */
class SubjectReplay {
  coveredMs = 0;
  private readonly options: VirtualRunOptions;
  private readonly part: Part;

  constructor(options: VirtualRunOptions, part: Part) {
    this.options = options;
    this.part = part;
  }

  async run(): Promise<SubjectResult> {
    const { options, part } = this;
    const replications = new Replications();
    let first: SubjectResult | undefined;
    for (let index = 0; index < options.replications; index += 1) {
      if (first !== undefined && options.stop.aborted) break;
      const seed = derivedSeed(options.scenario.seed, index);
      const result = await this.simulate(seed, index);
      // One that was stopped covers less than the others.
      if (first !== undefined && result.partial) break;
      options.onReplication?.({ subjectIndex: part.index, index, result });
      replications.add(seed, result);
      first ??= result;
    }
    if (options.replications === 1) return first!;
    return { ...first!, replications: replications.summary() };
  }

  private async simulate(seed: number, replication: number): Promise<SubjectResult> {
    const { options, part } = this;
    const { cast, entry } = part;
    const plan = planOf(options.scenario, seed);
    const windowsOnly = onlyWindows(plan, cast);
    const shape = {
      ...shapeOf(plan, {
        endMs: options.scenario.durationMs,
        stallThresholdMs: STALL_THRESHOLD_MS,
      }),
      gapsAreFull: true,
    };
    const simulation = new Simulation({
      plan,
      shape,
      subjects: cast,
      skipsAhead: options.skipsAhead,
      countedMax: options.countedMax ?? COUNTED_MAX,
      windowsOnly,
    });
    while (simulation.advance(EVENTS_PER_TURN) && !options.stop.aborted) {
      options.onProgress({
        subject: entry.name,
        subjectIndex: part.index,
        subjectCount: part.count,
        replication,
        replications: options.replications,
        nowMs: simulation.nowMs,
        endMs: shape.endMs,
        ...simulation.counts,
      });
      await new Promise<void>((resolve) => nextTurn(resolve));
    }
    const simulated = simulation.finish();
    this.coveredMs = Math.max(this.coveredMs, simulated.coveredMs);
    return resultOfSubject({
      name: entry.name,
      shape,
      recorded: simulated.recorded,
      calls: [simulated.calls],
      quotas: { caller: options.scenario.caller, sts: options.scenario.sts },
      validity: { reasons: [], shortfall: 0 },
      processes: simulated.processes,
      fastForward: windowsOnly.includes(true)
        ? { mode: 'jump', hops: 0, reason: 'it keeps nothing that ages' }
        : { mode: 'none', hops: 0, reason: 'virtual time takes none' },
      coveredMs: simulated.coveredMs,
      refreshesInFlightMax: simulated.refreshesInFlightMax,
      notes: notesOf(cast, windowsOnly),
      ...commonClaims(cast),
    });
  }
}

/** The subject of each app. */
function castOf(scenario: Scenario, { override }: Entry): VirtualSubject[] {
  return scenario.apps.map((app) => {
    const { client } = app;
    const isOwn = override === undefined || override === client.subject;
    const subject = virtualSubjectNamed(override ?? client.subject, isOwn ? client.options : {});
    subject.checkApp?.(app);
    return subject;
  });
}

/**
 * By app: whether requests between windows are left out. Where every request is a call, nothing can
 * be skipped, and a day of them would take hours; a client that keeps nothing is no other for it.
 */
function onlyWindows(plan: Plan, cast: readonly VirtualSubject[]): boolean[] {
  const requests = cast.reduce(
    (sum, { caches }, app) => sum + (caches ? 0 : expectedRequests(plan, app)),
    0,
  );
  return cast.map(({ caches }) => !caches && requests > REQUESTS_SINGLY_MAX);
}

function notesOf(cast: readonly VirtualSubject[], windowsOnly: readonly boolean[]): string[] {
  const notes = new Set(cast.flatMap(({ note }) => note ?? []));
  if (windowsOnly.includes(true)) {
    notes.add(
      'every request is a call, too many to simulate one by one: its figures are of the windows alone.',
    );
  }
  return [...notes];
}
