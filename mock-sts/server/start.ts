/**
 * Starts the mock STS: plain HTTP for the OpenAPI clients, HTTPS for SDKs that accept nothing else,
 * both before one STS core. It listens on this machine only, unless told otherwise.
 */
import { createServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Clock } from '../../src/kernel/clock.ts';
import type { CallRecord } from '../../src/kernel/sts/call-record.ts';
import type { MockStsConfig } from '../core/config.ts';
import { StsCore } from '../core/service.ts';
import { buildMockApp, HTTP_LIMITS, KEEP_ALIVE_MS } from './app.ts';
import { AroundSts, type AroundStsAddresses, type AroundStsPorts } from './around-sts.ts';
import { type CallCounters, CallJournal, type JournalEntry } from './call-journal.ts';
import { issueCertificates, writeCaFile } from './certificates.ts';
import type { FaultDesk } from './fault-desk.ts';
import { LaneConnection, type LaneDeps } from './lane.ts';
import { serveOnNode } from './node-exchange.ts';
import { Observation, type ObservationOptions } from './observation.ts';
import { HeadReader } from './request-head.ts';
import { SocketRegistry } from './socket-registry.ts';
import { StsEndpoint } from './sts-endpoint.ts';

export interface MockStsOptions extends AroundStsPorts, ObservationOptions {
  readonly config: MockStsConfig;
  /** Instants of quotas, expiry, faults and dates; latency is waited out by its timers. */
  readonly clock: Clock;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0, any free port. */
  readonly port?: number;
  /** Undefined for no TLS; 0 for any free port. */
  readonly tlsPort?: number | undefined;
  /** Where the authority's certificate is written; without it, it is not. */
  readonly caDirectory?: string | undefined;
  /** Further names in the certificate, such as `sts.cn-hangzhou.aliyuncs.com`. */
  readonly tlsNames?: readonly string[];
  /** Sees every call as soon as it is decided. */
  readonly onCall?: (record: CallRecord) => void;
}

export interface MockSts {
  /** `http://127.0.0.1:<port>` */
  readonly httpUrl: string;
  /** `127.0.0.1:<port>`; empty without TLS. */
  readonly httpsHost: string;
  /** Empty without TLS, or without a directory for it. */
  readonly caFile: string;
  readonly caPem: string;
  /** `http://127.0.0.1:<port>` of the instance metadata service; empty without one. */
  readonly metadataUrl: string;
  /** `http://127.0.0.1:<port>` of KMS and the data plane; empty without them. */
  readonly resourceUrl: string;
  counters(): CallCounters;
  /** The last calls, oldest first. */
  journal(): readonly JournalEntry[];
  /** What goes wrong, and can be changed at any time. */
  readonly faults: FaultDesk;
  /** As if just started: counters, journal, quotas, nonces. Credentials already issued stay good. */
  reset(): void;
  /** Ends connections idle since before that instant of the clock. */
  closeIdleSockets(idleSinceBeforeMs: number): void;
  /** Ends at once: open connections are cut, answers that wait are not given. */
  close(): Promise<void>;
}

export async function startMockSts(options: MockStsOptions): Promise<MockSts> {
  const { config, clock, host = '127.0.0.1' } = options;
  const journal = new CallJournal();
  const sockets = new SocketRegistry(clock);
  let core = new StsCore(config);
  const observation = new Observation(options, { config, clock, core: () => core });
  const endpoint = new StsEndpoint({
    clock,
    core: () => core,
    journal,
    onCall: options.onCall,
    onAnswer: (request, answer) => observation.see(request, answer),
  });
  const delivery = { time: endpoint, reset: (socket: Socket) => sockets.reset(socket) };
  const around = new AroundSts({ config, clock, core: () => core, delivery });
  const reset = () => {
    core = new StsCore(config);
    observation.reset();
    around.reset();
    journal.clear();
  };
  const lane = { endpoint, sockets, heads: new HeadReader(), keepAliveMs: KEEP_ALIVE_MS };
  const app = buildMockApp(serveOnNode(endpoint, sockets), { journal, reset }, async (app) => {
    await app.register(around.routes);
    await app.register(observation.routes);
  });
  putLaneBefore(app.server, 'connection', { ...lane, secure: false });
  await app.listen({ host, port: options.port ?? 0 });
  let tls: TlsSide | undefined;
  let addresses: AroundStsAddresses;
  const close = async () => {
    endpoint.close();
    const closed = [
      app.close(),
      around.close(),
      tls === undefined ? undefined : closeServer(tls.server),
    ];
    sockets.closeAll();
    await Promise.all(closed);
    await observation.close();
  };
  try {
    tls =
      options.tlsPort === undefined
        ? undefined
        : await startTls(options, app.routing, { ...lane, secure: true });
    addresses = await around.listen(host, options);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    httpUrl: `http://${hostAndPort(host, app.server.address())}`,
    httpsHost: tls === undefined ? '' : hostAndPort(host, tls.server.address()),
    caFile: tls?.caFile ?? '',
    caPem: tls?.caPem ?? '',
    ...addresses,
    counters: () => journal.counters(),
    journal: () => journal.entries(),
    faults: observation.faults,
    reset,
    closeIdleSockets: (idleSinceBeforeMs) => sockets.closeIdle(idleSinceBeforeMs),
    close,
  };
}

interface TlsSide {
  readonly server: Server;
  readonly caFile: string;
  readonly caPem: string;
}

async function startTls(
  { host = '127.0.0.1', tlsPort, caDirectory, tlsNames = [] }: MockStsOptions,
  handler: Parameters<typeof createServer>[1] & {},
  lane: LaneDeps,
): Promise<TlsSide> {
  const names = new Set(['127.0.0.1', '::1', 'localhost', host, ...tlsNames]);
  const { caPem, certificatePem, keyPem } = await issueCertificates([...names]);
  const server = createServer({ ...HTTP_LIMITS, cert: certificatePem, key: keyPem }, handler);
  server.on('connection', (socket: Socket) => lane.sockets.openedBelow(socket));
  putLaneBefore(server, 'secureConnection', lane);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(tlsPort, host, resolve);
  });
  const caFile = caDirectory === undefined ? '' : await writeCaFile(caDirectory, caPem);
  return { server, caFile, caPem };
}

/** The server's own listeners come second: they get the connections that the lane hands on. */
function putLaneBefore(
  server: Server,
  event: 'connection' | 'secureConnection',
  lane: LaneDeps,
): void {
  const usual = server.listeners(event);
  server.removeAllListeners(event);
  server.on(event, (socket: Socket) => {
    new LaneConnection(socket, lane, () => {
      for (const listener of usual) listener.call(server, socket);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function hostAndPort(host: string, address: AddressInfo | string | null): string {
  const { port } = address as AddressInfo;
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
