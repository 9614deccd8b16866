/** Errors by code, with the first and last instant of each. Codes come from outside, so bounded. */

/** Codes beyond this many different ones count as `Other`. */
const CODE_LIMIT = 200;

export interface CodeCount {
  readonly code: string;
  readonly count: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

export class ErrorCounts {
  private readonly byCode = new Map<string, CodeCount>();

  note(code: string, atMs: number): void {
    this.add({ code, count: 1, firstAtMs: atMs, lastAtMs: atMs });
  }

  add(more: CodeCount): void {
    const code = this.byCode.has(more.code) || this.byCode.size < CODE_LIMIT ? more.code : 'Other';
    const before = this.byCode.get(code);
    this.byCode.set(code, {
      code,
      count: (before?.count ?? 0) + more.count,
      firstAtMs: Math.min(before?.firstAtMs ?? more.firstAtMs, more.firstAtMs),
      lastAtMs: Math.max(before?.lastAtMs ?? more.lastAtMs, more.lastAtMs),
    });
  }

  list(): CodeCount[] {
    return [...this.byCode.values()];
  }
}
