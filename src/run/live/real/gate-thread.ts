/**
 * The thread of the gate: the only one that holds the credential chain, and the only one from which real
 * STS is called. No client under test is ever loaded here. It lives as long as the run, so that budget and
 * ceiling hold for all subjects and repetitions together.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { alicloudCallerIdentity } from '../../../client/alicloud-caller-identity.ts';
import { AlicloudStsTransport } from '../../../client/alicloud-sts-transport.ts';
import { realClock } from '../../../kernel/real-clock.ts';
import type { MockCounts } from '../protocol.ts';
import { RunClock } from '../run-clock.ts';
import { CallGuard } from './call-guard.ts';
import { CredentialChain } from './credential-chain.ts';
import { Forwarder } from './forwarder.ts';
import type { FromGate, GateDrive, RealStsTerms, ToGate } from './gate-protocol.ts';
import { GateServer } from './gate-server.ts';

const { endpoint, sessionPrefix, rules } = workerData as RealStsTerms;
const port = parentPort!;
const forwarder = new Forwarder({
  sessionPrefix,
  chain: new CredentialChain(),
  transport: new AlicloudStsTransport({ endpoint }),
  callerIdentity: (source, clock) => alicloudCallerIdentity(endpoint, source, clock),
  guard: new CallGuard(rules),
  clock: realClock(),
  onStopped: (stop) => send({ kind: 'stopped', stop }),
});
let server: GateServer | undefined;

port.on('message', (message: ToGate) => {
  switch (message.kind) {
    case 'identify':
      void identify();
      return;
    case 'open':
      void open(message.drive);
      return;
    case 'log':
      send({ kind: 'log', log: server!.calls() });
      return;
    case 'finish':
      void finish(server!);
      return;
    case 'stop':
      forwarder.stop(message.stop);
  }
});

/** Key and secret stay here. */
async function identify(): Promise<void> {
  const { provider, ownCalls, outcome } = await forwarder.identify();
  send({ kind: 'identified', identity: { provider, ownCalls, outcome } });
}

async function open({ config, clock, zeroAtMs }: GateDrive): Promise<void> {
  let counts: MockCounts = { calls: 0, throttled: 0 };
  server = await GateServer.open({
    config,
    clock: new RunClock(clock),
    zeroAtMs,
    forwarder,
    onCall: ({ outcome }) => {
      const throttled = counts.throttled + (outcome === 'throttled' ? 1 : 0);
      counts = { calls: counts.calls + 1, throttled };
      send({ kind: 'counts', counts });
    },
  });
  send({ kind: 'opened', authority: server.authority, caPem: server.caPem });
}

/** What is in the air belongs to this replay: its calls were made, whoever still waits for them. */
async function finish(finished: GateServer): Promise<void> {
  finished.close();
  await forwarder.landed();
  send({ kind: 'finished', log: finished.calls() });
}

function send(message: FromGate): void {
  port.postMessage(message);
}
