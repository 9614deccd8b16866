/**
 * One real client as the simulator drives caches: it is asked when a request arrives, its timers are
 * the cache's timer, and what its promises say are the effects. Its calls are no effects: it makes
 * them itself.
 *
 * A client is opaque: each request may be anything, and is asked. Only one that declares its lead
 * (`fastForward`) is quiet: a credential that it handed over is a hit until `leadMs` before its end,
 * unless a timer or an answer of its own has come since.
 */
import { readTokenExpiryMs } from '../../../../mock-sts/core/token.ts';
import type { CredentialCache, Effect } from '../../../client/credential-cache.ts';
import type { StsFailure } from '../../../client/failure.ts';
import type { Credentials, SessionCredentials } from '../../../kernel/sts/credentials.ts';
import { codeOf } from '../../subjects/error-code.ts';
import type { CredentialClient } from '../../subjects/subject.ts';
import { type HostTime, ZERO_AT_MS } from './host-time.ts';
import type { Owner } from './owner.ts';

export interface HostedCacheTerms {
  readonly time: HostTime;
  readonly owner: Owner;
  /** The declared lead; undefined for a client that declares none. */
  readonly leadMs: number | undefined;
  /** Something came that nobody has taken yet, while another client's code ran. */
  readonly onMoved: (index: number) => void;
  /** Another session than before was handed over; `issued` has the end that STS gave it. */
  readonly onAdopted: (kept: SessionCredentials, issued: SessionCredentials) => void;
}

const NOTHING: readonly Effect[] = [];

export class HostedCache implements CredentialCache {
  current: SessionCredentials | undefined;
  quietUntilMs = Number.NEGATIVE_INFINITY;
  /** Calls of STS that its answers are awaited of. */
  inFlight = 0;
  readonly owner: Owner;
  client: CredentialClient | undefined;
  private readonly terms: HostedCacheTerms;
  private effects: Effect[] = [];
  private asking = Number.NaN;
  /** In an event of its own, at whose end its effects are taken and its timer is looked at. */
  isAsked = false;

  constructor(terms: HostedCacheTerms) {
    this.terms = terms;
    this.owner = terms.owner;
  }

  get timerAtMs(): number | undefined {
    return this.owner.queue.nextAtMs;
  }

  request(_nowMs: number, waiter: number): readonly Effect[] {
    this.asking = waiter;
    this.isAsked = true;
    this.terms.time.enter(this.owner, this.ask);
    return this.take();
  }

  timer(_nowMs: number): readonly Effect[] {
    this.quietUntilMs = Number.NEGATIVE_INFINITY;
    this.isAsked = true;
    this.terms.time.fireDue(this.owner);
    return this.take();
  }

  private take(): readonly Effect[] {
    this.isAsked = false;
    if (this.effects.length === 0) return NOTHING;
    const { effects } = this;
    this.effects = [];
    return effects;
  }

  refreshSucceeded(): readonly Effect[] {
    throw new Error('a hosted client makes its calls itself');
  }

  refreshFailed(): readonly Effect[] {
    throw new Error('a hosted client makes its calls itself');
  }

  private readonly ask = (): void => {
    const waiter = this.asking;
    const failed = (error: unknown) => this.failed(waiter, error);
    try {
      const answer = this.client!.getCredentials();
      if (typeof (answer as Promise<Credentials>).then === 'function') {
        (answer as Promise<Credentials>).then((served) => this.served(waiter, served), failed);
      } else this.served(waiter, answer as Credentials);
    } catch (error) {
      failed(error);
    }
  };

  private served(waiter: number, credentials: Credentials): void {
    if (typeof credentials?.accessKeyId !== 'string') {
      this.failed(waiter, { code: 'NoCredential' });
      return;
    }
    const credential = this.adopt(credentials);
    const { leadMs } = this.terms;
    if (leadMs !== undefined) this.quietUntilMs = credential.expiresAtMs - leadMs;
    this.add({ kind: 'serve', waiter, credential });
  }

  private failed(waiter: number, error: unknown): void {
    this.quietUntilMs = Number.NEGATIVE_INFINITY;
    this.add({ kind: 'fail', waiter, failure: { ...FAILED, code: codeOf(error) } });
  }

  private add(effect: Effect): void {
    this.effects.push(effect);
    if (!this.isAsked && this.effects.length === 1) this.terms.onMoved(this.owner.index);
  }

  /** A client that tells no expiry is served by the token: the mock's carry it. */
  private adopt(credentials: Credentials): SessionCredentials {
    const { accessKeyId, securityToken, expiresAtMs } = credentials;
    if (this.current?.accessKeyId === accessKeyId) return this.current;
    const inTokenMs = securityToken === undefined ? undefined : readTokenExpiryMs(securityToken);
    const kept = sessionOf(accessKeyId, expiresAtMs ?? inTokenMs);
    if (inTokenMs !== undefined) this.terms.onAdopted(kept, sessionOf(accessKeyId, inTokenMs));
    this.current = kept;
    return kept;
  }
}

/** `epochMs`: of its end, by the host's clock; undefined for a key that lasts. */
function sessionOf(accessKeyId: string, epochMs: number | undefined): SessionCredentials {
  return {
    accessKeyId,
    accessKeySecret: '',
    securityToken: '',
    expiresAtMs: epochMs === undefined ? Number.POSITIVE_INFINITY : epochMs - ZERO_AT_MS,
  };
}

const FAILED: StsFailure = { kind: 'transient', code: 'Unknown', message: '' };
