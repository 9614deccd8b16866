/**
 * The v1 request of an SDK, read and put into canonical form in one pass over its bytes: no string,
 * array or expression per parameter. It is what lets one core verify thousands of signatures a
 * second. `PlainParameters` says the same in a few lines, and a property test holds them together.
 *
 * It takes what SDKs send: distinct names of unreserved characters, each with `=`, ASCII values with
 * well-formed escapes. `scan` answers false for anything else, and the general way takes over.
 */
import { signV1, stringToSignV1 } from '../../../src/kernel/sts/signature-v1.ts';
import { HMAC_BLOCK_BYTES } from './hmac-sha1.ts';
import { type Layout, LayoutCache, PARAMETERS_MAX } from './layout.ts';
import type { Pair, RpcParameters, SigningKey } from './parameters.ts';

/** Longer requests are rare enough for the general way. */
const RAW_BYTES_MAX = 8_192;
/** A byte becomes at most `%25XX`; and there is room for the method and the HMAC's first block. */
const TEXT_BYTES_MAX = HMAC_BLOCK_BYTES + 16 + RAW_BYTES_MAX * 5;

const AMPERSAND = 0x26;
const EQUALS = 0x3d;
const PERCENT = 0x25;
const PLUS = 0x2b;
const BLANK = 0x20;
const ASCII_END = 0x80;

const UNRESERVED = tableOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~');
const HEX_DIGITS = Buffer.from('0123456789ABCDEF');
/** Value of a hexadecimal digit; 255 for any other byte. */
const HEX_VALUE = new Uint8Array(256).fill(255);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  HEX_VALUE[digit.charCodeAt(0)] = value;
  HEX_VALUE[digit.toUpperCase().charCodeAt(0)] = value;
}
const NOT_ASCII = -1;

export class ParameterScanner implements RpcParameters {
  private readonly raw = Buffer.alloc(RAW_BYTES_MAX);
  /** Room for the HMAC's first block, then the string to sign. */
  private readonly text = Buffer.alloc(TEXT_BYTES_MAX);
  private readonly plain = Buffer.alloc(RAW_BYTES_MAX);
  private readonly nameStart = new Int32Array(PARAMETERS_MAX);
  private readonly nameEnd = new Int32Array(PARAMETERS_MAX);
  private readonly valueEnd = new Int32Array(PARAMETERS_MAX);
  private readonly layouts = new LayoutCache();
  private layout: Layout | undefined;
  private textEnd = 0;

  /** Reads query and form. What it says afterwards holds until the next scan. */
  scan(method: string, url: string, form: Uint8Array): boolean {
    const end = this.copyIn(url, form);
    if (end <= 0) return false;
    const count = this.split(end);
    if (count === 0) return false;
    this.layout = this.layouts.find(this.raw, this.nameStart, this.nameEnd, count);
    return this.layout !== undefined && this.writeText(method, this.layout);
  }

  get(name: string): string | undefined {
    const index = this.layout?.indexOf.get(name);
    return index === undefined ? undefined : this.decoded(index);
  }

  signature(method: string, key: SigningKey): string {
    return key.hmac === undefined
      ? signV1(key.secret, this.stringToSign(method))
      : key.hmac.sign(this.text, this.textEnd);
  }

  /** Made again in the plain way: it is needed for refusals only. */
  stringToSign(method: string): string {
    const pairs = (this.layout?.names ?? []).map((name, i): Pair => [name, this.decoded(i)]);
    return stringToSignV1(method, pairs);
  }

  /** Query and form as one list; its length, or -1 if it is too long. */
  private copyIn(url: string, form: Uint8Array): number {
    const queryAt = url.indexOf('?') + 1;
    const queryBytes = queryAt === 0 ? 0 : url.length - queryAt;
    if (queryBytes + form.length + 1 > RAW_BYTES_MAX) return -1;
    if (queryBytes > 0) this.raw.write(url.slice(queryAt), 0, 'latin1');
    if (form.length === 0) return queryBytes;
    const formAt = queryBytes === 0 ? 0 : queryBytes + 1;
    if (formAt > 0) this.raw[queryBytes] = AMPERSAND;
    this.raw.set(form, formAt);
    return formAt + form.length;
  }

