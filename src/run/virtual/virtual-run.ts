/**
 * A run in virtual time: one plan, simulated with one subject after the other, and what was measured
 * put side by side. The same scenario, plan, caches, STS, recorder and result as a live run; nothing
 * here depends on the machine, so a seed gives the same figures everywhere.
 */
import { badInput, HarnessError } from '../../kernel/errors.ts';
import { freshSuffix, realClock, sharedMonotonicMs } from '../../kernel/real-clock.ts';
import { derivedSeed } from '../../kernel/rng.ts';
import { Replications } from '../../measure/replications.ts';
import type { MeasuredResult, SubjectResult } from '../../measure/result.ts';
import { runHeader } from '../../measure/run-header.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { withoutHostedPrefix } from '../../scenario/subject-names.ts';
import { type Entry, lineUp } from '../subjects/line-up.ts';
import { checkSubjectName } from '../subjects/registry.ts';
import { simulateInThread } from './host/host-thread.ts';
import { isHosted } from './host/hosted-names.ts';
import {
  type SimulatedSubject,
  type SubjectHooks,
  type SubjectProgress,
  type SubjectTask,
  simulateSubject,
} from './simulate-subject.ts';
import { expandPresets, virtualSubjectNamed } from './subject-named.ts';
import type { VirtualSubject } from './virtual-subject.ts';

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
  /** True: real clients are hosted in this thread, which nothing else should use meanwhile. */
  readonly hostsHere?: boolean;
  readonly command: string;
  readonly version: string;
  readonly stop: AbortSignal;
  readonly onProgress: (progress: VirtualProgress) => void;
  /** Each simulation by itself, the first of a subject among them. */
  readonly onReplication?: (replication: Replication) => void;
  /**
   * The subject under test with the first seed, a hundred times on its way, at instants that the
   * scenario alone decides: what was measured until then. Figures of requests lag behind.
   */
  readonly onLook?: ((nowMs: number, sofar: SubjectResult) => void) | undefined;
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
  /** Undefined for real clients. */
  readonly cast: readonly VirtualSubject[] | undefined;
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
    const { entry } = part;
    const task = {
      scenario: options.scenario,
      name: entry.name,
      override: entry.override,
      seed,
      skipsAhead: options.skipsAhead,
      countedMax: options.countedMax,
    };
    const onProgress = (progress: SubjectProgress) =>
      options.onProgress({
        subject: entry.name,
        subjectIndex: part.index,
        subjectCount: part.count,
        replication,
        replications: options.replications,
        ...progress,
      });
    const onLook = part.index === 0 && replication === 0 ? options.onLook : undefined;
    const isStopped = () => options.stop.aborted;
    const { result, coveredMs } =
      part.cast === undefined
        ? await this.host(task, { onProgress, onLook })
        : await simulateSubject(task, part.cast, { isStopped, onProgress, onLook });
    this.coveredMs = Math.max(this.coveredMs, coveredMs);
    return result;
  }

  /** Real clients: in a thread of their own, unless this one may become a host. */
  private async host(
    task: SubjectTask,
    hooks: Omit<SubjectHooks, 'isStopped'>,
  ): Promise<SimulatedSubject> {
    const { stop, hostsHere } = this.options;
    if (hostsHere !== true) return simulateInThread(task, { stop, ...hooks });
    const { simulateHosted } = await import('./host/simulate-hosted.ts');
    return simulateHosted(task, { isStopped: () => stop.aborted, ...hooks });
  }
}

/** The subject of each app; undefined where they are real clients, loaded by their host alone. */
function castOf(scenario: Scenario, { override }: Entry): VirtualSubject[] | undefined {
  const names = scenario.apps.map(({ client }) => override ?? client.subject);
  const areHosted = names.some(isHosted);
  refuseFaultsElsewhere(scenario, areHosted);
  if (areHosted) {
    refuseModels(names);
    for (const name of names) checkSubjectName(withoutHostedPrefix(name));
    return undefined;
  }
  return scenario.apps.map((app) => {
    const { client } = app;
    const isOwn = override === undefined || override === client.subject;
    const subject = virtualSubjectNamed(override ?? client.subject, isOwn ? client.options : {});
    subject.checkApp?.(app);
    return subject;
  });
}

/** Where one app has a real client all have: one STS serves them, and one host holds it. */
function refuseModels(names: readonly string[]): void {
  const model = names.find((name) => name.startsWith('preset:'));
  if (model === undefined) return;
  const real = names.find(isHosted)!;
  throw new HarnessError(
    'SUBJECT_INVALID',
    `subject: found ${model} beside ${real}: a model cannot be simulated together with a real client`,
    { hint: 'Give both apps models, or both real clients.' },
  );
}

/**
 * Only STS has faults in virtual time, and the places that real clients ask by HTTP. Services know of
 * revoked credentials, and that is all.
 */
function refuseFaultsElsewhere({ faults, file }: Scenario, areHosted: boolean): void {
  const problems = faults.flatMap(({ target, kind }, index) => {
    const isKnown =
      target === undefined ||
      target === 'sts' ||
      kind === 'early-revocation' ||
      (areHosted && target !== 'resource');
    const allowed = areHosted ? 'any target but resource' : 'sts';
    return isKnown
      ? []
      : [
          {
            file,
            path: `faults[${index}].target`,
            found: target,
            allowed: `for simulate, ${allowed}`,
          },
        ];
  });
  if (problems.length === 0) return;
  throw badInput('SCENARIO_INVALID', problems, '`sts-harness run` plays all of them.');
}
