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
import type { ErrorCount, GroupResult, SubjectResult, WindowResult } from './result.ts';
import type { RunShape } from './run-shape.ts';
import { Spans } from './spans.ts';
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
    quotas: quotaUses(assembly.calls, shape, figures.quotas),
    timeline: assembly.timeline,
    thresholds: [],
    errors: errorsOf(recorded.errors, assembly.calls.errors()),
    histograms: assembly.histograms(),
    processes,
    fastForward,
    notes: assembly.notes(),
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
    for (const [index, span] of this.spans.list.entries()) {
      if (span.window === undefined) continue;
      const cells = this.cells.filter((cell) => cell.span === index);
      const seconds = this.coveredSeconds(span);
      windows[span.window] = {
        ...this.group(cells, ALL, span),
        at: span.fromMs / MS,
        seconds,
        dip: dipOf(span, this.timeline),
      };
    }
    return windows;
  }

  histograms(): SubjectResult['histograms'] {
    const { wait, assumeRole, request } = sum(this.cells);
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

  private group(cells: readonly PlacedCell[], select: Select, window?: Stretch): GroupResult {
    const counts =
      window === undefined ? this.calls.counts(select) : this.calls.countsWithin(select, window);
    const windows = this.spans.list.filter((span) => span.window !== undefined);
    return groupOf({
      all: sum(cells),
      inWindows: sum(windowCells(this.spans, cells)),
      windowSeconds: (window === undefined ? windows : [window])
        .map((span) => this.coveredSeconds(span))
        .reduce((a, b) => a + b, 0),
      calls: { ...counts, ...this.calls.peaks(select, window) },
    });
  }

  private coveredSeconds({ fromMs, toMs }: Stretch): number {
    return Math.max(0, Math.min(toMs, this.coveredMs) - fromMs) / MS;
  }
}

function appOf(apps: RunShape['apps'], user: string, roleArn: string): number {
  return apps.findIndex((app) => app.user === user && app.roleArn === roleArn);
}

function sum(cells: readonly PlacedCell[]): CellSnapshot {
  return Cell.sum(cells.map(({ counts }) => counts));
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
