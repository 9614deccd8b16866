/**
 * Our own client, as a production process would hold it: one `CachingCredentialClient` a process,
 * warmed up when the process starts. Options of the scenario's `client`: `share: host` gives the
 * processes of a host one client (a holder that they read from), `policy` lays numbers over the
 * default cache policy.
 */
import { CachingCredentialClient } from '../../client/caching-credential-client.ts';
import { DEFAULT_POLICY } from '../../client/policy.ts';
import { referenceOptions } from './reference-options.ts';
import type { CredentialClient, Subject, SubjectContext } from './subject.ts';

export const reference: Subject = {
  name: 'reference',
  // Refreshes run by timers of the run clock; only a credential about to end makes a request wait.
  fastForward: { mode: 'hops', leadMs: DEFAULT_POLICY.expiryMarginMs },
  readsDate: false,
  createClient: (context) =>
    referenceOptions(context.options).share === 'host' ? sharedByHost(context) : newClient(context),
  claims: { singleFlight: true, neverServesExpired: true },
  refreshesInFlightMax: (client) => mostInFlight.get(client) ?? 0,
  checkOptions: (options) => void referenceOptions(options),
};

/** Counted while they run: a refresh that is over leaves no trace in a client. */
const mostInFlight = new WeakMap<CredentialClient, number>();

/** Clients by host, of each run: its processes come from one thread. */
const hosts = new WeakMap<AbortSignal, Map<string, CredentialClient>>();

function sharedByHost(context: SubjectContext): CredentialClient {
  let clients = hosts.get(context.signal);
  if (clients === undefined) {
    clients = new Map();
    hosts.set(context.signal, clients);
  }
  let client = clients.get(context.host);
  if (client === undefined) {
    client = newClient(context);
    clients.set(context.host, client);
  }
  return client;
}

function newClient(context: SubjectContext): CachingCredentialClient {
  const { accessKeyId, accessKeySecret } = context;
  const client = new CachingCredentialClient({
    source: { accessKeyId, accessKeySecret },
    roleArn: context.roleArn,
    roleSessionName: context.roleSessionName,
    durationSeconds: context.durationSeconds,
    endpoint: context.stsEndpoint,
    clock: context.clock,
    rng: { next: context.random },
    backoffRng: { next: context.randomOf('backoff') },
    ...(context.externalId === undefined ? {} : { externalId: context.externalId }),
    ...(context.stsCa === undefined ? {} : { ca: context.stsCa }),
    policy: referenceOptions(context.options).policy,
  });
  client.on('refreshStarted', () => {
    mostInFlight.set(client, Math.max(client.inFlight, mostInFlight.get(client) ?? 0));
  });
  client.warmUp().catch(() => {}); // Its requests are told; there is nobody else to tell.
  return client;
}
