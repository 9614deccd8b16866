/**
 * Percent-encoding on bytes, without a string in between.
 */
export const AMPERSAND = 0x26;
export const EQUALS = 0x3d;
export const PERCENT = 0x25;
export const PLUS = 0x2b;
export const BLANK = 0x20;
export const ASCII_END = 0x80;

/** 1 for the characters that stay as they are. */
export const UNRESERVED = tableOf(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~',
);

const HEX_DIGITS = Buffer.from('0123456789ABCDEF');
/** Value of a hexadecimal digit; 255 for any other byte. */
const HEX_VALUE = new Uint8Array(256).fill(255);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  HEX_VALUE[digit.charCodeAt(0)] = value;
  HEX_VALUE[digit.toUpperCase().charCodeAt(0)] = value;
}

export const NOT_ASCII = -1;

/** The byte of `%XX` at `at`; `NOT_ASCII` if it is malformed or no ASCII. */
export function escapedByte(raw: Uint8Array, at: number, end: number): number {
  if (at + 2 >= end) return NOT_ASCII;
  const high = HEX_VALUE[raw[at + 1]!]!;
  const low = HEX_VALUE[raw[at + 2]!]!;
  return high > 7 || low > 15 ? NOT_ASCII : (high << 4) | low;
}

/** Writes `%XX`; where the next byte goes. */
export function writeEscape(text: Uint8Array, at: number, byte: number): number {
  text[at] = PERCENT;
  text[at + 1] = HEX_DIGITS[byte >>> 4]!;
  text[at + 2] = HEX_DIGITS[byte & 15]!;
  return at + 3;
}

/** Writes `%25XX`: what `%XX` becomes when it is encoded again. */
export function writeDoubleEscape(text: Uint8Array, at: number, byte: number): number {
  text[at] = PERCENT;
  text[at + 1] = 0x32;
  text[at + 2] = 0x35;
  text[at + 3] = HEX_DIGITS[byte >>> 4]!;
  text[at + 4] = HEX_DIGITS[byte & 15]!;
  return at + 5;
}

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}
