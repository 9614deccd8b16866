/** What hosted clients have left behind: timers that are yet to fire, sockets that are open. */
import type { Network } from './network.ts';
import type { Owner } from './owner.ts';

export interface PendingTimer {
  readonly client: number;
  readonly dueAtMs: number;
  readonly repeats: boolean;
  /** It keeps the process alive. */
  readonly isReferenced: boolean;
}

export interface OpenSocket {
  readonly client: number;
  readonly host: string;
  readonly port: number;
  readonly openedAtMs: number;
  readonly isReferenced: boolean;
}

export function pendingTimersOf(owners: readonly Owner[]): PendingTimer[] {
  return owners.flatMap(({ index, timeouts }) =>
    [...timeouts].map((timeout) => ({
      client: index,
      dueAtMs: timeout.dueAtMs,
      repeats: timeout.repeats,
      isReferenced: timeout.hasRef(),
    })),
  );
}

export function openSocketsOf({ sockets }: Network): OpenSocket[] {
  return [...sockets].map(({ owner, terms, openedAtMs, isReferenced }) => ({
    client: owner.index,
    host: terms.host,
    port: terms.port,
    openedAtMs,
    isReferenced,
  }));
}
