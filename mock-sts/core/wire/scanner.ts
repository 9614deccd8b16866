/**
 * The v1 request of an SDK, read and put into canonical form in one pass over its bytes: no string,
 * array or expression per parameter. It is what lets one core verify thousands of signatures a
 * second. `PlainParameters` says the same in a few lines, and a property test holds them together.
 *
 * Requests resemble the one before: most of a caller's parameters never change. So a value that is
 * the same as last time is not decoded again, and the string to sign is written anew only from the
 * first value that changed.
 *
 * It takes what SDKs send, and only ASCII values with well-formed escapes. `scan` answers false for
 * anything else, and the general way takes over.
 */
import { stringToSignV1 } from '../../../src/kernel/sts/signature-v1.ts';
import { PrefixSigner } from '../prefix-signer.ts';
import { BASE64_DIGEST_BYTES, writeBase64Digest } from '../sha1.ts';
import {
  AMPERSAND,
  ASCII_END,
  BLANK,
  EQUALS,
  escapedByte,
  NOT_ASCII,
  PERCENT,
  PLUS,
  UNRESERVED,
  writeDoubleEscape,
  writeEscape,
} from './bytes.ts';
import { Frame, PARAMETERS_MAX, RAW_BYTES_MAX } from './frame.ts';
import { type Layout, LayoutCache } from './layout.ts';
import type { Pair, RpcParameters, SigningKey } from './parameters.ts';

const METHOD_LENGTH_MAX = 16;
/** A byte becomes at most `%25XX`; and there is room for the method. */
const TEXT_BYTES_MAX = 64 + RAW_BYTES_MAX * 5;

export class ParameterScanner implements RpcParameters {
  private frame = new Frame();
  private lastFrame = new Frame();
  private readonly layouts = new LayoutCache();
  private layout: Layout | undefined;
  private method = '';
  /** Decoded values; undefined until somebody asks. */
  private readonly values: (string | undefined)[] = new Array(PARAMETERS_MAX).fill(undefined);
  /** The string to sign. */
  private readonly text = Buffer.alloc(TEXT_BYTES_MAX);
  /** Where each parameter ends in it. */
  private readonly textEnds = new Int32Array(PARAMETERS_MAX);
  private textEnd = 0;
  /** So much of it is as it was when `lastSigner` signed it. */
  private textSame = 0;
  private lastSigner: PrefixSigner | undefined;
  private readonly plain = Buffer.alloc(RAW_BYTES_MAX);
  private readonly expected = new Uint8Array(BASE64_DIGEST_BYTES);

  /** Reads query and form. What it says afterwards holds until the next scan. */
  scan(method: string, url: string, form: Uint8Array): boolean {
    const { frame: last, lastFrame: frame, layout: lastLayout } = this;
    this.frame = frame;
    this.lastFrame = last;
    this.layout = undefined;
    if (method.length > METHOD_LENGTH_MAX || !frame.load(url, form)) return false;
    const layout = this.layouts.find(frame);
    if (layout === undefined) return false;
    const alike = layout === lastLayout && method === this.method;
    this.method = method;
    if (!this.writeText(layout, alike)) return false;
    this.layout = layout;
    return true;
  }

  get(name: string): string | undefined {
    const index = this.layout?.indexOf.get(name);
    return index === undefined ? undefined : this.valueOf(index);
  }

  has(name: string): boolean {
    const index = this.layout?.indexOf.get(name);
    return index !== undefined && this.frame.valueEnd[index]! > this.frame.nameEnd[index]! + 1;
  }

  isSigned(_method: string, key: SigningKey): boolean {
    const { plain, expected } = this;
    const index = this.layout?.signature ?? -1;
    if (index < 0 || this.decode(index) !== BASE64_DIGEST_BYTES) return false;
    const signer = key.signer ?? new PrefixSigner(`${key.secret}&`);
    const same = signer === this.lastSigner ? this.textSame : 0;
    writeBase64Digest(signer.sign(this.text, this.textEnd, same), expected);
    this.lastSigner = signer;
    this.textSame = this.textEnd;
    for (let i = 0; i < BASE64_DIGEST_BYTES; i += 1) if (plain[i] !== expected[i]) return false;
    return true;
  }

  /** Made again in the plain way: it is needed for refusals only. */
  stringToSign(method: string): string {
    const pairs = (this.layout?.names ?? []).map((name, i): Pair => [name, this.valueOf(i)]);
    return stringToSignV1(method, pairs);
  }

  /** `METHOD&%2F&` and the pairs in order, encoded twice; false if a value is not plain ASCII. */
  private writeText(layout: Layout, alike: boolean): boolean {
    const { frame, text, textEnds } = this;
    const start = this.method.length + '&%2F&'.length;
    if (!alike) text.write(`${this.method}&%2F&`, 'latin1');
    let inPlace = alike;
    let to = start;
    if (!alike) this.textSame = 0;
    for (const index of layout.signedOrder) {
      const same = alike && frame.sameValue(this.lastFrame, index);
      if (!same) this.values[index] = undefined;
      inPlace &&= same;
      if (inPlace) to = textEnds[index]!;
      else {
        this.textSame = Math.min(this.textSame, to);
        if (to > start) to = writeEscape(text, to, AMPERSAND);
        to = this.writePair(index, to);
        if (to < 0) return false;
        textEnds[index] = to;
      }
    }
    this.textEnd = to;
    if (layout.signature < 0) return true;
    this.values[layout.signature] = undefined;
    return this.isPlain(layout.signature);
  }

  private writePair(index: number, start: number): number {
    const { frame, text } = this;
    const { raw } = frame;
    const nameEnd = frame.nameEnd[index]!;
    const end = frame.valueEnd[index]!;
    let to = start;
    for (let at = frame.nameStart[index]!; at < nameEnd; at += 1) text[to++] = raw[at]!;
    to = writeEscape(text, to, EQUALS);
    for (let at = nameEnd + 1; at < end; at += 1) {
      let byte = raw[at]!;
      if (byte === PERCENT) {
        byte = escapedByte(raw, at, end);
        at += 2;
      } else if (byte === PLUS) byte = BLANK;
      if (byte === NOT_ASCII || byte >= ASCII_END) return NOT_ASCII;
      if (UNRESERVED[byte] === 1) text[to++] = byte;
      else to = writeDoubleEscape(text, to, byte);
    }
    return to;
  }

  private isPlain(index: number): boolean {
    const { raw } = this.frame;
    const end = this.frame.valueEnd[index]!;
    for (let at = this.frame.nameEnd[index]! + 1; at < end; at += 1) {
      const byte = raw[at]!;
      if (byte >= ASCII_END) return false;
      if (byte === PERCENT && escapedByte(raw, at, end) === NOT_ASCII) return false;
    }
    return true;
  }

  private valueOf(index: number): string {
    const known = this.values[index];
    if (known !== undefined) return known;
    const value = this.plain.toString('latin1', 0, this.decode(index));
    this.values[index] = value;
    return value;
  }

  /** Writes the value's bytes to `plain`; their number. */
  private decode(index: number): number {
    const { plain, frame } = this;
    const { raw } = frame;
    const end = frame.valueEnd[index]!;
    let to = 0;
    for (let at = frame.nameEnd[index]! + 1; at < end; at += 1) {
      let byte = raw[at]!;
      if (byte === PERCENT) {
        byte = escapedByte(raw, at, end);
        at += 2;
      } else if (byte === PLUS) byte = BLANK;
      plain[to++] = byte;
    }
    return to;
  }
}
