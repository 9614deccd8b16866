/**
 * A whole number of 53 bits that stands for a text where millions of texts are too many to keep. Two
 * of ten million texts share one with a chance below one in a hundred. Not for secrets: anybody can
 * compute it.
 */
export function fingerprint(text: string): number {
  let high = 0x9e3779b9;
  let low = 0x85ebca6b;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 0x2c1b3c6d);
    low = Math.imul(low ^ code, 0x297a2d39);
  }
  high = mixed(high ^ (low >>> 15));
  low = mixed(low ^ (high >>> 13));
  return (high >>> 11) * 4_294_967_296 + (low >>> 0);
}

function mixed(value: number): number {
  let h = Math.imul(value ^ (value >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return h ^ (h >>> 15);
}
