/**
 * Hits of one turn on their way to the recorder: columns of numbers, because a number that is handed
 * to a function one by one is put in an object first, and that costs as much as recording it.
 */
export class HitBatch {
  count = 0;
  readonly app: Int32Array;
  /** Intended start, actual start and end of the work, ms from virtual zero. */
  readonly dueMs: Float64Array;
  readonly askedMs: Float64Array;
  readonly endMs: Float64Array;

  constructor(capacity: number) {
    this.app = new Int32Array(capacity);
    this.dueMs = new Float64Array(capacity);
    this.askedMs = new Float64Array(capacity);
    this.endMs = new Float64Array(capacity);
  }
}
