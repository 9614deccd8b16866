/**
 * Our own client, as a production process would hold it: one `CachingCredentialClient` a process,
 * warmed up when the process starts, over a source for the process's identity and a client on demand
 * for each role on the way. Options of the scenario's `client`: `share: host` gives the
 * processes of a host one client (a holder that they read from), `policy` lays numbers over the
 * default cache policy.
 */
import { CachingCredentialClient } from '../../client/caching-credential-client.ts';
import type { CallerSource } from '../../client/caller-source.ts';
import { DEFAULT_POLICY } from '../../client/policy.ts';
import { UndiciTransport } from '../../client/undici-transport.ts';
import type { AccessKey } from '../../kernel/sts/credentials.ts';
import { openSource, settingsFor } from './caller-identity.ts';
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

/** What the client's own call is made with: the identity, or the last of the roles on the way. */
function sourceOn(context: SubjectContext, transport: UndiciTransport): AccessKey | CallerSource {
  const first = openSource(context.identity, context);
  const opened: { close(): Promise<void> }[] = [first, transport];
  const roles = context.via.entries();
  let { source } = first;
  for (const [index, { roleArn, roleSessionName, durationSeconds, externalId }] of roles) {
    const hop = new CachingCredentialClient({
      source,
      transport,
      roleArn,
      roleSessionName,
      durationSeconds,
      ...(externalId === undefined ? {} : { externalId }),
      refresh: 'on-demand',
      ...stsOf(context),
      ...settingsFor(`via-${index + 1}`, context),
    });
    opened.push(hop);
    source = hop;
  }
  context.signal.addEventListener('abort', () => void closeAll(opened), { once: true });
  return source;
}

async function closeAll(opened: readonly { close(): Promise<void> }[]): Promise<void> {
  await Promise.allSettled(opened.map((each) => each.close()));
}

function stsOf({ stsEndpoint, stsCa, clock }: SubjectContext) {
  return { endpoint: stsEndpoint, clock, ...(stsCa === undefined ? {} : { ca: stsCa }) };
}

function newClient(context: SubjectContext): CachingCredentialClient {
  // Every hop over the connections of the process.
  const transport = new UndiciTransport(stsOf(context));
  const client = new CachingCredentialClient({
    source: sourceOn(context, transport),
    transport,
    roleArn: context.roleArn,
    roleSessionName: context.roleSessionName,
    durationSeconds: context.durationSeconds,
    ...stsOf(context),
    rng: { next: context.random },
    backoffRng: { next: context.randomOf('backoff') },
    ...(context.externalId === undefined ? {} : { externalId: context.externalId }),
    policy: referenceOptions(context.options).policy,
  });
  client.on('refreshStarted', () => {
    mostInFlight.set(client, Math.max(client.inFlight, mostInFlight.get(client) ?? 0));
  });
  client.warmUp().catch(() => {}); // Its requests are told; there is nobody else to tell.
  return client;
}
