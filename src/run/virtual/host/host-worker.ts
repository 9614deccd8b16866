/** The thread of a host: simulates one subject of real clients, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { HarnessError } from '../../../kernel/errors.ts';
import type { SubjectHooks } from '../simulate-subject.ts';
import type { FromHost, HostThreadData, ToHost } from './host-protocol.ts';
import { simulateHosted } from './simulate-hosted.ts';

const port = parentPort!;
const { task, isWatched } = workerData as HostThreadData;
let stopped = false;
let looked = () => {};
port.on('message', ({ kind }: ToHost) => {
  if (kind === 'stop') stopped = true;
  else looked();
});

const onLook: SubjectHooks['onLook'] = (nowMs, sofar) =>
  new Promise<void>((resolve) => {
    looked = resolve;
    send({ kind: 'look', nowMs, sofar });
  });

try {
  const simulated = await simulateHosted(task, {
    isStopped: () => stopped,
    onProgress: (progress) => send({ kind: 'progress', progress }),
    onLook: isWatched ? onLook : undefined,
  });
  send({ kind: 'done', simulated });
} catch (error) {
  if (!(error instanceof HarnessError)) throw error;
  const { code, message, exitCode, hint, problems } = error;
  send({ kind: 'refused', refusal: { code, message, exitCode, hint, problems } });
} finally {
  port.close();
}

function send(message: FromHost): void {
  port.postMessage(message);
}
