/**
 * The coordinator's end of the mock thread.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CallLogExport } from '../../measure/call-log.ts';
import type { FromMock, MockCounts, MockThreadData, ToMock } from './protocol.ts';

export interface MockHandle {
  /** `https://127.0.0.1:port`. */
  readonly endpoint: string;
  readonly caPem: string;
  /** `http://127.0.0.1:port` of the services behind the credential; empty where nobody calls them. */
  readonly resourceEndpoint: string;
  readonly counts: MockCounts;
  /** Resolves when the mock is prepared for a jump of the clock to `toMs` of virtual time. */
  hop(toMs: number): Promise<void>;
  /** The calls it has seen so far. Rejects when it has died. */
  calls(): Promise<CallLogExport>;
  /** Resolves with what ended the thread, when nobody asked it to end. */
  readonly died: Promise<string>;
  /** The calls it saw, and its end. Rejects when it has died. */
  finish(): Promise<CallLogExport>;
  /** Ends the thread whatever it does. */
  destroy(): Promise<void>;
}

type Answer<K extends FromMock['kind']> = Extract<FromMock, { kind: K }>;

export async function startMockThread(
  data: Omit<MockThreadData, 'caDirectory'>,
): Promise<MockHandle> {
  const caDirectory = await mkdtemp(join(tmpdir(), 'sts-harness-'));
  const worker = new Worker(new URL('./mock-thread.js', import.meta.url), {
    workerData: { ...data, caDirectory } satisfies MockThreadData,
    name: 'mock-sts',
  });
  let finishing = false;
  let counts: MockCounts = { calls: 0, throttled: 0 };
  const died = new Promise<string>((resolve) => {
    worker.on('error', (error) => resolve(error.message));
    worker.on('exit', (code) => {
      if (!finishing) resolve(`its thread ended with code ${code}`);
    });
  });
  worker.on('message', (message: FromMock) => {
    if (message.kind === 'counts') counts = message.counts;
  });
  const answer = <K extends FromMock['kind']>(kind: K): Promise<Answer<K>> =>
    Promise.race([
      new Promise<Answer<K>>((resolve) => {
        const listener = (message: FromMock) => {
          if (message.kind !== kind) return;
          worker.off('message', listener);
          resolve(message as Answer<K>);
        };
        worker.on('message', listener);
      }),
      died.then((why) => Promise.reject(new Error(`the mock STS died: ${why}`))),
    ]);
  const ask = <K extends FromMock['kind']>(message: ToMock, kind: K): Promise<Answer<K>> => {
    const answered = answer(kind);
    worker.postMessage(message);
    return answered;
  };
  const destroy = async () => {
    finishing = true;
    await worker.terminate();
    await rm(caDirectory, { recursive: true, force: true });
  };
  try {
    const ready = await answer('ready');
    return {
      endpoint: `https://${ready.tlsHost}`,
      caPem: ready.caPem,
      resourceEndpoint: ready.resourceUrl,
      get counts() {
        return counts;
      },
      hop: async (toMs) => void (await ask({ kind: 'hop', toMs }, 'hopped')),
      calls: async () => (await ask({ kind: 'log' }, 'log')).log,
      died,
      finish: async () => {
        const { log } = await ask({ kind: 'finish' }, 'finished');
        finishing = true;
        return log;
      },
      destroy,
    };
  } catch (error) {
    await destroy();
    throw error;
  }
}
