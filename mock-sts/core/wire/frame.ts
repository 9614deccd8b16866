/**
 * One request's query and form as bytes, and where its names and values stand in them. It takes what
 * SDKs send: names of unreserved characters, each with `=`.
 */
import { AMPERSAND, EQUALS, UNRESERVED } from './bytes.ts';

/** Longer requests are rare enough for the general way. */
export const RAW_BYTES_MAX = 8_192;
export const PARAMETERS_MAX = 32;

export class Frame {
  readonly raw = Buffer.alloc(RAW_BYTES_MAX);
  readonly nameStart = new Int32Array(PARAMETERS_MAX);
  readonly nameEnd = new Int32Array(PARAMETERS_MAX);
  readonly valueEnd = new Int32Array(PARAMETERS_MAX);
  count = 0;

  /** False if anything is out of the ordinary. */
  load(url: string, form: Uint8Array): boolean {
    const end = this.copyIn(url, form);
    return end > 0 && this.split(end);
  }

  /** Whether a parameter has the value that it has in the other frame. */
  sameValue(other: Frame, index: number): boolean {
    const { raw } = this;
    const { raw: otherRaw } = other;
    const end = this.valueEnd[index]!;
    let at = this.nameEnd[index]!;
    let otherAt = other.nameEnd[index]!;
    if (end - at !== other.valueEnd[index]! - otherAt) return false;
    for (; at < end; at += 1, otherAt += 1) if (raw[at] !== otherRaw[otherAt]) return false;
    return true;
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

  private split(end: number): boolean {
    const { raw, nameStart, nameEnd, valueEnd } = this;
    let count = 0;
    for (let at = 0; at < end; at += 1) {
      if (count === PARAMETERS_MAX) return false;
      nameStart[count] = at;
      while (at < end && UNRESERVED[raw[at]!] === 1) at += 1;
      if (at >= end || raw[at] !== EQUALS || at === nameStart[count]) return false;
      nameEnd[count] = at;
      while (at < end && raw[at] !== AMPERSAND) at += 1;
      valueEnd[count] = at;
      count += 1;
    }
    this.count = count;
    // A separator at the very end opens a parameter without a name.
    return raw[end - 1] !== AMPERSAND;
  }
}
