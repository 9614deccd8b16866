/**
 * Starts the mock STS: plain HTTP for the OpenAPI clients, HTTPS for SDKs that accept nothing else,
 * both before one STS core. It listens on this machine only, unless told otherwise.
 */
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../src/kernel/clock.ts';
import type { CallRecord } from '../../src/kernel/sts/call-record.ts';
import type { MockStsConfig } from '../core/config.ts';
import { StsCore } from '../core/service.ts';
import { buildMockApp, HTTP_LIMITS } from './app.ts';
import { type CallCounters, CallJournal, type JournalEntry } from './call-journal.ts';
import { issueCertificates, writeCaFile } from './certificates.ts';
import { SocketRegistry } from './socket-registry.ts';
import { StsExchange } from './sts-exchange.ts';

export interface MockStsOptions {
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
  counters(): CallCounters;
  /** The last calls, oldest first. */
  journal(): readonly JournalEntry[];
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
  const sockets = new SocketRegistry();
  let core = new StsCore(config);
  const reset = () => {
    core = new StsCore(config);
    journal.clear();
  };
  const exchange = new StsExchange({
    clock,
    core: () => core,
    journal,
    sockets,
    onCall: options.onCall,
  });
  const app = buildMockApp(exchange, { journal, reset });
  app.server.on('connection', (socket) => sockets.opened(socket, clock.nowMs()));
  await app.listen({ host, port: options.port ?? 0 });
  let tls: TlsSide | undefined;
  const close = async () => {
    exchange.close();
    await Promise.all([app.close(), tls === undefined ? undefined : closeServer(tls.server)]);
  };
  try {
    tls = options.tlsPort === undefined ? undefined : await startTls(options, app.routing, sockets);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    httpUrl: `http://${hostAndPort(host, app.server.address())}`,
    httpsHost: tls === undefined ? '' : hostAndPort(host, tls.server.address()),
    caFile: tls?.caFile ?? '',
    caPem: tls?.caPem ?? '',
    counters: () => journal.counters(),
    journal: () => journal.entries(),
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
  { clock, host = '127.0.0.1', tlsPort, caDirectory, tlsNames = [] }: MockStsOptions,
  handler: Parameters<typeof createServer>[1] & {},
  sockets: SocketRegistry,
): Promise<TlsSide> {
  const names = new Set(['127.0.0.1', '::1', 'localhost', host, ...tlsNames]);
  const { caPem, certificatePem, keyPem } = await issueCertificates([...names]);
  const server = createServer({ ...HTTP_LIMITS, cert: certificatePem, key: keyPem }, handler);
  server.on('secureConnection', (socket) => sockets.opened(socket, clock.nowMs()));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(tlsPort, host, resolve);
  });
  const caFile = caDirectory === undefined ? '' : await writeCaFile(caDirectory, caPem);
  return { server, caFile, caPem };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function hostAndPort(host: string, address: AddressInfo | string | null): string {
  const { port } = address as AddressInfo;
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
