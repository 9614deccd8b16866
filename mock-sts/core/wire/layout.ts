/**
 * The names of a request's parameters in the order in which they came, and what follows from them:
 * the order in which they are signed, and where each stands. An SDK sends the same names in the same
 * order every time, so both are worked out once and then only recognised.
 */
import type { Frame } from './frame.ts';

const LAYOUTS_MAX = 16;

export interface Layout {
  readonly names: readonly string[];
  /** Every name, one after another. */
  readonly nameBytes: Uint8Array;
  /** Indices in byte order of the names, `Signature` left out. */
  readonly signedOrder: readonly number[];
  /** Index of `Signature`; -1 if it is not there. */
  readonly signature: number;
  /** Index of `AccessKeyId`; -1 if it is not there. */
  readonly accessKeyId: number;
  readonly indexOf: ReadonlyMap<string, number>;
}

export class LayoutCache {
  /** Most recently used first. */
  private readonly layouts: Layout[] = [];

  /** The layout of the frame's names; undefined if one comes twice. */
  find(frame: Frame): Layout | undefined {
    for (let rank = 0; rank < this.layouts.length; rank += 1) {
      const layout = this.layouts[rank]!;
      if (!fits(layout, frame)) continue;
      if (rank > 0) this.putFirst(layout, rank);
      return layout;
    }
    const names = Array.from({ length: frame.count }, (_, i) =>
      frame.raw.toString('latin1', frame.nameStart[i], frame.nameEnd[i]),
    );
    if (new Set(names).size < names.length) return undefined;
    const layout = layoutOf(names);
    this.putFirst(layout, LAYOUTS_MAX - 1);
    return layout;
  }

  private putFirst(layout: Layout, rank: number): void {
    this.layouts.splice(rank, 1);
    this.layouts.unshift(layout);
  }
}

function fits(layout: Layout, { raw, count, nameStart, nameEnd }: Frame): boolean {
  const { names, nameBytes } = layout;
  if (names.length !== count) return false;
  let byte = 0;
  for (let i = 0; i < count; i += 1) {
    const end = nameEnd[i]!;
    const start = nameStart[i]!;
    if (end - start !== names[i]!.length) return false;
    for (let at = start; at < end; at += 1, byte += 1) {
      if (raw[at] !== nameBytes[byte]) return false;
    }
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
    accessKeyId: names.indexOf('AccessKeyId'),
    indexOf: new Map(names.map((name, i) => [name, i])),
  };
}
