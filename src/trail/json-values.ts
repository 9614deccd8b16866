/**
 * Cuts a stream of bytes into the JSON objects in it, whether they stand one a line, in an array, or
 * on many lines each. Memory is that of one object, whatever the size of the stream.
 *
 * An object that a line break cuts short spoils none that follows: no JSON text has a raw line break,
 * and whatever begins a line with `{` is an object of its own. Writers that indent never do so inside.
 */

/** Far above an event: for a page of them, as LookupEvents and the mock's admin API answer. */
const VALUE_BYTES_MAX = 16 * 1_024 * 1_024;

export interface JsonText {
  readonly text: string;
  /** 1-based line on which it begins. */
  readonly line: number;
}

export interface BrokenText {
  readonly line: number;
  readonly reason: string;
}

export interface JsonValuesOptions {
  readonly onBroken: (broken: BrokenText) => void;
  readonly valueBytesMax?: number;
}

const [TAB, LINE_FEED, RETURN, SPACE] = [9, 10, 13, 32] as const;
const [QUOTE, COMMA, BACKSLASH] = [34, 44, 92] as const;
const [OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = [91, 93, 123, 125] as const;
/** The three bytes of a mark that some tools put before UTF-8. */
const [MARK_1, MARK_2, MARK_3] = [0xef, 0xbb, 0xbf] as const;
const BETWEEN = new Set<number>([
  ...[TAB, LINE_FEED, RETURN, SPACE, COMMA, OPEN_LIST, CLOSE_LIST],
  ...[MARK_1, MARK_2, MARK_3],
]);

export class JsonValues {
  private readonly onBroken: (broken: BrokenText) => void;
  private readonly valueBytesMax: number;
  private depth = 0;
  private inString = false;
  private isEscaped = false;
  private atLineStart = true;
  private line = 1;
  private startLine = 1;
  /** Of the object that has begun, from chunks before this one. */
  private pieces: Uint8Array[] = [];
  private bytes = 0;
  private isTooLong = false;
  private strayLine = 0;

  constructor({ onBroken, valueBytesMax = VALUE_BYTES_MAX }: JsonValuesOptions) {
    this.onBroken = onBroken;
    this.valueBytesMax = valueBytesMax;
  }

  /** The objects that are complete with this chunk. */
  push(chunk: Uint8Array): JsonText[] {
    const values: JsonText[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at]!;
      if (byte === LINE_FEED) {
        this.endLine();
      } else if (this.depth === 0 || (byte === OPEN && this.atLineStart)) {
        if (byte === OPEN) {
          this.begin();
          start = at;
        } else if (!BETWEEN.has(byte)) {
          this.stray();
        }
      } else if (this.isEnd(byte)) {
        const value = this.complete(chunk.subarray(start, at + 1));
        if (value !== undefined) values.push(value);
      }
      if (byte !== LINE_FEED) this.atLineStart = false;
    }
    if (this.depth > 0) this.keep(chunk.subarray(start));
    return values;
  }

  end(): void {
    if (this.depth > 0) this.unfinished();
    this.depth = 0;
  }

  private endLine(): void {
    this.line += 1;
    this.atLineStart = true;
    this.inString = false;
    this.isEscaped = false;
  }

  private begin(): void {
    if (this.depth > 0) this.unfinished();
    this.depth = 1;
    this.startLine = this.line;
    this.pieces = [];
    this.bytes = 0;
    this.isTooLong = false;
  }

  /** Follows strings and brackets; true at the bracket that ends the object. */
  private isEnd(byte: number): boolean {
    if (this.inString) {
      if (this.isEscaped) this.isEscaped = false;
      else if (byte === BACKSLASH) this.isEscaped = true;
      else if (byte === QUOTE) this.inString = false;
      return false;
    }
    if (byte === QUOTE) this.inString = true;
    else if (byte === OPEN || byte === OPEN_LIST) this.depth += 1;
    else if (byte === CLOSE || byte === CLOSE_LIST) this.depth -= 1;
    return this.depth === 0;
  }

  private complete(last: Uint8Array): JsonText | undefined {
    this.keep(last);
    if (this.isTooLong) return undefined;
    const bytes = this.pieces.length === 1 ? this.pieces[0]! : Buffer.concat(this.pieces);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
    this.pieces = [];
    return { text, line: this.startLine };
  }

  private keep(piece: Uint8Array): void {
    this.bytes += piece.length;
    if (this.isTooLong) return;
    if (this.bytes <= this.valueBytesMax) {
      this.pieces.push(piece);
      return;
    }
    this.isTooLong = true;
    this.pieces = [];
    const reason = `an object of more than ${this.valueBytesMax} bytes`;
    this.onBroken({ line: this.startLine, reason });
  }

  /** Told once a line. */
  private stray(): void {
    if (this.strayLine === this.line) return;
    this.strayLine = this.line;
    this.onBroken({ line: this.line, reason: 'text that is no JSON object' });
  }

  /** One that is too long has been told already. */
  private unfinished(): void {
    if (this.isTooLong) return;
    this.onBroken({ line: this.startLine, reason: 'an object that does not end' });
  }
}
