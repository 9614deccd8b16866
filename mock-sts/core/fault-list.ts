/**
 * The faults that are there: those of the configuration, and those that somebody adds while the mock
 * runs. What they do at one place is the business of a `FaultSchedule`, of which each place has one
 * over the same list.
 */
import { drawerOf } from '../../src/kernel/distribution.ts';
import type { Rng } from '../../src/kernel/rng.ts';
import type { MockFault } from './config.ts';

export const FAULTS_MAX = 1_000;

export interface FaultEntry {
  /** `fault-1`, `fault-2`, … in the order in which they came. */
  readonly id: string;
  /** The name it was asked for by, see `fault-kinds.ts`. */
  readonly name: string;
  readonly fault: MockFault;
}

/** An entry, and what has to be remembered of it. */
export interface KnownFault extends FaultEntry {
  /** Calls that it let pass. */
  passed: number;
  readonly drawMs: (rng: Rng) => number;
}

export class FaultList {
  /** Replaced as a whole with each change. */
  known: readonly KnownFault[] = [];
  private nextId = 1;

  constructor(faults: readonly MockFault[]) {
    for (const fault of faults) this.add(fault);
  }

  /** Undefined if there are `FAULTS_MAX` already. */
  add(fault: MockFault, name: string = fault.kind): FaultEntry | undefined {
    if (this.known.length >= FAULTS_MAX) return undefined;
    const entry = { id: `fault-${this.nextId}`, name, fault, passed: 0, drawMs: addedBy(fault) };
    this.nextId += 1;
    this.known = [...this.known, entry];
    return entry;
  }

  /** Whether there was one of that id. */
  remove(id: string): boolean {
    const before = this.known.length;
    this.known = this.known.filter((entry) => entry.id !== id);
    return this.known.length < before;
  }

  removeAll(): void {
    this.known = [];
  }

  list(): readonly FaultEntry[] {
    return this.known.map(({ id, name, fault }) => ({ id, name, fault }));
  }

  isActive({ fault }: FaultEntry, nowMs: number): boolean {
    return fault.fromMs <= nowMs && nowMs < fault.toMs;
  }
}

function addedBy(fault: MockFault): (rng: Rng) => number {
  if (fault.kind !== 'latency') return () => 0;
  if ('added' in fault) return drawerOf(fault.added);
  const { addMs } = fault;
  return () => addMs;
}
