/** What was put off to an instant, by a number that an event can carry; used again once it has run. */
export type Errand = (nowMs: number) => void;

export class Errands {
  private readonly errands: (Errand | undefined)[] = [];
  private readonly free: number[] = [];

  add(run: Errand): number {
    const slot = this.free.pop() ?? this.errands.length;
    this.errands[slot] = run;
    return slot;
  }

  run(slot: number, nowMs: number): void {
    const run = this.errands[slot]!;
    this.errands[slot] = undefined;
    this.free.push(slot);
    run(nowMs);
  }
}
