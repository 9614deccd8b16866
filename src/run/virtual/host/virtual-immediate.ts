import type { HostTime } from './host-time.ts';

/** What `setImmediate` gives, in virtual time. */
export class VirtualImmediate {
  private readonly cancel: () => void;
  private isReferenced = true;

  constructor(time: HostTime, fire: () => void) {
    this.cancel = time.addImmediate(fire);
  }

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

  clear(): void {
    this.cancel();
  }

  [Symbol.dispose](): void {
    this.clear();
  }
}
