/**
 * The v1 request of an SDK, read and put into canonical form in one pass over its bytes: no string,
 * array or expression per parameter. It is what lets one core verify thousands of signatures a
 * second. `PlainParameters` says the same in a few lines, and a property test holds them together.
 *
 * Most of a caller's parameters never change. So a value that is the same as in his last request is not
 * decoded again, and the string to sign is written anew only from the first value that changed.
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
import { Frame, RAW_BYTES_MAX } from './frame.ts';
import { LastRequest, LastRequests } from './last-requests.ts';
import { type Layout, LayoutCache } from './layout.ts';
import type { Pair, RpcParameters, SigningKey } from './parameters.ts';

const METHOD_LENGTH_MAX = 16;

export class ParameterScanner implements RpcParameters {
  /** Where a request is read before it is known whose it is. */
  private incoming = new Frame();
  private readonly layouts = new LayoutCache();
  private readonly lastRequests = new LastRequests();
  /** What `scan` read. */
  private current = new LastRequest();
  private readonly plain = Buffer.alloc(RAW_BYTES_MAX);
  private readonly expected = new Uint8Array(BASE64_DIGEST_BYTES);

  /** Reads query and form. What it says afterwards holds until the next scan. */
  scan(method: string, url: string, form: Uint8Array): boolean {
    const { incoming } = this;
    if (method.length > METHOD_LENGTH_MAX || !incoming.load(url, form)) return false;
    const layout = this.layouts.find(incoming);
    if (layout === undefined) return false;
    const request = this.lastRequests.find(incoming, layout);
    const alike = request.layout === layout && request.method === method;
    const last = request.frame;
    request.frame = incoming;
    request.layout = undefined;
    request.method = method;
    this.incoming = last;
    this.current = request;
    if (!this.writeText(layout, alike ? last : undefined)) return false;
    request.layout = layout;
    return true;
  }

  get(name: string): string | undefined {
    const index = this.current.layout?.indexOf.get(name);
    return index === undefined ? undefined : this.valueOf(index);
  }

  has(name: string): boolean {
    const { layout, frame } = this.current;
    const index = layout?.indexOf.get(name);
    return index !== undefined && frame.valueEnd[index]! > frame.nameEnd[index]! + 1;
  }

  isSigned(_method: string, key: SigningKey): boolean {
    const { plain, expected, current } = this;
    const index = current.layout?.signature ?? -1;
    if (index < 0 || this.decode(index) !== BASE64_DIGEST_BYTES) return false;
    const signer = key.signer ?? new PrefixSigner(`${key.secret}&`);
    const same = signer === current.signer ? current.textSame : 0;
    writeBase64Digest(signer.sign(current.text, current.textEnd, same), expected);
    current.signer = signer;
    current.textSame = current.textEnd;
    for (let i = 0; i < BASE64_DIGEST_BYTES; i += 1) if (plain[i] !== expected[i]) return false;
    return true;
  }

  /** Made again in the plain way: it is needed for refusals only. */
  stringToSign(method: string): string {
    const pairs = (this.current.layout?.names ?? []).map(
      (name, i): Pair => [name, this.valueOf(i)],
    );
    return stringToSignV1(method, pairs);
  }

  /**
   * `METHOD&%2F&` and the pairs in order, encoded twice; false if a value is not plain ASCII. What
   * stands there from the last request of these parameters stays as far as it is the same.
   */
  private writeText(layout: Layout, last: Frame | undefined): boolean {
    const { frame, text, textEnds, values, method } = this.current;
    const start = method.length + '&%2F&'.length;
    let textSame = last === undefined ? 0 : this.current.textSame;
    if (last === undefined) text.write(`${method}&%2F&`, 'latin1');
    let inPlace = last !== undefined;
    let to = start;
    for (const index of layout.signedOrder) {
      const same = last !== undefined && frame.sameValue(last, index);
      if (!same) values[index] = undefined;
      inPlace &&= same;
      if (inPlace) to = textEnds[index]!;
      else {
        textSame = Math.min(textSame, to);
        if (to > start) to = writeEscape(text, to, AMPERSAND);
        to = this.writePair(index, to);
        if (to < 0) return false;
        textEnds[index] = to;
      }
    }
    this.current.textSame = textSame;
    this.current.textEnd = to;
    if (layout.signature < 0) return true;
    values[layout.signature] = undefined;
    return this.isPlain(layout.signature);
  }

  private writePair(index: number, start: number): number {
    const { frame, text } = this.current;
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
    const { raw, nameEnd, valueEnd } = this.current.frame;
    const end = valueEnd[index]!;
    for (let at = nameEnd[index]! + 1; at < end; at += 1) {
      const byte = raw[at]!;
      if (byte >= ASCII_END) return false;
      if (byte === PERCENT && escapedByte(raw, at, end) === NOT_ASCII) return false;
    }
    return true;
  }

  private valueOf(index: number): string {
    const { values } = this.current;
    const known = values[index];
    if (known !== undefined) return known;
    const value = this.plain.toString('latin1', 0, this.decode(index));
    values[index] = value;
    return value;
  }

  /** Writes the value's bytes to `plain`; their number. */
  private decode(index: number): number {
    const { plain, current } = this;
    const { raw, nameEnd, valueEnd } = current.frame;
    const end = valueEnd[index]!;
    let to = 0;
    for (let at = nameEnd[index]! + 1; at < end; at += 1) {
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
