/** Interleaved repetitions and their medians: what every program in bench/ reports. */

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Runs each case once a round, in turn, so that a drift of the machine meets all of them alike. */
export async function interleaved(cases, rounds) {
  const figures = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, run] of Object.entries(cases)) figures[name].push(await run());
  }
  return figures;
}

/** One row of a targets table; `ratio` is compared with `target` in the direction given. */
export function verdictRow(what, ratio, target, { atMost = false } = {}) {
  const met = atMost ? ratio <= target : ratio >= target;
  const sign = atMost ? '<=' : '>=';
  return `${met ? 'met   ' : 'MISSED'}  ${what}: ${ratio.toPrecision(3)} (target ${sign} ${target})`;
}
