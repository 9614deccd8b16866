/**
 * The head of an HTTP/1.1 request in the one plain shape that the lane serves: GET or POST of `/`
 * with a query, printable headers, a counted body. Everything else is `undefined`, and Node's own
 * parser deals with it: what is doubtful is never decided here.
 * Source: RFC 9112.
 */
export interface RequestHead extends HeaderBlock {
  readonly method: string;
  readonly url: string;
  readonly headBytes: number;
}

/** What the lines after the first say. */
interface HeaderBlock {
  /** Name, value, name, value, … as received. */
  readonly headers: readonly string[];
  readonly bodyBytes: number;
  /** The client asks to close the connection after the answer. */
  readonly close: boolean;
}

const END_OF_LINE = Buffer.from('\r\n');
const END_OF_HEAD = Buffer.from('\r\n\r\n');
const HEAD_BYTES_MAX = 16 * 1_024;
const REQUEST_LINE = /^(GET|POST) (\/(?:\?[!-~]*)?) HTTP\/1\.1$/;
const HEADER_LINES = /^(?:[\w!#$%&'*+.^`|~-]+:[\t -~]*\r\n)+$/;

/** Reads heads; a client sends the same headers again and again, so the last ones are kept. */
export class HeadReader {
  private lastBytes: Buffer = Buffer.alloc(0);
  private lastBlock: HeaderBlock | undefined;

  /** The head at the start of `bytes`; undefined if it is not all there, or not plain. */
  read(bytes: Buffer): RequestHead | undefined {
    const end = bytes.indexOf(END_OF_HEAD);
    if (end < 0 || end > HEAD_BYTES_MAX) return undefined;
    const lineEnd = bytes.indexOf(END_OF_LINE);
    const line = REQUEST_LINE.exec(bytes.toString('latin1', 0, lineEnd));
    const block = this.block(bytes, lineEnd + END_OF_LINE.length, end + END_OF_LINE.length);
    if (line === null || block === undefined) return undefined;
    const { headers, bodyBytes, close } = block;
    const headBytes = end + END_OF_HEAD.length;
    return { method: line[1]!, url: line[2]!, headBytes, headers, bodyBytes, close };
  }

  private block(bytes: Buffer, from: number, end: number): HeaderBlock | undefined {
    const { lastBytes } = this;
    const same =
      lastBytes.length === end - from &&
      bytes.compare(lastBytes, 0, lastBytes.length, from, end) === 0;
    if (!same) {
      this.lastBytes = Buffer.from(bytes.subarray(from, end));
      this.lastBlock = readBlock(this.lastBytes.toString('latin1'));
    }
    return this.lastBlock;
  }
}

function readBlock(lines: string): HeaderBlock | undefined {
  if (!HEADER_LINES.test(lines)) return undefined;
  const headers = splitHeaders(lines);
  let hosts = 0;
  let bodyBytes: number | undefined;
  let close = false;
  for (let i = 0; i < headers.length; i += 2) {
    const value = headers[i + 1]!;
    switch (headers[i]!.toLowerCase()) {
      case 'host':
        hosts += 1;
        break;
      case 'content-length':
        if (bodyBytes !== undefined || !/^\d{1,7}$/.test(value)) return undefined;
        bodyBytes = Number(value);
        break;
      case 'connection':
        close = value.toLowerCase() === 'close';
        if (!close && value.toLowerCase() !== 'keep-alive') return undefined;
        break;
      case 'transfer-encoding':
      case 'expect':
      case 'upgrade':
        return undefined;
    }
  }
  return hosts === 1 ? { headers, bodyBytes: bodyBytes ?? 0, close } : undefined;
}

function splitHeaders(lines: string): string[] {
  const headers: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const colon = lines.indexOf(':', at);
    const end = lines.indexOf('\r\n', colon);
    headers.push(lines.slice(at, colon), lines.slice(colon + 1, end).trim());
    at = end + 2;
  }
  return headers;
}
