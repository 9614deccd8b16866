/**
 * What stands around STS in the cloud: the instance metadata service and the data plane on a port of
 * their own each; credentials URI, identity providers, rotation and counters of the data plane under
 * `/_mock/`.
 */
import type { AddressInfo } from 'node:net';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { Clock } from '../../src/kernel/clock.ts';
import { parseDurationMs } from '../../src/kernel/units.ts';
import type { MockStsConfig } from '../core/config.ts';
import { CredentialsUri } from '../core/credentials-uri.ts';
import { DataPlane } from '../core/data-plane/data-plane.ts';
import { MetadataService } from '../core/metadata.ts';
import { AUTOMATIC_OVERLAP_MS } from '../core/ram-secrets.ts';
import type { StsCore } from '../core/service.ts';
import { ServiceSessions } from '../core/service-sessions.ts';
import { identityProviderRoutes } from './identity-provider.ts';
import { buildMetadataApp } from './metadata-endpoint.ts';
import { NamedCounts } from './named-counts.ts';
import { deliver, type PlaceDelivery } from './place-delivery.ts';
import { buildResourceApp } from './resource-endpoint.ts';
import { samlProviderRoutes } from './saml-provider.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

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

export interface AroundStsDeps {
  readonly config: MockStsConfig;
  readonly clock: Clock;
  /** The STS core of the moment, whose secrets and faults are those of the places too. */
  readonly core: () => StsCore;
  readonly delivery: PlaceDelivery;
}

export class AroundSts {
  private readonly deps: AroundStsDeps;
  private readonly apps: FastifyInstance[] = [];
  private readonly codes = new NamedCounts();
  private metadata!: MetadataService;
  private uri!: CredentialsUri;
  private services!: DataPlane;

  constructor(deps: AroundStsDeps) {
    this.deps = deps;
    this.reset();
  }

  /** As if just started; credentials already issued stay good. */
  reset(): void {
    const { config, core } = this.deps;
    const { secrets, faults } = core();
    const sessions = new ServiceSessions(config.seed);
    this.metadata = new MetadataService(config, sessions, faults);
    this.uri = new CredentialsUri(config, sessions, faults);
    this.services = new DataPlane(config, secrets, faults);
    this.codes.clear();
  }

  /** What it adds under `/_mock/`. */
  get routes(): FastifyPluginAsync {
    const { config, clock, delivery } = this.deps;
    return async (app) => {
      await app.register(identityProviderRoutes(config, clock), { prefix: '/oidc' });
      await app.register(samlProviderRoutes(config, clock), { prefix: '/saml' });
      app.get<{ Params: { name: string } }>('/credentials/:name', async (request, reply) => {
        const answer = this.uri.handle(request.params.name, clock.nowMs());
        return deliver(reply, { ...answer, contentType: JSON_TYPE }, delivery);
      });
      app.get('/data-plane', async () => ({ byCode: this.codes.asObject() }));
      app.post('/rotate', async (request, reply) => {
        const { status, body } = this.rotate(request.raw.url ?? '');
        return reply.code(status).send(body);
      });
    };
  }

  /** The two that have ports of their own, on none yet. */
  newApps(): { readonly metadata: FastifyInstance; readonly resource: FastifyInstance } {
    const { clock, delivery } = this.deps;
    return {
      metadata: buildMetadataApp({ clock, service: () => this.metadata, delivery }),
      resource: buildResourceApp({
        clock,
        services: () => this.services,
        onAnswer: (code) => this.codes.count(code),
        delivery,
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
    const outcome = this.deps.core().secrets.rotate(secret, overlapMs, this.deps.clock.nowMs());
    switch (outcome) {
      case 'rotated':
        return { status: 200, body: { secret, overlapMs } };
      case 'rotating':
        return { status: 409, body: { error: 'secret: it is being rotated' } };
      case 'not-found':
        return { status: 404, body: { error: 'secret: there is none of that name' } };
    }
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
