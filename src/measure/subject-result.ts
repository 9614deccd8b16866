/**
 * Puts together one subject's column of the result from what was recorded: pure, and the same for a
 * live run and a simulated one. Thresholds are judged later, by `src/verdict`.
 */
import type { CallLogExport } from './call-log.ts';
import type { Select, Stretch } from './call-table.ts';
import { ALL, CallTable } from './call-table.ts';
import type { CellSnapshot } from './cell.ts';
import { Cell } from './cell.ts';
import type { CodeCount } from './error-counts.ts';
import { groupOf } from './groups.ts';
import { encode, summarise } from './latency-summary.ts';
import type { QuotaModel } from './quota-use.ts';
import { quotaUses, rolesOf } from './quota-use.ts';
import type { PlacedCell, RecorderSnapshot } from './recorder-snapshot.ts';
import type {
  ErrorCount,
  GroupResult,
  PhaseResult,
  SubjectResult,
  WindowResult,
} from './result.ts';
import type { RunShape } from './run-shape.ts';
import { type Span, Spans } from './spans.ts';
import { dipOf, timelineOf } from './timeline.ts';

export interface SubjectFigures {
  readonly name: string;
  readonly shape: RunShape;
  /** Of all recorders, merged. */
  readonly recorded: RecorderSnapshot;
  /** One for each STS (or client, where STS cannot be asked) that logged. */
  readonly calls: readonly CallLogExport[];
  readonly quotas: QuotaModel;
  /** Why the figures say nothing about the subject, if so, and the share of requests not started in time. */
  readonly validity: { readonly reasons: readonly string[]; readonly shortfall: number };
  readonly processes: number;
  readonly fastForward: SubjectResult['fastForward'];
  /** What the subject promises of itself, if anything: held against the figures. */
  readonly claims?: SubjectResult['claims'];
  /** Most refreshes of one client in the air at once, where that could be seen. */
  readonly refreshesInFlightMax?: number | undefined;
  /** Where the replay was against real STS. */
  readonly realSts?: SubjectResult['realSts'];
  /** What else limits the figures. */
  readonly notes?: readonly string[];
  /** Virtual time that was covered; less than the shape's when the run ended early. */
  readonly coveredMs: number;
}

const MS = 1_000;

export function resultOfSubject(figures: SubjectFigures): SubjectResult {
  const { name, shape, recorded, validity, processes, fastForward } = figures;
  const assembly = new Assembly(figures);
  const total = assembly.total();
  const late = summarise(recorded.lag);
  return {
    name,
    partial: figures.coveredMs < shape.endMs,
    validity: {
      ok: validity.reasons.length === 0,
      reasons: validity.reasons,
      late: { p50Ms: late.p50Ms, p99Ms: late.p99Ms, maxMs: late.maxMs },
      shortfall: validity.shortfall,
    },
    ...total,
    apps: assembly.apps(),
    roles: assembly.roles(),
    windows: assembly.windows(),
    phases: assembly.phases(),
    quotas: quotaUses(assembly.calls, shape, figures.quotas),
    timeline: assembly.timeline,
    thresholds: [],
    errors: errorsOf(recorded.errors, assembly.calls.errors()),
    histograms: assembly.histograms(),
    processes,
    fastForward,
    ...(figures.claims === undefined ? {} : { claims: figures.claims }),
    refreshesInFlightMax: figures.refreshesInFlightMax ?? null,
    ...(figures.realSts === undefined ? {} : { realSts: figures.realSts }),
    notes: [...assembly.notes(), ...(figures.notes ?? [])],
  };
}

/** Requests due inside windows, summed: what a driver judges its own shortfall by. */
export function recordedInWindows(shape: RunShape, recorded: RecorderSnapshot): CellSnapshot {
  return Cell.sum(windowCells(new Spans(shape), recorded.cells).map(({ counts }) => counts));
}

class Assembly {
  readonly calls: CallTable;
  readonly timeline: SubjectResult['timeline'];
  private readonly shape: RunShape;
  private readonly spans: Spans;
  private readonly cells: readonly PlacedCell[];
  private readonly coveredMs: number;
  private readonly sums = new Map<string, CellSnapshot>();

  constructor({ shape, recorded, calls, coveredMs }: SubjectFigures) {
    this.shape = shape;
    this.spans = new Spans(shape);
    this.cells = recorded.cells;
    this.coveredMs = coveredMs;
    this.calls = new CallTable(calls);
    this.timeline = timelineOf(
      this.spans,
      recorded.timeline,
      this.calls.timeline(this.spans),
      coveredMs,
    );
  }

  total(): GroupResult {
    return this.group(this.cells, ALL);
  }

  apps(): Record<string, GroupResult> {
    const { apps } = this.shape;
    return Object.fromEntries(
      apps.map((app, index) => {
        // Calls do not name the app: apps with one user and role are told apart by nothing.
        const isMine: Select = ({ caller, roleArn }) => index === appOf(apps, caller, roleArn);
        const cells = this.cells.filter((cell) => cell.app === index);
        return [app.name, this.group(cells, isMine)];
      }),
    );
  }

  roles(): Record<string, GroupResult> {
    return Object.fromEntries(
      rolesOf(this.calls, this.shape).map((arn) => {
        const cells = this.cells.filter(({ app }) => this.shape.apps[app]!.roleArn === arn);
        return [arn, this.group(cells, ({ roleArn }) => roleArn === arn)];
      }),
    );
  }

