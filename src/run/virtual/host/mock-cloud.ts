/**
 * The cloud that hosted clients reach: STS, the instance metadata service, KMS and the data plane,
 * credentials URI and identity provider. They are the mock's own, up to the HTTP server that would
 * listen; connections come from this thread instead of a port.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { MockStsConfig } from '../../../../mock-sts/core/config.ts';
import type { CallChance } from '../../../../mock-sts/core/decider.ts';
import { StsCore } from '../../../../mock-sts/core/service.ts';
import type { WireAnswer, WireRequest } from '../../../../mock-sts/core/wire/request.ts';
import { buildMockApp } from '../../../../mock-sts/server/app.ts';
import { AroundSts } from '../../../../mock-sts/server/around-sts.ts';
import { CallJournal } from '../../../../mock-sts/server/call-journal.ts';
import { serveOnNode } from '../../../../mock-sts/server/node-exchange.ts';
import { SocketRegistry } from '../../../../mock-sts/server/socket-registry.ts';
import { StsEndpoint } from '../../../../mock-sts/server/sts-endpoint.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { CallRecord } from '../../../kernel/sts/call-record.ts';
import type { MemorySocket } from './memory-socket.ts';

const METADATA_HOST = '100.100.100.200';
/** What is the mock's own in the live run (credentials URI, identity provider) has a name here. */
const MOCK_HOST = 'mock.sts-harness.internal';

/** Changes an answer of STS on its way: what a test wants a client to read. */
export type EditAnswer = (
  answer: Pick<WireAnswer, 'status' | 'body'>,
  record: CallRecord,
) => Partial<Pick<WireAnswer, 'status' | 'body'>> | undefined;

export interface CloudTerms {
  readonly config: MockStsConfig;
  readonly clock: Clock;
  /** The chance of whoever calls now; undefined for the mock's own. */
  readonly chance: () => CallChance | undefined;
  readonly onCall: (record: CallRecord) => void;
  readonly editAnswer?: EditAnswer | undefined;
}

export class MockCloud {
  readonly sts: StsCore;
  private readonly endpoint: StsEndpoint;
  private readonly sockets: SocketRegistry;
  private readonly servers: { sts: Server; metadata: Server; resource: Server };

  private constructor(parts: {
    sts: StsCore;
    endpoint: StsEndpoint;
    sockets: SocketRegistry;
    servers: MockCloud['servers'];
  }) {
    this.sts = parts.sts;
    this.endpoint = parts.endpoint;
    this.sockets = parts.sockets;
    this.servers = parts.servers;
  }

  /** Made before a host's patches are in place: its servers start up in real time. */
  static async open(terms: CloudTerms): Promise<MockCloud> {
    const { config, clock, onCall } = terms;
    const sts = new CallersChance(config, terms);
    const journal = new CallJournal();
    const sockets = new SocketRegistry(clock);
    const endpoint = new StsEndpoint({ clock, core: () => sts, journal, onCall });
    const delivery = { time: endpoint, reset: (socket: Socket) => sockets.reset(socket) };
    const around = new AroundSts({ config, clock, core: () => sts, delivery });
    const reset = () => journal.clear();
    const app = buildMockApp(serveOnNode(endpoint, sockets), { journal, reset }, around.routes);
    const { metadata, resource } = around.newApps();
    await Promise.all([app.ready(), metadata.ready(), resource.ready()]);
    const servers = { sts: app.server, metadata: metadata.server, resource: resource.server };
    return new MockCloud({ sts, endpoint, sockets, servers });
  }

  get all(): readonly Server[] {
    return Object.values(this.servers);
  }

  /** By name, as DNS and routing would. */
  route(host: string): Server | undefined {
    if (host === METADATA_HOST) return this.servers.metadata;
    if (host === MOCK_HOST || /^sts(-vpc)?(\.[a-z0-9-]+)?\.aliyuncs\.com$/.test(host)) {
      return this.servers.sts;
    }
    return /\.aliyuncs\.com$/.test(host) ? this.servers.resource : undefined;
  }

  opened(socket: MemorySocket): void {
    this.sockets.opened(socket);
  }

  close(): void {
    this.endpoint.close();
    this.sockets.closeAll();
  }
}

/** The STS core, whose callers in this thread have a chance of their own. */
class CallersChance extends StsCore {
  private readonly terms: CloudTerms;

  constructor(config: MockStsConfig, terms: CloudTerms) {
    super(config);
    this.terms = terms;
  }

  override handle(request: WireRequest): WireAnswer {
    const { chance, editAnswer } = this.terms;
    const answer = super.handle({ ...request, chance: chance() });
    const edited = editAnswer?.(answer, answer.record);
    return edited === undefined ? answer : { ...answer, ...edited };
  }
}
