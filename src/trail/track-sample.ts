/**
 * The calls of one caller by track: what one address did under one session name with one AccessKey,
 * the closest that a trail comes to a process. Order does not matter: instants are sorted in the end.
 *
 * Memory is bounded by a sample. Each track has a place in [0, 1) by the fingerprint of its name, and
 * those below a threshold are kept whole; where they hold too many calls the threshold is halved. So a
 * track is either known with all its calls or not at all, and counts of tracks scale by the share.
 */
import { fingerprint } from './fingerprint.ts';

const PLACES = 4_294_967_296;
/** Fewer than this are no sample: beyond it a track is no longer followed. */
const TRACKS_MIN = 32;

export interface Track {
  /** Of the address and the AccessKey, without the session name. */
  readonly host: number;
  /** Epoch second of its first call, granted or not. */
  firstSecond: number;
  /** Epoch seconds of calls that were granted, in the order in which they came. */
  readonly seconds: number[];
}

export class TrackSample {
  /** Calls that are kept. */
  kept = 0;
  /** Few tracks with more calls than could be kept: not all of their calls are here. */
  isCut = false;
  private readonly callsMax: number;
  private threshold = PLACES;
  private tracks = new Map<number, Track>();

  constructor(callsMax: number) {
    this.callsMax = callsMax;
  }

  get share(): number {
    return this.threshold / PLACES;
  }

  get isWhole(): boolean {
    return this.threshold === PLACES && !this.isCut;
  }

  add(hostName: string, sessionName: string, call: { second: number; isGranted: boolean }): void {
    if (this.isCut) return;
    const name = fingerprint(`${hostName}\n${sessionName}`);
    if (name % PLACES >= this.threshold) return;
    const { second, isGranted } = call;
    let track = this.tracks.get(name);
    if (track === undefined) {
      track = { host: fingerprint(hostName), firstSecond: second, seconds: [] };
      this.tracks.set(name, track);
    }
    track.firstSecond = Math.min(track.firstSecond, second);
    if (!isGranted) return;
    track.seconds.push(second);
    this.kept += 1;
  }

  /** Whether the next call asks for a smaller sample. */
  get isFull(): boolean {
    return this.kept >= this.callsMax && !this.isCut;
  }

  /** Keeps half of the tracks, or follows none any further where they are few. */
  shrink(): void {
    if (this.tracks.size < TRACKS_MIN) {
      this.isCut = true;
      return;
    }
    this.threshold /= 2;
    const left = [...this.tracks].filter(([name]) => name % PLACES < this.threshold);
    this.tracks = new Map(left);
    this.kept = left.reduce((sum, [, { seconds }]) => sum + seconds.length, 0);
  }

  /** Those that were granted anything, with instants in order; the same whatever the order of calls. */
  sorted(): Track[] {
    return [...this.tracks]
      .filter(([, { seconds }]) => seconds.length > 0)
      .sort(([a], [b]) => a - b)
      .map(([, track]) => ({ ...track, seconds: [...track.seconds].sort((a, b) => a - b) }));
  }

  /** Every call that is kept, in no order. */
  *seconds(): Generator<number> {
    for (const track of this.tracks.values()) yield* track.seconds;
  }
}