  windows(): Record<string, WindowResult> {
    const windows: Record<string, WindowResult> = {};
    for (const { window: name, fromMs, bucketMs } of this.spans.list) {
      if (name === undefined || windows[name] !== undefined) continue;
      // A window that a phase ends in is several spans.
      const stretch = {
        fromMs,
        toMs: this.spans.list.findLast(({ window }) => window === name)!.toMs,
      };
      const cells = this.cells.filter(({ span }) => this.spanNamed(span) === name);
      windows[name] = {
        ...this.group(cells, ALL, stretch),
        at: fromMs / MS,
        seconds: this.coveredSeconds(stretch),
        dip: dipOf({ ...stretch, bucketMs }, this.timeline),
      };
    }
    return windows;
  }

  phases(): SubjectResult['phases'] {
    const phases: Record<string, PhaseResult> = {};
    for (const phase of this.spans.phases) {
      const cells = this.cells.filter(({ span }) => span !== undefined && this.isIn(phase, span));
      const spans = windowsOf(this.spans).filter((span) => liesIn(phase, span));
      phases[phase.name] = {
        ...this.group(cells, ALL, phase, spans),
        at: phase.fromMs / MS,
        seconds: this.coveredSeconds(phase),
      };
    }
    return phases;
  }

  private isIn(phase: Stretch, span: number): boolean {
    return liesIn(phase, this.spans.list[span]!);
  }

  private spanNamed(span: number | undefined): string | undefined {
    return span === undefined ? undefined : this.spans.list[span]!.window;
  }

  histograms(): SubjectResult['histograms'] {
    const { wait, assumeRole, request } = this.sum(this.cells);
    return {
      credentialWait: encode(wait),
      assumeRole: encode(assumeRole),
      request: encode(request),
    };
  }

  notes(): string[] {
    const notes: string[] = [];
    const { apps } = this.shape;
    const hidden = apps.filter((app, i) => i !== appOf(apps, app.user, app.roleArn));
    for (const app of hidden) {
      const shown = apps[appOf(apps, app.user, app.roleArn)]!;
      notes.push(
        `${app.name} calls STS as the same user and role as ${shown.name}: the calls of both are shown under ${shown.name}.`,
      );
    }
    const ways = apps.flatMap(({ via = [] }) => via.map((call) => JSON.stringify(call)));
    if (new Set(ways).size < ways.length) {
      notes.push(
        'Calls for a role that several apps assume on the way to their own are shown under the first of them.',
      );
    }
    if (this.calls.unplaced > 0) {
      notes.push(
        `The call log was full: ${this.calls.unplaced} calls are in the totals, and in no peak, window or timeline bucket.`,
      );
    }
    const widest = this.spans.list.find((span) => span.window !== undefined)?.bucketMs ?? MS;
    if (widest > MS) {
      notes.push(
        `The timeline is coarse: ${widest / MS} s a bucket, and dips are averages over that.`,
      );
    }
    return notes;
  }

  /** `windows`: the stretches that throughput is of; those of the group, or those in its stretch. */
  private group(
    cells: readonly PlacedCell[],
    select: Select,
    stretch?: Stretch,
    windows: readonly Stretch[] = stretch === undefined ? windowsOf(this.spans) : [stretch],
  ): GroupResult {
    const counts =
      stretch === undefined ? this.calls.counts(select) : this.calls.countsWithin(select, stretch);
    return groupOf({
      all: this.sum(cells),
      inWindows: this.sum(windowCells(this.spans, cells)),
      windowSeconds: windows.map((span) => this.coveredSeconds(span)).reduce((a, b) => a + b, 0),
      calls: { ...counts, ...this.calls.peaks(select, stretch) },
    });
  }

  /** Sums of the same cells are one object, so that nothing is made of them twice. */
  private sum(cells: readonly PlacedCell[]): CellSnapshot {
    const key = cells.map((cell) => this.cells.indexOf(cell)).join();
    let sum = this.sums.get(key);
    if (sum === undefined) {
      sum = Cell.sum(cells.map(({ counts }) => counts));
      this.sums.set(key, sum);
    }
    return sum;
  }

  private coveredSeconds({ fromMs, toMs }: Stretch): number {
    return Math.max(0, Math.min(toMs, this.coveredMs) - fromMs) / MS;
  }
}

function appOf(apps: RunShape['apps'], user: string, roleArn: string): number {
  const isMine = (call: { user: string; roleArn: string }) =>
    call.user === user && call.roleArn === roleArn;
  return apps.findIndex((app) => isMine(app) || app.via?.some(isMine));
}

function windowsOf(spans: Spans): readonly Span[] {
  return spans.list.filter(({ window }) => window !== undefined);
}

function liesIn(outer: Stretch, inner: Stretch): boolean {
  return outer.fromMs <= inner.fromMs && inner.toMs <= outer.toMs;
}

function windowCells(spans: Spans, cells: readonly PlacedCell[]): PlacedCell[] {
  return cells.filter(({ span }) => span !== undefined && spans.list[span]!.window !== undefined);
}

function errorsOf(requests: readonly CodeCount[], calls: readonly CodeCount[]): ErrorCount[] {
  const listed = (source: ErrorCount['source'], errors: readonly CodeCount[]) =>
    errors.map(({ code, count, firstAtMs, lastAtMs }) => ({
      source,
      code,
      count,
      firstAt: firstAtMs / MS,
      lastAt: lastAtMs / MS,
    }));
  return [...listed('request', requests), ...listed('assumeRole', calls)].sort(
    (a, b) => b.count - a.count || a.code.localeCompare(b.code, 'en'),
  );
}
