import type { HostTime } from './host-time.ts';
import { VirtualHandle } from './virtual-handle.ts';

/** What `setImmediate` gives, in virtual time. */
export class VirtualImmediate extends VirtualHandle {
  private readonly cancel: () => void;

  constructor(time: HostTime, fire: () => void) {
    super();
    this.cancel = time.addImmediate(fire);
  }

  override clear(): void {
    this.cancel();
  }
}
