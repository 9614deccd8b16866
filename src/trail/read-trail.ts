/**
 * Reads files of ActionTrail events, such as a trail delivers to OSS, as a stream: JSON lines or
 * arrays, gzip or not, known by their first bytes. What cannot be read is counted and named, and the
 * rest is read all the same.
 */
import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { badInput } from '../kernel/errors.ts';
import { readEnvelope } from './envelope.ts';
import type { StsEvent } from './event.ts';
import { JsonValues } from './json-values.ts';

/** Of what cannot be read, so many places are kept. */
export const PLACES_MAX = 5;

/** Out of gzip so much at once: Node's own 16 KiB cost more in turns than the reading. */
const PLAIN_BYTES = 256 * 1_024;

export interface BrokenPlace {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

/** What was seen so far, events of STS beside the rest. */
export class TrailTally {
  stsEvents = 0;
  otherEvents = 0;
  broken = 0;
  /** The first of them. */
  readonly places: BrokenPlace[] = [];

  noteBroken(place: BrokenPlace): void {
    this.broken += 1;
    if (this.places.length < PLACES_MAX) this.places.push(place);
  }
}

/**
 * The events of STS, in the order of the files, as many at once as a chunk holds. Throws HarnessError
 * `TRAIL_UNREADABLE` (exit 2) for a file that is not there, and at the end if no file held an event.
 */
export async function* readTrail(
  files: readonly string[],
  tally = new TrailTally(),
): AsyncGenerator<readonly StsEvent[]> {
  for (const file of files) {
    try {
      yield* readEvents(file, createReadStream(file), tally);
    } catch (error) {
      throw unreadable(file, error as NodeJS.ErrnoException);
    }
  }
  if (tally.stsEvents + tally.otherEvents === 0) throw nothingIn(files, tally);
}

/** Of one file's bytes. */
export async function* readEvents(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  tally: TrailTally,
): AsyncGenerator<readonly StsEvent[]> {
  const onBroken = (broken: Omit<BrokenPlace, 'file'>) => tally.noteBroken({ file, ...broken });
  const values = new JsonValues({ onBroken });
  let lastLine = 1;
  try {
    for await (const chunk of plainBytes(bytes)) {
      const events: StsEvent[] = [];
      for (const { text, line } of values.push(chunk)) {
        lastLine = line;
        for (const reading of readEnvelope(text)) {
          if (reading.kind === 'broken') onBroken({ line, reason: reading.reason });
          else if (reading.kind === 'other') tally.otherEvents += 1;
          else events.push(reading.event);
        }
      }
      tally.stsEvents += events.length;
      if (events.length > 0) yield events;
    }
  } catch (error) {
    if (!isOfGzip(error)) throw error;
    onBroken({ line: lastLine, reason: 'gzip data that is damaged or cut off behind this line' });
  }
  values.end();
}

/** As they are, or out of gzip, by the two bytes that gzip begins with. */
async function* plainBytes(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = bytes[Symbol.asyncIterator]();
  try {
    let head: Uint8Array = new Uint8Array();
    while (head.length < 2) {
      const { value, done } = await chunks.next();
      if (done === true) break;
      head = Buffer.concat([head, value]);
    }
    const all = withHead(head, chunks);
    const isGzip = head[0] === 0x1f && head[1] === 0x8b;
    // Its errors reach whoever reads the last stream.
    yield* isGzip
      ? pipeline(Readable.from(all), createGunzip({ chunkSize: PLAIN_BYTES }), () => {})
      : all;
  } finally {
    // A reader that stops early closes the file.
    await chunks.return?.();
  }
}

async function* withHead(head: Uint8Array, chunks: AsyncIterator<Uint8Array>) {
  yield head;
  for (;;) {
    const { value, done } = await chunks.next();
    if (done === true) return;
    yield value;
  }
}

function isOfGzip(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return code.startsWith('Z_');
}

function unreadable(file: string, error: NodeJS.ErrnoException): Error {
  if (error.syscall === undefined) return error;
  const found = error.code === 'ENOENT' ? 'no such file' : (error.code ?? error.message);
  const allowed = 'a file of ActionTrail events that can be read';
  return badInput('TRAIL_UNREADABLE', [{ file, path: '', found, allowed }]);
}

function nothingIn(files: readonly string[], { places }: TrailTally): Error {
  const allowed = 'ActionTrail events: JSON lines or arrays, gzip or not';
  const found =
    places.length === 0
      ? files.map((file) => ({ file, found: 'nothing' }))
      : places.map(({ file, line, reason }) => ({ file, line, found: reason }));
  return badInput(
    'TRAIL_UNREADABLE',
    found.map((place) => ({ ...place, path: '', allowed })),
  );
}
