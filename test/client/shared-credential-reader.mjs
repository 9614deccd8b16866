// A thread that reads a shared credential as fast as it can and checks each one that it sees.
import { parentPort, workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { SharedCredential } = await import('../../src/client/shared-credential.ts');

const shared = new SharedCredential(workerData.buffer);
const report = { torn: 0, backwards: 0, distinct: 0, last: 0 };
parentPort.postMessage('ready');
while (report.last < workerData.last) {
  const credential = shared.read(0);
  if (credential === undefined) continue;
  const number = credential.expiresAtMs - 1_000_000;
  if (number === report.last) continue;
  const token = `${number}/`.repeat(1 + (number % 300));
  const isWhole =
    credential.accessKeyId === `STS.${number}` &&
    credential.accessKeySecret === `secret-${number}` &&
    credential.securityToken === token;
  if (!isWhole) report.torn += 1;
  if (number < report.last) report.backwards += 1;
  report.distinct += 1;
  report.last = number;
}
parentPort.postMessage(report);
