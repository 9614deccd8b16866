/**
 * Simulates a subject of real clients in a thread of its own: the client's modules are loaded fresh,
 * find virtual time from their first line on, and touch nothing of this thread.
 */
import { Worker } from 'node:worker_threads';
import { HarnessError } from '../../../kernel/errors.ts';
import type {
  SimulatedSubject,
  SubjectHooks,
  SubjectProgress,
  SubjectTask,
} from '../simulate-subject.ts';
import type { FromHost, HostThreadData, ToHost } from './host-protocol.ts';

export interface HostThreadHooks {
  readonly stop: AbortSignal;
  readonly onProgress: (progress: SubjectProgress) => void;
  readonly onLook?: SubjectHooks['onLook'];
}

/** Rejects with what the client's module or options are refused with. */
export async function simulateInThread(
  task: SubjectTask,
  { stop, onProgress, onLook }: HostThreadHooks,
): Promise<SimulatedSubject> {
  const worker = new Worker(new URL('./host-worker.js', import.meta.url), {
    workerData: { task, isWatched: onLook !== undefined } satisfies HostThreadData,
    name: 'host',
  });
  const askToStop = () => worker.postMessage({ kind: 'stop' } satisfies ToHost);
  stop.addEventListener('abort', askToStop);
  try {
    return await new Promise<SimulatedSubject>((resolve, reject) => {
      worker.on('message', (message: FromHost) => {
        if (message.kind === 'progress') onProgress(message.progress);
        else if (message.kind === 'look') {
          onLook?.(message.nowMs, message.sofar);
          worker.postMessage({ kind: 'looked' } satisfies ToHost);
        } else if (message.kind === 'done') resolve(message.simulated);
        else
          reject(
            new HarnessError(message.refusal.code, message.refusal.message, optionsOf(message)),
          );
      });
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`the host's thread ended with code ${code}`)));
    });
  } finally {
    stop.removeEventListener('abort', askToStop);
    await worker.terminate();
  }
}

function optionsOf({ refusal }: Extract<FromHost, { kind: 'refused' }>) {
  const { exitCode, hint, problems } = refusal;
  return { exitCode, problems, ...(hint === undefined ? {} : { hint }) };
}
