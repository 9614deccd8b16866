/**
 * The head of an HTTP/1.1 request in the one plain shape that the lane serves: GET or POST of `/`
 * with a query, printable headers, a counted body. Everything else is `undefined`, and Node's own
 * parser deals with it: what is doubtful is never decided here.
 * Source: RFC 9112.
 */
export interface RequestHead {
  readonly method: string;
  readonly url: string;
  /** Name, value, name, value, … as received. */
  readonly headers: readonly string[];
  readonly headBytes: number;
  readonly bodyBytes: number;
  /** The client asks to close the connection after the answer. */
  readonly close: boolean;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const HEAD_BYTES_MAX = 16 * 1_024;
const PLAIN_HEAD =
  /^(GET|POST) (\/(?:\?[!-~]*)?) HTTP\/1\.1\r\n((?:[\w!#$%&'*+.^`|~-]+:[\t -~]*\r\n)+)$/;

/** The head at the start of `bytes`; undefined if it is not all there, or not plain. */
export function readHead(bytes: Buffer): RequestHead | undefined {
  const end = bytes.indexOf(END_OF_HEAD);
  if (end < 0 || end > HEAD_BYTES_MAX) return undefined;
  const match = PLAIN_HEAD.exec(bytes.toString('latin1', 0, end + 2));
  if (match === null) return undefined;
  const headers = splitHeaders(match[3]!);
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
  if (hosts !== 1) return undefined;
  const [, method, url] = match;
  const headBytes = end + END_OF_HEAD.length;
  return { method: method!, url: url!, headers, headBytes, bodyBytes: bodyBytes ?? 0, close };
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
