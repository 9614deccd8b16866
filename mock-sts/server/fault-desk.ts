/**
 * Faults while the mock runs, for whoever asks: the admin API, or the program that started the mock.
 */
import type { Clock } from '../../src/kernel/clock.ts';
import { formatTimestamp } from '../../src/kernel/sts/wire.ts';
import { readFault } from '../core/fault-form.ts';
import type { FaultEntry } from '../core/fault-list.ts';
import type { StsCore } from '../core/service.ts';

/** A fault as it is shown; its parameters stand beside these. An instant that never comes is null. */
export interface FaultView {
  /** `fault-1`, `fault-2`, … in the order in which they came. */
  readonly id: string;
  readonly kind: string;
  /** In force now. */
  readonly active: boolean;
  readonly from: string | null;
  readonly to: string | null;
  readonly [parameter: string]: unknown;
}

export type FaultAdded =
  | { readonly kind: 'added'; readonly fault: FaultView }
  | { readonly kind: 'problem'; readonly problem: string }
  /** There are `FAULTS_MAX` already. */
  | { readonly kind: 'full' };

export interface FaultDeskDeps {
  readonly clock: Clock;
  readonly core: () => StsCore;
  readonly onChange: (what: 'fault-added' | 'fault-removed', id: string, name: string) => void;
}

export class FaultDesk {
  private readonly deps: FaultDeskDeps;

  constructor(deps: FaultDeskDeps) {
    this.deps = deps;
  }

  list(): FaultView[] {
    const { core } = this.deps;
    return core()
      .faults.list()
      .map((entry) => this.shown(entry));
  }

  /** `form` as in docs/faults.md: `{ kind: 'outage', after: '10s', for: '2m' }`. */
  add(form: unknown): FaultAdded {
    const { clock, core, onChange } = this.deps;
    const nowMs = clock.nowMs();
    const read = readFault(form, nowMs);
    if (read.kind === 'problem') return read;
    const entry = core().changeFaults(nowMs, (faults) => faults.add(read.fault, read.name));
    if (entry === undefined) return { kind: 'full' };
    onChange('fault-added', entry.id, entry.name);
    return { kind: 'added', fault: this.shown(entry) };
  }

  /** Whether there was one of that id. */
  remove(id: string): boolean {
    const { clock, core, onChange } = this.deps;
    const entry = core()
      .faults.list()
      .find((known) => known.id === id);
    if (entry === undefined) return false;
    core().changeFaults(clock.nowMs(), (faults) => faults.remove(id));
    onChange('fault-removed', id, entry.name);
    return true;
  }

  removeAll(): void {
    const { clock, core, onChange } = this.deps;
    core().changeFaults(clock.nowMs(), (faults) => faults.removeAll());
    onChange('fault-removed', '*', 'all');
  }

  private shown(entry: FaultEntry): FaultView {
    const { clock, core } = this.deps;
    const { fromMs, toMs, kind: _kind, ...effect } = entry.fault;
    const active = core().faults.isActive(entry, clock.nowMs());
    const { id, name } = entry;
    return { id, kind: name, active, from: instant(fromMs), to: instant(toMs), ...effect };
  }
}

const LAST_INSTANT_MS = 8_640_000_000_000_000;

function instant(atMs: number): string | null {
  return Math.abs(atMs) < LAST_INSTANT_MS ? formatTimestamp(atMs) : null;
}
