/**
 * The names of a request's parameters in the order in which they came, and what follows from them:
 * the order in which they are signed, and where each stands. An SDK sends the same names in the same
 * order every time, so both are worked out once and then only recognised.
 */
export const PARAMETERS_MAX = 32;
const LAYOUTS_MAX = 16;

export interface Layout {
  readonly names: readonly string[];
  /** Every name, one after another. */
  readonly nameBytes: Uint8Array;
  /** Indices in byte order of the names, `Signature` left out. */
  readonly signedOrder: readonly number[];
  /** Index of `Signature`; -1 if it is not there. */
  readonly signature: number;
  readonly indexOf: ReadonlyMap<string, number>;
}

export class LayoutCache {
  /** Most recently used first. */
  private readonly layouts: Layout[] = [];

  /** The layout of the names at these places; undefined if one comes twice. */
  find(raw: Buffer, nameStart: Int32Array, nameEnd: Int32Array, count: number): Layout | undefined {
    for (const [rank, layout] of this.layouts.entries()) {
      if (layout.names.length !== count || !fits(layout, raw, nameStart, nameEnd)) continue;
      if (rank > 0) this.putFirst(layout, rank);
      return layout;
    }
    const names = Array.from({ length: count }, (_, i) =>
      raw.toString('latin1', nameStart[i], nameEnd[i]),
    );
    if (new Set(names).size < count) return undefined;
    const layout = layoutOf(names);
    this.putFirst(layout, LAYOUTS_MAX - 1);
    return layout;
  }

  private putFirst(layout: Layout, rank: number): void {
    this.layouts.splice(rank, 1);
    this.layouts.unshift(layout);
  }
}

function fits(
  layout: Layout,
  raw: Uint8Array,
  nameStart: Int32Array,
  nameEnd: Int32Array,
): boolean {
  const { names, nameBytes } = layout;
  let byte = 0;
  for (let i = 0; i < names.length; i += 1) {
    const start = nameStart[i]!;
    const end = nameEnd[i]!;
    if (end - start !== names[i]!.length) return false;
    for (let at = start; at < end; at += 1) if (raw[at] !== nameBytes[byte++]) return false;
  }
  return true;
}

function layoutOf(names: readonly string[]): Layout {
  const order = names.map((_, i) => i).filter((i) => names[i] !== 'Signature');
  return {
    names,
    nameBytes: Buffer.from(names.join(''), 'latin1'),
    signedOrder: order.sort((a, b) => (names[a]! < names[b]! ? -1 : 1)),
    signature: names.indexOf('Signature'),
    indexOf: new Map(names.map((name, i) => [name, i])),
  };
}
