/**
 * A file of lines that is appended to and never grows beyond a limit: when it is full it becomes
 * `<file>.1`, in place of the one before, and a new one begins. So there are at most two, and at least
 * one limit's worth of the last lines.
 */
import { createWriteStream, fstatSync, openSync, renameSync, type WriteStream } from 'node:fs';

const LINE_FILE_BYTES_MAX = 64 * 1_024 * 1_024;
/** Lines that the disk has not taken yet; more are dropped and counted. */
const WAITING_BYTES_MAX = 8 * 1_024 * 1_024;

export interface LineFileOptions {
  readonly bytesMax?: number;
  readonly onError: (error: Error) => void;
}

export class LineFile {
  /** Lines that the disk was too slow for, or that came after it failed. */
  dropped = 0;
  private readonly file: string;
  private readonly bytesMax: number;
  private readonly onError: (error: Error) => void;
  private stream: WriteStream;
  private bytes = 0;
  private failed = false;

  /** Throws if the file cannot be opened; what fails later goes to `onError`. */
  constructor(file: string, { bytesMax = LINE_FILE_BYTES_MAX, onError }: LineFileOptions) {
    this.file = file;
    this.bytesMax = bytesMax;
    this.onError = onError;
    this.stream = this.open();
  }

  write(line: string): void {
    if (this.failed || this.stream.writableLength > WAITING_BYTES_MAX) {
      this.dropped += 1;
      return;
    }
    const bytes = Buffer.byteLength(line);
    if (this.bytes > 0 && this.bytes + bytes > this.bytesMax) this.rotate();
    if (this.failed) return;
    this.bytes += bytes;
    this.stream.write(line);
  }

  close(): Promise<void> {
    if (this.failed) return Promise.resolve();
    return new Promise((resolve) => this.stream.end(resolve));
  }

  private rotate(): void {
    this.stream.end();
    try {
      renameSync(this.file, `${this.file}.1`);
      this.stream = this.open();
    } catch (error) {
      this.fail(error as Error);
    }
  }

  private open(): WriteStream {
    // At once, not when the event loop gets to it: a rename must find the file there.
    const fd = openSync(this.file, 'a', 0o600);
    this.bytes = fstatSync(fd).size;
    const stream = createWriteStream(this.file, { fd });
    stream.on('error', (error) => this.fail(error));
    return stream;
  }

  private fail(error: Error): void {
    if (!this.failed) this.onError(error);
    this.failed = true;
  }
}
