/**
 * Who gets each new credential of a client: shared memory that other threads read.
 */
import { HarnessError } from '../kernel/errors.ts';
import type { SessionCredentials } from '../kernel/sts/credentials.ts';

export interface CredentialReceiver {
  publish(credential: SessionCredentials): void;
}

export class CredentialReceivers {
  private readonly receivers: CredentialReceiver[] = [];
  private readonly onFailure: (message: string) => void;

  constructor(onFailure: (message: string) => void) {
    this.onFailure = onFailure;
  }

  add(receiver: CredentialReceiver, atHand: SessionCredentials | undefined): void {
    this.receivers.push(receiver);
    if (atHand !== undefined) this.deliver(receiver, atHand);
  }

  publish(credential: SessionCredentials): void {
    for (const receiver of this.receivers) this.deliver(receiver, credential);
  }

  private deliver(receiver: CredentialReceiver, credential: SessionCredentials): void {
    try {
      receiver.publish(credential);
    } catch (error) {
      // Only our own texts are known to hold no secret.
      this.onFailure(error instanceof HarnessError ? error.message : 'the receiver threw');
    }
  }
}
