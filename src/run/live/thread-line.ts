/** The line to a thread that answers questions: each by a message of one kind. */
import type { Worker } from 'node:worker_threads';

interface Message {
  readonly kind: string;
}

export class ThreadLine<To extends Message, From extends Message> {
  /** Resolves with what ended the thread, when nobody asked it to end. */
  readonly died: Promise<string>;
  private readonly worker: Worker;
  private readonly name: string;
  private isEnding = false;

  /** `name`: what errors call it. */
  constructor(worker: Worker, name: string) {
    this.worker = worker;
    this.name = name;
    this.died = new Promise((resolve) => {
      worker.on('error', (error) => resolve(error.message));
      worker.on('exit', (code) => {
        if (!this.isEnding) resolve(`its thread ended with code ${code}`);
      });
    });
  }

  onMessage(hear: (message: From) => void): void {
    this.worker.on('message', hear);
  }

  tell(message: To): void {
    this.worker.postMessage(message);
  }

  /** The next message of that kind. Rejects when the thread dies before. */
  answer<K extends From['kind']>(kind: K): Promise<Extract<From, { kind: K }>> {
    return Promise.race([
      new Promise<Extract<From, { kind: K }>>((resolve) => {
        const listener = (message: From) => {
          if (message.kind !== kind) return;
          this.worker.off('message', listener);
          resolve(message as Extract<From, { kind: K }>);
        };
        this.worker.on('message', listener);
      }),
      this.died.then((why) => Promise.reject(new Error(`${this.name} died: ${why}`))),
    ]);
  }

  ask<K extends From['kind']>(message: To, kind: K): Promise<Extract<From, { kind: K }>> {
    const answered = this.answer(kind);
    this.tell(message);
    return answered;
  }

  /** Its end from now on is no surprise. */
  expectEnd(): void {
    this.isEnding = true;
  }

  async terminate(): Promise<void> {
    this.expectEnd();
    await this.worker.terminate();
  }
}
