/** The thread of a host: simulates one subject of real clients, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { HarnessError } from '../../../kernel/errors.ts';
import type { FromHost, HostThreadData } from './host-protocol.ts';
import { simulateHosted } from './simulate-hosted.ts';

const port = parentPort!;
let stopped = false;
port.on('message', () => {
  stopped = true;
});

try {
  const simulated = await simulateHosted(workerData as HostThreadData, {
    isStopped: () => stopped,
    onProgress: (progress) => send({ kind: 'progress', progress }),
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
