/**
 * The network of a host: connections that clients open, by whichever library, end at the servers of
 * the mock cloud in this thread. A name that the cloud does not have is answered as DNS answers an
 * unknown one, and noted: a client that means a server of its own reaches nobody.
 */
import dns from 'node:dns';
import dnsPromises from 'node:dns/promises';
import http, { type Server } from 'node:http';
import net from 'node:net';
import tls from 'node:tls';
import type { HostTime } from './host-time.ts';
import { broken, MemorySocket } from './memory-socket.ts';
import type { Patches } from './patches.ts';

/** Who serves a name; undefined for a name that nobody has. */
export type Route = (host: string, port: number) => Server | undefined;

interface Target {
  readonly host: string;
  readonly port: number;
  readonly path?: string | undefined;
  readonly servername?: string | undefined;
}

const FIRST_CLIENT_PORT = 32_768;
const ADDRESS = { address: '127.0.0.1', family: 4 } as const;

export class Network {
  /** Clients' ends that are open. */
  readonly sockets = new Set<MemorySocket>();
  private readonly time: HostTime;
  private readonly route: Route;
  private readonly onOpened: (server: MemorySocket) => void;
  private readonly onStranger: (what: string) => void;
  private nextPort = FIRST_CLIENT_PORT;

  constructor(
    time: HostTime,
    parts: {
      readonly route: Route;
      readonly onOpened: (server: MemorySocket) => void;
      readonly onStranger: (what: string) => void;
    },
  ) {
    this.time = time;
    this.route = parts.route;
    this.onOpened = parts.onOpened;
    this.onStranger = parts.onStranger;
  }

  patch(patches: Patches): void {
    const connect = (...args: unknown[]) => this.connect(args, false);
    const connectSecurely = (...args: unknown[]) => this.connect(args, true);
    patches.setAll(net, { connect, createConnection: connect });
    patches.set(http.Agent.prototype, 'createConnection', connect);
    patches.set(tls, 'connect', connectSecurely);
    const network = this;
    const socketConnect = net.Socket.prototype.connect;
    patches.set(net.Socket.prototype, 'connect', function (this: net.Socket, ...args: unknown[]) {
      if (this instanceof MemorySocket) return Reflect.apply(socketConnect, this, args);
      network.onStranger(`a socket of its own to ${nameOf(targetOf(args))}`);
      process.nextTick(() => this.destroy(broken('connect', 'ECONNREFUSED')));
      return this;
    });
    this.patchNames(patches);
  }

  private connect(args: readonly unknown[], secure: boolean): MemorySocket {
    const { time } = this;
    const target = targetOf(args);
    const { host, port } = target;
    const clientPort = this.nextPort;
    this.nextPort = clientPort === 65_535 ? FIRST_CLIENT_PORT : clientPort + 1;
    const client = new MemorySocket({ time, side: 'client', secure, host, port, clientPort });
    const listener = args.at(-1);
    if (typeof listener === 'function') {
      client.once(secure ? 'secureConnect' : 'connect', listener as () => void);
    }
    const server = target.path === undefined ? this.route(host, port) : undefined;
    if (server === undefined) {
      this.onStranger(`a connection to ${nameOf(target)}`);
      client.refuse(unknownName(target));
      return client;
    }
    this.sockets.add(client);
    client.once('close', () => this.sockets.delete(client));
    client.open(() => {
      const other = new MemorySocket({ time, side: 'server', secure, host, port, clientPort });
      client.peer = other;
      other.peer = client;
      this.onOpened(other);
      server.emit('connection', other);
    });
    return client;
  }

  private patchNames(patches: Patches): void {
    const lookup = (host: string, ...rest: unknown[]): void => {
      const done = rest.pop() as (error: Error | null, address?: unknown, family?: number) => void;
      const wantsAll = (rest[0] as { all?: boolean } | undefined)?.all === true;
      const isKnown = this.isKnown(host);
      process.nextTick(() => {
        if (!isKnown) done(unknownName({ host, port: 0 }));
        else if (wantsAll) done(null, [ADDRESS]);
        else done(null, ADDRESS.address, ADDRESS.family);
      });
    };
    patches.set(dns, 'lookup', lookup);
    patches.set(dnsPromises, 'lookup', async (host: string, options?: { all?: boolean }) => {
      if (!this.isKnown(host)) throw unknownName({ host, port: 0 });
      return options?.all === true ? [ADDRESS] : ADDRESS;
    });
  }

  private isKnown(host: string): boolean {
    const isKnown = [443, 80].some((port) => this.route(host, port) !== undefined);
    if (!isKnown) this.onStranger(`a look-up of ${host}`);
    return isKnown;
  }
}

/** `(options)`, `(port, host?)` or `(path)`, as `net.connect` and `tls.connect` take them. */
function targetOf(args: readonly unknown[]): Target {
  const [first, second] = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
  if (typeof first === 'object' && first !== null) {
    const { host, hostname, port, path, socketPath } = first as Record<string, string | undefined>;
    // HTTP clients hand a request's path along with the port; a path alone names a local socket.
    const localPath = socketPath ?? (port === undefined ? path : undefined);
    return { host: host ?? hostname ?? 'localhost', port: Number(port ?? 0), path: localPath };
  }
  if (typeof first === 'string' && Number.isNaN(Number(first))) {
    return { host: '', port: 0, path: first };
  }
  return { host: typeof second === 'string' ? second : 'localhost', port: Number(first) };
}

function nameOf({ host, port, path }: Target): string {
  return path ?? `${host}:${port}`;
}

function unknownName({ host, path }: Target): Error {
  if (path !== undefined) return broken('connect', 'ENOENT');
  const error = new Error(`getaddrinfo ENOTFOUND ${host}`);
  return Object.assign(error, {
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo',
    hostname: host,
    errno: -3008,
  });
}
