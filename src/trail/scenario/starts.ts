/** When the processes of an app start, from the instants at which clients first called. */

export interface Burst {
  readonly atSeconds: number;
  readonly hosts: number;
  readonly withinSeconds: number;
}

export interface StartTerms {
  readonly processes: number;
  /** Of all clients, those whose starts are known. */
  readonly share: number;
  /** The longest refresh interval: by then each client of the fleet has called once. */
  readonly intervalSeconds: number;
  readonly durationSeconds: number;
}

const BURSTS_MAX = 60;
/** So much more than the fleet are pods that replaced others. */
const FLEET_TOLERANCE = 1.25;

/**
 * `starts` in seconds from virtual zero, one at least. Where more clients came in all than were there at once, only
 * those of the first interval count: a scenario's processes do not end.
 */
export function burstsOf(starts: readonly number[], terms: StartTerms): Burst[] {
  const { processes, share, intervalSeconds, durationSeconds } = terms;
  const inOrder = [...starts].sort((a, b) => a - b);
  const first = inOrder[0] ?? 0;
  const early = inOrder.filter((second) => second <= first + intervalSeconds);
  const isFleet = starts.length <= FLEET_TOLERANCE * share * processes;
  // Who is refused calls again: the earliest calls are each of another client.
  const used = (isFleet ? inOrder : early).slice(0, processes);
  const last = used.at(-1) ?? first;
  const width = Math.max(1, Math.ceil((last - first + 1) / BURSTS_MAX));
  const counts = new Map<number, number>();
  for (const second of used) {
    const bin = Math.floor((second - first) / width);
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  const bins = [...counts].sort((a, b) => a[0] - b[0]);
  const hosts = scaled(
    bins.map(([, count]) => count),
    processes,
  );
  return bins.flatMap(([bin], i): Burst[] => {
    const atSeconds = first + bin * width;
    const withinSeconds = Math.min(width, durationSeconds - atSeconds);
    return hosts[i] === 0 ? [] : [{ atSeconds, hosts: hosts[i]!, withinSeconds }];
  });
}

/** In proportion to the counts, whole numbers that add up: what is left goes by running sums. */
function scaled(counts: readonly number[], total: number): number[] {
  const sum = counts.reduce((all, count) => all + count, 0);
  let seen = 0;
  let given = 0;
  return counts.map((count) => {
    seen += count;
    const upTo = Math.round((total * seen) / sum);
    const share = upTo - given;
    given = upTo;
    return share;
  });
}
