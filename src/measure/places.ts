/**
 * Where an instant of one app counts: its cell and its timeline bucket, looked up once for all
 * instants of the same stretch of time. Instants come nearly in order, so an app's next one mostly
 * falls where its last one did.
 */
import type { Cell } from './cell.ts';
import type { Spans } from './spans.ts';

/** A class, so that the hot path sees one shape of object. */
class Place {
  readonly fromMs: number;
  readonly toMs: number;
  readonly bucket: number;
  readonly cell: Cell;
  readonly isInWindow: boolean;

  constructor(fromMs: number, toMs: number, bucket: number, cell: Cell, isInWindow: boolean) {
    this.fromMs = fromMs;
    this.toMs = toMs;
    this.bucket = bucket;
    this.cell = cell;
    this.isInWindow = isInWindow;
  }
}

export class Places {
  private readonly spans: Spans;
  private readonly cellOf: (app: number, span: number) => Cell;
  /** By app. */
  private readonly latest: (Place | undefined)[] = [];

  constructor(spans: Spans, cellOf: (app: number, span: number) => Cell) {
    this.spans = spans;
    this.cellOf = cellOf;
  }

  at(app: number, ms: number): Place {
    const last = this.latest[app];
    if (last !== undefined && ms >= last.fromMs && ms < last.toMs) return last;
    const span = this.spans.at(ms);
    const bucket = this.spans.bucketAt(span, ms);
    const { fromMs, toMs } = this.spans.stretchOf(span, bucket);
    const isInWindow = this.spans.list[span]!.window !== undefined;
    const place = new Place(fromMs, toMs, bucket, this.cellOf(app, span), isInWindow);
    this.latest[app] = place;
    return place;
  }
}
