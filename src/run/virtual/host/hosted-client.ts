/**
 * One client of a host: made as a process that starts makes it, asked, closed. Its code runs here, so
 * whoever calls a method does so as its owner, inside the host's `enter`.
 */
import { setMaxListeners } from 'node:events';
import type { SeenClose } from '../../../measure/observed.ts';
import type { CreateClient, CredentialClient, SubjectContext } from '../../subjects/subject.ts';
import type { HostTime } from './host-time.ts';
import { Asked } from './hosted-request.ts';
import type { Owner } from './owner.ts';

export type CloseOutcome = SeenClose['outcome'];

export class HostedClient {
  readonly owner: Owner;
  /** Undefined while it is being made, and for one that could not be. */
  client: CredentialClient | undefined;
  private readonly time: HostTime;
  private readonly ended = new AbortController();
  /** What `createClient` threw: every request fails with it. */
  private error: unknown;

  constructor(time: HostTime, owner: Owner) {
    this.time = time;
    this.owner = owner;
    setMaxListeners(0, this.ended.signal); // One listener for each call in flight.
  }

  /** For its context: aborted when it is closed. */
  get signal(): AbortSignal {
    return this.ended.signal;
  }

  start(createClient: CreateClient, context: SubjectContext): void {
    let made: ReturnType<CreateClient>;
    try {
      made = createClient(context);
    } catch (error) {
      this.error = error;
      return;
    }
    if (!(made instanceof Promise)) {
      this.client = made;
      return;
    }
    const coming = made;
    this.client = { getCredentials: async () => (await coming).getCredentials() };
    coming.then(
      (client) => {
        this.client = client;
      },
      () => {}, // Each request is told.
    );
  }

  ask(): Asked {
    const { time, client } = this;
    const asked = new Asked(this.owner.index, time.atMs);
    const failed = (reason: unknown) => asked.end('failed', time.atMs, undefined, reason);
    if (client === undefined) {
      failed(this.error);
      return asked;
    }
    try {
      Promise.resolve(client.getCredentials()).then(
        (credentials) => asked.end('served', time.atMs, credentials, undefined),
        failed,
      );
    } catch (thrown) {
      failed(thrown);
    }
    return asked;
  }

  /** What it gives is `hangs` until the client is closed. */
  close(): { readonly outcome: CloseOutcome } {
    const closing: { outcome: CloseOutcome } = { outcome: 'hangs' };
    this.ended.abort();
    const { client } = this;
    if (client?.close === undefined) {
      closing.outcome = 'has-none';
      return closing;
    }
    const failed = () => {
      closing.outcome = 'failed';
    };
    try {
      Promise.resolve(client.close()).then(() => {
        closing.outcome = 'closed';
      }, failed);
    } catch {
      failed();
    }
    return closing;
  }
}
