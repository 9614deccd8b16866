/**
 * What stands around STS in the cloud: the instance metadata service and the data plane on a port of
 * their own each; credentials URI, the identity provider, rotation and counters of the data plane under
 * `/_mock/`.
 */
import type { AddressInfo } from 'node:net';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { Clock } from '../../src/kernel/clock.ts';
import { parseDurationMs } from '../../src/kernel/units.ts';
import type { MockStsConfig } from '../core/config.ts';
import { credentialsDocument } from '../core/credentials-uri.ts';
import { DataPlane } from '../core/data-plane/data-plane.ts';
import { MetadataService } from '../core/metadata.ts';
import { AUTOMATIC_OVERLAP_MS, type RamSecrets } from '../core/ram-secrets.ts';
import { ServiceSessions } from '../core/service-sessions.ts';
import { identityProviderRoutes } from './identity-provider.ts';
import { buildMetadataApp } from './metadata-endpoint.ts';
import { buildResourceApp } from './resource-endpoint.ts';

const CODES_MAX = 1_000;

export interface AroundStsPorts {
  /** Default: the mock's host. */
  readonly metadataHost?: string | undefined;
  /** Undefined for no metadata service; 0 for any free port. */
  readonly metadataPort?: number | undefined;
  /** Undefined for no data plane; 0 for any free port. */
  readonly resourcePort?: number | undefined;
}

export interface AroundStsAddresses {
  /** `http://127.0.0.1:<port>`; empty without a metadata service. */
  readonly metadataUrl: string;
  /** Of KMS and other services; empty without a data plane. */
  readonly resourceUrl: string;
}

export class AroundSts {
  private readonly config: MockStsConfig;
  private readonly clock: Clock;
  private readonly secrets: () => RamSecrets;
  private readonly apps: FastifyInstance[] = [];
  private readonly countByCode = new Map<string, number>();
  private sessions!: ServiceSessions;
  private metadata!: MetadataService;
  private services!: DataPlane;

  /** `secrets` are those of the STS core of the moment. */
  constructor(config: MockStsConfig, clock: Clock, secrets: () => RamSecrets) {
    this.config = config;
    this.clock = clock;
    this.secrets = secrets;
    this.reset();
  }

  /** As if just started; credentials already issued stay good. */
  reset(): void {
    this.sessions = new ServiceSessions(this.config.seed);
    this.metadata = new MetadataService(this.config, this.sessions);
    this.services = new DataPlane(this.config, this.secrets());
    this.countByCode.clear();
  }

  /** What it adds under `/_mock/`. */
  get routes(): FastifyPluginAsync {
    return async (app) => {
      await app.register(identityProviderRoutes(this.config, this.clock), { prefix: '/oidc' });
      app.get<{ Params: { name: string } }>('/credentials/:name', async (request, reply) => {
        const { name } = request.params;
        const nowMs = this.clock.nowMs();
        const document = credentialsDocument(this.config, this.sessions, name, nowMs);
        if (document !== undefined) return document;
        return reply.code(404).send({ Code: 'NotFound', Message: 'No such role or user.' });
      });
      app.get('/data-plane', async () => ({ byCode: Object.fromEntries(this.countByCode) }));
      app.post('/rotate', async (request, reply) => {
        const { status, body } = this.rotate(request.raw.url ?? '');
        return reply.code(status).send(body);
      });
    };
  }

  /** The two that have ports of their own, on none yet. */
  newApps(): { readonly metadata: FastifyInstance; readonly resource: FastifyInstance } {
    const { clock } = this;
    return {
      metadata: buildMetadataApp({ clock, service: () => this.metadata }),
      resource: buildResourceApp({
        clock,
        services: () => this.services,
        onAnswer: (code) => this.count(code),
      }),
    };
  }

  async listen(host: string, ports: AroundStsPorts): Promise<AroundStsAddresses> {
    const { metadata, resource } = this.newApps();
    return {
      metadataUrl: await this.open(metadata, ports.metadataHost ?? host, ports.metadataPort),
      resourceUrl: await this.open(resource, host, ports.resourcePort),
    };
  }

  /** `?secret=acs/ram/user/orders&overlap=30m`. The new key is told by KMS, and nowhere else. */
  private rotate(url: string): { status: number; body: object } {
    const query = new URL(url, 'http://mock').searchParams;
    const secret = query.get('secret') ?? '';
    const overlap = query.get('overlap') ?? '';
    const overlapMs = overlap === '' ? AUTOMATIC_OVERLAP_MS : parseDurationMs(overlap);
    if (overlapMs === undefined || overlapMs < 0) {
      return { status: 400, body: { error: 'overlap: allowed: a duration such as 30m' } };
    }
    const outcome = this.secrets().rotate(secret, overlapMs, this.clock.nowMs());
    switch (outcome) {
      case 'rotated':
        return { status: 200, body: { secret, overlapMs } };
      case 'rotating':
        return { status: 409, body: { error: 'secret: it is being rotated' } };
      case 'not-found':
        return { status: 404, body: { error: 'secret: there is none of that name' } };
    }
  }

  private count(code: string): void {
    const count = this.countByCode.get(code);
    // A caller may invent parameters, and an error code quotes some of their names.
    if (count === undefined && this.countByCode.size >= CODES_MAX) return;
    this.countByCode.set(code, (count ?? 0) + 1);
  }

  async close(): Promise<void> {
    await Promise.all(this.apps.map((app) => app.close()));
  }

  private async open(
    app: FastifyInstance,
    host: string,
    port: number | undefined,
  ): Promise<string> {
    if (port === undefined) return '';
    this.apps.push(app);
    await app.listen({ host, port });
    const { port: bound } = app.server.address() as AddressInfo;
    return `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
  }
}
