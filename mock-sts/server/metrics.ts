/**
 * What the mock did as Prometheus metrics, in the text format 0.0.4. Counting a call is a comparison
 * and an addition while the same kind of call comes again and again; the text is made when asked for.
 *
 * By hand, since the format is a page long and the library for it brings a tracing API along.
 * Source: Prometheus, "Exposition formats".
 */
import type { CallRecord } from '../../src/kernel/sts/call-record.ts';
import type { FaultEntry } from '../core/fault-list.ts';
import type { QuotaLevel } from '../core/quota.ts';

export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Seconds. Where STS usually answers, and up to what clients wait for. */
const BUCKETS_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Kinds of calls that are told apart; a caller who invents roles must not grow this without end. */
export const SERIES_MAX = 2_000;

interface Series {
  readonly action: string;
  readonly outcome: string;
  readonly code: string;
  readonly role: string;
  count: number;
}

export interface Standing {
  readonly quotas: readonly QuotaLevel[];
  readonly faults: readonly (Pick<FaultEntry, 'id' | 'name'> & { readonly active: boolean })[];
  readonly nowMs: number;
  readonly droppedTrailLines: number;
}

export class CallMetrics {
  private readonly series = new Map<string, Series>();
  private last: Series | undefined;
  private readonly buckets = new Array<number>(BUCKETS_SECONDS.length).fill(0);
  private durationSeconds = 0;
  private count = 0;

  record(record: CallRecord): void {
    this.seriesOf(record).count += 1;
    const seconds = record.serviceMs / 1_000;
    this.count += 1;
    this.durationSeconds += seconds;
    const bucket = BUCKETS_SECONDS.findIndex((limit) => seconds <= limit);
    if (bucket >= 0) this.buckets[bucket] = this.buckets[bucket]! + 1;
  }

  clear(): void {
    this.series.clear();
    this.last = undefined;
    this.buckets.fill(0);
    this.durationSeconds = 0;
    this.count = 0;
  }

  render({ quotas, faults, nowMs, droppedTrailLines }: Standing): string {
    const lines: string[] = [];
    const family = (name: string, type: string, help: string) =>
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
    const sample = (name: string, labels: Readonly<Record<string, string>>, value: number) =>
      lines.push(`${name}${labelText(labels)} ${valueText(value)}`);

    family('mock_sts_calls_total', 'counter', 'Calls by action, outcome, error code and role.');
    for (const { count, ...labels } of this.series.values()) {
      sample('mock_sts_calls_total', labels, count);
    }
    family('mock_sts_call_duration_seconds', 'histogram', 'Modelled latency, faults included.');
    let upTo = 0;
    for (const [i, limit] of BUCKETS_SECONDS.entries()) {
      upTo += this.buckets[i]!;
      sample('mock_sts_call_duration_seconds_bucket', { le: String(limit) }, upTo);
    }
    sample('mock_sts_call_duration_seconds_bucket', { le: '+Inf' }, this.count);
    sample('mock_sts_call_duration_seconds_sum', {}, this.durationSeconds);
    sample('mock_sts_call_duration_seconds_count', {}, this.count);
    const quotaFamilies = [
      ['mock_sts_quota_used', 'used', 'Calls that count against a quota now.'],
      ['mock_sts_quota_limit', 'limit', 'Calls a second that a quota lets pass.'],
    ] as const;
    for (const [name, field, help] of quotaFamilies) {
      family(name, 'gauge', help);
      for (const level of quotas) {
        const { scope, key, action } = level;
        sample(name, { scope, key, action: action || 'AssumeRole' }, level[field]);
      }
    }
    family('mock_sts_fault_active', 'gauge', 'Faults that are there: 1 in force, 0 not.');
    for (const { id, name, active } of faults) {
      sample('mock_sts_fault_active', { id, kind: name }, active ? 1 : 0);
    }
    family(
      'mock_sts_trail_lines_dropped_total',
      'counter',
      'Events that did not get into the file.',
    );
    sample('mock_sts_trail_lines_dropped_total', {}, droppedTrailLines);
    family('mock_sts_clock_seconds', 'gauge', "The mock's clock.");
    sample('mock_sts_clock_seconds', {}, nowMs / 1_000);
    return `${lines.join('\n')}\n`;
  }

  private seriesOf({ action, outcome, code, roleArn: role }: CallRecord): Series {
    const { last } = this;
    if (
      last !== undefined &&
      last.action === action &&
      last.code === code &&
      last.role === role &&
      last.outcome === outcome
    ) {
      return last;
    }
    const key = JSON.stringify([action, outcome, code, role]);
    const known = this.series.get(key) ?? this.newSeries(key, { action, outcome, code, role });
    this.last = known;
    return known;
  }

  /** What is beyond the limit is counted together, by outcome. */
  private newSeries(key: string, labels: Omit<Series, 'count'>): Series {
    if (this.series.size < SERIES_MAX) {
      const series = { ...labels, count: 0 };
      this.series.set(key, series);
      return series;
    }
    const { outcome } = labels;
    const others = this.series.get(outcome) ?? {
      action: 'other',
      outcome,
      code: 'other',
      role: 'other',
      count: 0,
    };
    this.series.set(outcome, others);
    return others;
  }
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function valueText(value: number): string {
  return value === Infinity ? '+Inf' : String(value);
}
