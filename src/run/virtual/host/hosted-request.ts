import type { Credentials } from '../../../kernel/sts/credentials.ts';

/** A request as it stands. */
export interface HostedRequest {
  readonly client: number;
  readonly askedAtMs: number;
  readonly state: 'waiting' | 'served' | 'failed';
  /** When it was served or failed. */
  readonly endedAtMs: number | undefined;
  readonly credentials: Credentials | undefined;
  /** What the client threw or rejected with. */
  readonly error: unknown;
}

/** The same, for whoever ends it. */
export class Asked implements HostedRequest {
  readonly client: number;
  readonly askedAtMs: number;
  state: HostedRequest['state'] = 'waiting';
  endedAtMs: number | undefined;
  credentials: Credentials | undefined;
  error: unknown;

  constructor(client: number, askedAtMs: number) {
    this.client = client;
    this.askedAtMs = askedAtMs;
  }

  end(
    state: 'served' | 'failed',
    atMs: number,
    credentials: Credentials | undefined,
    error: unknown,
  ): void {
    this.state = state;
    this.endedAtMs = atMs;
    this.credentials = credentials;
    this.error = error;
  }
}
