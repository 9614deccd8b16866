import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { SharedCredential } from '../../src/client/shared-credential.ts';
import { SharedCredentialClient } from '../../src/client/shared-credential-client.ts';
import { VirtualClock } from '../../src/kernel/virtual-clock.ts';

function credential(number: number) {
  return {
    accessKeyId: `STS.${number}`,
    accessKeySecret: `secret-${number}`,
    securityToken: `${number}/`.repeat(1 + (number % 300)),
    expiresAtMs: 1_000_000 + number,
  };
}

describe('a shared credential', () => {
  it('is never torn, lost or read backwards by threads that read while it is written', async () => {
    const shared = new SharedCredential();
    const readers = [1, 2].map(
      () =>
        new Worker(new URL('./shared-credential-reader.mjs', import.meta.url), {
          workerData: { buffer: shared.buffer, last: 20_000 },
        }),
    );
    await Promise.all(readers.map((reader) => once(reader, 'message')));
    const reports = Promise.all(readers.map((reader) => once(reader, 'message')));
    for (let number = 1; number <= 20_000; number += 1) shared.publish(credential(number));
    for (const [report] of await reports) {
      expect(report).toMatchObject({ torn: 0, backwards: 0, last: 20_000 });
      expect(report.distinct, 'it did read while it was written').toBeGreaterThan(10);
    }
    await Promise.all(readers.map((reader) => reader.terminate()));
  }, 30_000);

  it('is the one before while a writer is half-way, and the next writer repairs it', () => {
    const shared = new SharedCredential();
    const reader = new SharedCredential(shared.buffer);
    shared.publish(credential(1));
    reader.read(0);
    const words = new Int32Array(shared.buffer);
    Atomics.add(words, 0, 1);
    expect(reader.read(0)).toEqual(credential(1));
    expect(reader.read(1_000_001), 'but not past its end').toBeUndefined();
    new SharedCredential(shared.buffer).publish(credential(2));
    expect(reader.read(0)).toEqual(credential(2));
  });

  it('takes only a buffer of its own size', () => {
    expect(() => new SharedCredential(new SharedArrayBuffer(64))).toThrow(RangeError);
  });
});

describe('a shared credential’s client', () => {
  function setUp() {
    const clock = new VirtualClock(0);
    const shared = new SharedCredential();
    return {
      clock,
      shared,
      client: new SharedCredentialClient({ shared, clock, waitMsMax: 1_000 }),
    };
  }

  it('waits for the first credential, and answers synchronously from then on', async () => {
    const { clock, shared, client } = setUp();
    const answers = [client.getCredentials(), client.getCredentials()];
    await clock.settleTo(500);
    shared.publish(credential(1));
    await clock.settleTo(505);
    expect(await Promise.all(answers)).toEqual([credential(1), credential(1)]);
    expect(client.getCredentials()).toEqual(credential(1));
    expect(clock.nextTimerAtMs, 'it looks no more').toBeUndefined();
  });

  it('fails after its wait, and never hands out what is about to expire', async () => {
    const { clock, shared, client } = setUp();
    shared.publish({ ...credential(1), expiresAtMs: 5_000 });
    const answer = (client.getCredentials() as Promise<unknown>).catch((error) => error);
    await clock.settleTo(1_000);
    expect(await answer).toMatchObject({ code: 'NoSharedCredential' });
  });
});