  /** Where names and values stand; 0 if anything is out of the ordinary. */
  private split(end: number): number {
    const raw = this.raw;
    let count = 0;
    for (let at = 0; at < end; at += 1) {
      if (count === PARAMETERS_MAX) return 0;
      this.nameStart[count] = at;
      while (at < end && UNRESERVED[raw[at]!] === 1) at += 1;
      if (at >= end || raw[at] !== EQUALS || at === this.nameStart[count]) return 0;
      this.nameEnd[count] = at;
      while (at < end && raw[at] !== AMPERSAND) at += 1;
      this.valueEnd[count] = at;
      count += 1;
    }
    // A separator at the very end opens a parameter without a name.
    return raw[end - 1] === AMPERSAND ? 0 : count;
  }

  /** `METHOD&%2F&` and the pairs in order, encoded twice; false if a value is not plain ASCII. */
  private writeText(method: string, layout: Layout): boolean {
    const { raw, text } = this;
    let to = HMAC_BLOCK_BYTES;
    to += text.write(`${method}&%2F&`, to, 'latin1');
    for (const index of layout.signedOrder) {
      if (to > HMAC_BLOCK_BYTES + method.length + 5) to = writeEscape(text, to, AMPERSAND, false);
      const nameEnd = this.nameEnd[index]!;
      for (let at = this.nameStart[index]!; at < nameEnd; at += 1) text[to++] = raw[at]!;
      to = writeEscape(text, to, EQUALS, false);
      to = this.writeValue(nameEnd + 1, this.valueEnd[index]!, to);
      if (to < 0) return false;
    }
    this.textEnd = to;
    return layout.signature < 0 || this.isPlain(layout.signature);
  }

  private writeValue(from: number, end: number, start: number): number {
    const { raw, text } = this;
    let to = start;
    for (let at = from; at < end; at += 1) {
      let byte = raw[at]!;
      if (UNRESERVED[byte] === 0) {
        if (byte === PERCENT) {
          byte = escapedByte(raw, at, end);
          at += 2;
        } else if (byte === PLUS) byte = BLANK;
        if (byte === NOT_ASCII || byte >= ASCII_END) return NOT_ASCII;
        if (UNRESERVED[byte] === 0) {
          to = writeEscape(text, to, byte, true);
          continue;
        }
      }
      text[to++] = byte;
    }
    return to;
  }

  private isPlain(index: number): boolean {
    const end = this.valueEnd[index]!;
    for (let at = this.nameEnd[index]! + 1; at < end; at += 1) {
      const byte = this.raw[at]!;
      if (byte >= ASCII_END) return false;
      if (byte === PERCENT && escapedByte(this.raw, at, end) === NOT_ASCII) return false;
    }
    return true;
  }

  private decoded(index: number): string {
    const { raw, plain } = this;
    const from = this.nameEnd[index]! + 1;
    const end = this.valueEnd[index]!;
    let to = 0;
    for (let at = from; at < end; at += 1) {
      let byte = raw[at]!;
      if (byte === PERCENT) {
        byte = escapedByte(raw, at, end);
        at += 2;
      } else if (byte === PLUS) byte = BLANK;
      plain[to++] = byte;
    }
    return plain.toString('latin1', 0, to);
  }
}

/** The byte of `%XX` at `at`; `NOT_ASCII` if it is malformed or no ASCII. */
function escapedByte(raw: Uint8Array, at: number, end: number): number {
  if (at + 2 >= end) return NOT_ASCII;
  const high = HEX_VALUE[raw[at + 1]!]!;
  const low = HEX_VALUE[raw[at + 2]!]!;
  return high > 7 || low > 15 ? NOT_ASCII : (high << 4) | low;
}

/** `%XX`, or `%25XX` where it has been encoded once before. */
function writeEscape(text: Uint8Array, at: number, byte: number, twice: boolean): number {
  let to = at;
  text[to++] = PERCENT;
  if (twice) {
    text[to++] = 0x32;
    text[to++] = 0x35;
  }
  text[to++] = HEX_DIGITS[byte >>> 4]!;
  text[to++] = HEX_DIGITS[byte & 15]!;
  return to;
}

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}
