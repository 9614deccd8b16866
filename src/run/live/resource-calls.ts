/**
 * The calls of one process: as many at once as it serves requests at once; further ones queue, first
 * come first served. The live counterpart of `WorkQueue`, which computes what here is waited for.
 */
import type { ResourceAction } from '../../../mock-sts/core/data-plane/resource-actions.ts';
import type { Credentials } from '../../kernel/sts/credentials.ts';
import { Fifo } from '../../models/fifo.ts';
import type { ResourceClient } from './resource-client.ts';

interface Call {
  readonly credential: Credentials;
  /** Told once the call is over: undefined where it succeeded, else its error's code. */
  readonly onCalled: (refusal: string | undefined) => void;
}

export class ResourceCalls {
  private readonly client: Pick<ResourceClient, 'call'>;
  private readonly action: ResourceAction;
  private readonly concurrency: number;
  private readonly queue = new Fifo<Call>();
  private inFlight = 0;

  constructor(
    client: Pick<ResourceClient, 'call'>,
    { action, concurrency }: { readonly action: ResourceAction; readonly concurrency: number },
  ) {
    this.client = client;
    this.action = action;
    this.concurrency = concurrency;
  }

  make(call: Call): void {
    if (this.inFlight < this.concurrency) this.send(call);
    else this.queue.push(call);
  }

  private send({ credential, onCalled }: Call): void {
    this.inFlight += 1;
    void this.client.call(this.action, credential).then((refusal) => {
      this.inFlight -= 1;
      onCalled(refusal);
      const next = this.queue.shift();
      if (next !== undefined) this.send(next);
    });
  }
}
