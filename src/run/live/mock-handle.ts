/**
 * STS as the coordinator holds it, and its end of the mock thread.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CallLogExport } from '../../measure/call-log.ts';
import type { AroundEndpoints } from '../subjects/caller-identities.ts';
import type { FromMock, MockCounts, MockThreadData, ToMock } from './protocol.ts';
import { ThreadLine } from './thread-line.ts';

export interface MockHandle {
  /** `https://127.0.0.1:port`. */
  readonly endpoint: string;
  readonly caPem: string;
  /** `http://127.0.0.1:port` of the services behind the credential; empty where nobody calls them. */
  readonly resourceEndpoint: string;
  readonly around: AroundEndpoints;
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

export async function startMockThread(
  data: Omit<MockThreadData, 'caDirectory'>,
): Promise<MockHandle> {
  const caDirectory = await mkdtemp(join(tmpdir(), 'sts-harness-'));
  const worker = new Worker(new URL('./mock-thread.js', import.meta.url), {
    workerData: { ...data, caDirectory } satisfies MockThreadData,
    name: 'mock-sts',
  });
  const line = new ThreadLine<ToMock, FromMock>(worker, 'the mock STS');
  let counts: MockCounts = { calls: 0, throttled: 0 };
  line.onMessage((message) => {
    if (message.kind === 'counts') counts = message.counts;
  });
  const destroy = async () => {
    await line.terminate();
    await rm(caDirectory, { recursive: true, force: true });
  };
  try {
    const ready = await line.answer('ready');
    return {
      endpoint: `https://${ready.tlsHost}`,
      caPem: ready.caPem,
      resourceEndpoint: ready.resourceEndpoint,
      around: ready.around,
      get counts() {
        return counts;
      },
      hop: async (toMs) => void (await line.ask({ kind: 'hop', toMs }, 'hopped')),
      calls: async () => (await line.ask({ kind: 'log' }, 'log')).log,
      died: line.died,
      finish: async () => {
        const { log } = await line.ask({ kind: 'finish' }, 'finished');
        line.expectEnd();
        return log;
      },
      destroy,
    };
  } catch (error) {
    await destroy();
    throw error;
  }
}
