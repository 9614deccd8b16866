/**
 * The embedded mock STS, in a thread of its own so that the driver's load does not delay it. Every
 * call it sees goes into the call log, which is handed over at the end.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { startMockSts } from '../../../mock-sts/server/start.ts';
import { armTimeout } from '../../kernel/real-clock.ts';
import { CallLog } from '../../measure/call-log.ts';
import type { FromMock, MockThreadData, ToMock } from './protocol.ts';
import { RunClock } from './run-clock.ts';

const COUNTS_MS = 250;
/**
 * How long an idle connection is kept, in virtual time. How long STS keeps one is not documented;
 * a minute is common, and much shorter than the time between two refreshes.
 */
const KEEP_ALIVE_MS = 60_000;

const { config, clock: share, zeroAtMs, caDirectory } = workerData as MockThreadData;
const port = parentPort!;
const clock = new RunClock(share);
const log = new CallLog(zeroAtMs);
const counts = { calls: 0, throttled: 0 };

const mock = await startMockSts({
  config,
  clock,
  tlsPort: 0,
  resourcePort: config.serviceTimes?.length ? 0 : undefined,
  caDirectory,
  onCall: (record) => {
    log.append(record);
    if (record.action !== 'AssumeRole') return;
    counts.calls += 1;
    if (record.outcome === 'throttled') counts.throttled += 1;
  },
});

port.on('message', (message: ToMock) => {
  if (message.kind === 'hop') {
    // Nothing is in flight, so no timer of the mock can become due by the jump.
    mock.closeIdleSockets(message.toMs + zeroAtMs - KEEP_ALIVE_MS);
    send({ kind: 'hopped' });
  } else if (message.kind === 'log') {
    send({ kind: 'log', log: log.export() });
  } else {
    send({ kind: 'finished', log: log.export() });
    void mock.close().then(() => port.close());
  }
});

reportCounts();
const { httpsHost: tlsHost, caPem, resourceUrl } = mock;
send({ kind: 'ready', tlsHost, caPem, resourceUrl });

function reportCounts(): void {
  armTimeout(
    () => COUNTS_MS,
    () => {
      send({ kind: 'counts', counts });
      reportCounts();
    },
  ).unref();
}

function send(message: FromMock): void {
  port.postMessage(message);
}
