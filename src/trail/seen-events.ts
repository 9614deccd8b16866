/**
 * Which events have been read already: trails are delivered at least once, and files overlap. Kept are
 * fingerprints of eventId and second, 8 bytes each in an open table that doubles until it holds its
 * limit. Beyond that, events are no longer remembered, and `unremembered` says how many.
 */
import { fingerprint } from './fingerprint.ts';

/** A day at a hundred a second is 8.6 million; the table then has 128 MB. */
const EVENTS_MAX = 12_000_000;
const FIRST_CAPACITY = 65_536;
const FILL_MAX = 0.75;

export class SeenEvents {
  /** Events that came when there was no room: another copy of them is counted again. */
  unremembered = 0;
  private readonly eventsMax: number;
  /** A fingerprint plus one; 0 is an empty place. */
  private places = new Float64Array(FIRST_CAPACITY);
  private count = 0;

  constructor(eventsMax = EVENTS_MAX) {
    this.eventsMax = eventsMax;
  }

  /** False for one that was there before. Without an id every event is new. */
  isNew(eventId: string, atMs: number): boolean {
    if (eventId === '') return true;
    const mark = fingerprint(`${eventId}@${atMs}`) + 1;
    const at = this.placeOf(this.places, mark);
    if (this.places[at] === mark) return false;
    if (this.count >= this.eventsMax) {
      this.unremembered += 1;
      return true;
    }
    this.places[at] = mark;
    this.count += 1;
    if (this.count > FILL_MAX * this.places.length) this.grow();
    return true;
  }

  /** Where it is, or where it would be put. */
  private placeOf(places: Float64Array, mark: number): number {
    const mask = places.length - 1;
    let at = mark & mask;
    while (places[at] !== 0 && places[at] !== mark) at = (at + 1) & mask;
    return at;
  }

  private grow(): void {
    const larger = new Float64Array(2 * this.places.length);
    for (const mark of this.places) if (mark !== 0) larger[this.placeOf(larger, mark)] = mark;
    this.places = larger;
  }
}
