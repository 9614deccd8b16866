/**
 * A client with each credential told by where it came from, at the moment at which it is handed over:
 * a client may change the object later. What the host keeps of a request then holds no secret.
 */
import type { Credentials } from '../../../kernel/sts/credentials.ts';
import type { Handed } from '../../../measure/observed.ts';
import type { CreateClient, CredentialClient } from '../../subjects/subject.ts';
import type { Ledger } from './ledger.ts';

export class Traces {
  private readonly ledger: Ledger;
  private readonly handed = new WeakMap<Credentials, Handed>();
  /** AccessKeyId of what was handed over last. */
  lastKeyId: string | undefined;

  constructor(ledger: Ledger) {
    this.ledger = ledger;
  }

  /** Of a credential that a wrapped client gave. */
  of(credential: Credentials | undefined): Handed {
    return (credential && this.handed.get(credential)) ?? { issue: undefined, isWhole: false };
  }

  wrap(createClient: CreateClient): CreateClient {
    return (context) => {
      const made = createClient(context);
      return made instanceof Promise
        ? made.then((client) => this.wrapped(client))
        : this.wrapped(made);
    };
  }

  private wrapped(client: CredentialClient): CredentialClient {
    const { close, invalidate } = client;
    return {
      getCredentials: () => {
        const given = client.getCredentials();
        return given instanceof Promise
          ? given.then((credential) => this.note(credential))
          : this.note(given);
      },
      ...(close === undefined ? {} : { close: () => close.call(client) }),
      ...(invalidate === undefined
        ? {}
        : { invalidate: (keyId: string) => invalidate.call(client, keyId) }),
    };
  }

  /** A stand-in of its own for each, with nothing in it but the name of the key. */
  private note(credential: Credentials): Credentials {
    const handed = this.ledger.trace(credential);
    this.lastKeyId = credential?.accessKeyId;
    const standIn = { accessKeyId: '', accessKeySecret: '' };
    this.handed.set(standIn, handed);
    return standIn;
  }
}
