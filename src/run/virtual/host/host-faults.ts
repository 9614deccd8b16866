/** Faults of a host's cloud, changed while it runs. */
import { readFault } from '../../../../mock-sts/core/fault-form.ts';
import type { HostCore } from './host-core.ts';

/** From now on, in the form of docs/faults.md. Returns what ends it. Throws for one that cannot be read. */
export function addFault(
  { time, cloud }: HostCore,
  order: Readonly<Record<string, unknown>>,
): () => void {
  const read = readFault(order, time.nowMs());
  if (read.kind === 'problem') throw new Error(read.problem);
  const { sts } = cloud;
  const entry = sts.changeFaults(time.nowMs(), (faults) => faults.add(read.fault));
  return () => {
    if (entry !== undefined) sts.changeFaults(time.nowMs(), (faults) => faults.remove(entry.id));
  };
}

export function clearFaults({ time, cloud }: HostCore): void {
  cloud.sts.changeFaults(time.nowMs(), (faults) => faults.removeAll());
}
