/** What timers and immediates have in common, as Node gives them: whether they keep the process alive. */
export abstract class VirtualHandle {
  private isReferenced = true;

  abstract clear(): void;

  ref(): this {
    this.isReferenced = true;
    return this;
  }

  unref(): this {
    this.isReferenced = false;
    return this;
  }

  hasRef(): boolean {
    return this.isReferenced;
  }

  [Symbol.dispose](): void {
    this.clear();
  }
}
