/**
 * What is kept of one caller while a trail is read: an application, as far as a trail tells one from
 * another, by account, region, principal, role and user agent. Counts, lifetimes, tracks of calls that
 * gave a credential, and all calls by second.
 */
import type { StsEvent } from './event.ts';
import { type BlockBudget, SecondSeries } from './second-series.ts';
import { TrackSample } from './track-sample.ts';

/** Distinct durations of one caller that are counted; further ones are left out. */
const DURATIONS_MAX = 100;
/** What AssumeRole gives, give or take the seconds of an answer. Source: its API reference. */
const LIFETIME_SECONDS_MIN = 890;
const LIFETIME_SECONDS_MAX = 43_210;
/** Addresses that are counted; beyond them `hosts` is a lower bound. */
const HOSTS_MAX = 100_000;

export interface CallerName {
  readonly accountId: string;
  readonly region: string;
  readonly principal: string;
  readonly roleArn: string;
  readonly userAgent: string;
}

export class Caller {
  readonly name: CallerName;
  calls = 0;
  failed = 0;
  throttled = 0;
  readonly tracks: TrackSample;
  readonly sourceIps = new Set<string>();
  /** Calls by lifetime in seconds. */
  private readonly lifetimes = new Map<number, number>();
  private readonly budget: BlockBudget;
  /** Epoch seconds of calls that gave no credential, until there are blocks. */
  private refused: number[] = [];
  /** All calls, once the sample holds no longer all. */
  private series: SecondSeries | undefined;

  constructor(name: CallerName, callsMax: number, budget: BlockBudget) {
    this.name = name;
    this.tracks = new TrackSample(callsMax);
    this.budget = budget;
  }

  add(event: StsEvent): void {
    const second = Math.floor(event.atMs / 1_000);
    this.calls += 1;
    if (this.sourceIps.size < HOSTS_MAX) this.sourceIps.add(event.sourceIp);
    if (this.series !== undefined) this.series.add(second);
    const isGranted = event.errorCode === undefined;
    this.tracks.add(hostOf(event), event.sessionName, { second, isGranted });
    if (isGranted) {
      this.countLifetime(event.lifetimeSeconds ?? event.durationSeconds);
      return;
    }
    this.failed += 1;
    if (event.errorCode?.startsWith('Throttling') === true) this.throttled += 1;
    if (this.series === undefined) this.refused.push(second);
  }

  /** Calls that are held one by one. */
  get kept(): number {
    return this.tracks.kept + this.refused.length;
  }

  get isFull(): boolean {
    return this.tracks.isFull || this.refused.length >= this.tracks.kept + REFUSED_MAX;
  }

  /** Whether `shrink` would hold on to less. */
  get canShrink(): boolean {
    return this.refused.length > 0 || !this.tracks.isCut;
  }

  /** From now on all calls are counted by second; half of the tracks go, unless refusals were more. */
  shrink(): void {
    const refused = this.refused.length;
    if (this.series === undefined) {
      this.series = new SecondSeries(this.budget);
      for (const second of this.tracks.seconds()) this.series.add(second);
      for (const second of this.refused) this.series.add(second);
      this.refused = [];
    }
    if (refused <= this.tracks.kept) this.tracks.shrink();
  }

  /** All calls by second, `[from, to)` in epoch seconds. */
  between(from: number, to: number): Uint32Array {
    if (this.series !== undefined) return this.series.between(from, to);
    const calls = new Uint32Array(Math.max(0, to - from));
    const count = (second: number) => {
      if (second >= from && second < to) calls[second - from]! += 1;
    };
    for (const second of this.tracks.seconds()) count(second);
    for (const second of this.refused) count(second);
    return calls;
  }

  /** The most frequent lifetime of its credentials; 0 where none is one that AssumeRole gives. */
  get lifetimeSeconds(): number {
    return [...this.lifetimes].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0] ?? 0;
  }

  private countLifetime(seconds: number): void {
    if (seconds < LIFETIME_SECONDS_MIN || seconds > LIFETIME_SECONDS_MAX) return;
    const known = this.lifetimes.get(seconds);
    if (known !== undefined || this.lifetimes.size < DURATIONS_MAX) {
      this.lifetimes.set(seconds, (known ?? 0) + 1);
    }
  }
}

const REFUSED_MAX = 50_000;

/** A permanent AccessKey tells users of an address apart; a temporary one is new every hour. */
function hostOf({ sourceIp, accessKeyId }: StsEvent): string {
  const isTemporary = accessKeyId === undefined || accessKeyId.startsWith('STS.');
  return isTemporary ? sourceIp : `${sourceIp}/${accessKeyId}`;
}
