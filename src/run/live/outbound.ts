/**
 * Where the clients of a thread may connect to. Every TCP connection of Node, whichever library makes it
 * (`net`, `tls`, `http`, `https`, `http2`, undici), begins in `net.Socket.prototype.connect`, so one place
 * sees them all, and a name by which a client calls a service is seen before it is resolved.
 *
 * Against the mock: anywhere but Alibaba Cloud. Against real STS: to the gate, and nowhere else, since any
 * other way (a proxy, an address, a child process, a thread) could lead around it. This holds up mistakes
 * of a client's code and configuration; code that sets out to get past it, by bindings of Node's own, can.
 */
import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import threads from 'node:worker_threads';

export type Outbound =
  | { readonly kind: 'no-alibaba-cloud' }
  /** `host:port`; undefined: nowhere. */
  | { readonly kind: 'gate-alone'; readonly authority: string | undefined };

/** What was refused, each once: a client that swallows the error is named all the same. */
export const breaches = new Set<string>();

export const REFUSED_CODE = 'RefusedByHarness';

/** By thread. */
let rule: Outbound | undefined;

export function limitOutbound(outbound: Outbound): void {
  if (rule === undefined) patchConnect();
  rule = outbound;
}

interface Target {
  readonly host?: unknown;
  readonly port?: unknown;
  readonly path?: unknown;
  readonly servername?: unknown;
}

type Connect = (this: net.Socket, ...args: unknown[]) => net.Socket;

function patchConnect(): void {
  const { prototype } = net.Socket;
  const connect = prototype.connect as Connect;
  const limited: Connect = function (...args) {
    const what = refusalOf(targetIn(args));
    if (what === undefined) return connect.apply(this, args);
    const error = refused(what);
    process.nextTick(() => this.destroy(error));
    return this;
  };
  prototype.connect = limited as typeof prototype.connect;
}

/** Options, `port, host`, or a path: as callers give them, or as `net.connect` hands them on. */
function targetIn(args: readonly unknown[]): Target {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first === 'object' && first !== null) return first as Target;
  if (typeof first === 'string' && Number.isNaN(Number(first))) return { path: first };
  return { port: first, host: typeof second === 'string' ? second : undefined };
}

/** What it is called where it is not allowed. */
function refusalOf({ host, port, path, servername }: Target): string | undefined {
  const authority = `${host ?? 'localhost'}:${port}`;
  if (rule?.kind === 'gate-alone') {
    // HTTP hands on an empty path where there is none.
    if (!path && authority === rule.authority) return undefined;
    return `a connection to ${path || authority}`;
  }
  const cloud = [host, servername].find(isAlibabaCloud);
  return cloud === undefined ? undefined : `a connection to ${cloud}`;
}

export function isAlibabaCloud(host: unknown): boolean {
  return typeof host === 'string' && /(^|\.)aliyuncs\.com\.?$/i.test(host.trim());
}

const SYNCHRONOUS = ['execFileSync', 'execSync', 'spawnSync'] as const;

/**
 * For a thread of clients under test: what they start would not be limited.
 * `exec`, `execFile`, `fork` and `spawn` all end in `ChildProcess.prototype.spawn`.
 */
export function forbidProcesses(): void {
  const { prototype } = childProcess.ChildProcess as unknown as {
    prototype: { spawn: (options: { readonly file?: unknown }) => unknown };
  };
  const { spawn } = prototype;
  prototype.spawn = function (options) {
    // The compiler of TypeScript modules runs beside Node.
    if (/[/\\]esbuild(\.exe)?$/.test(String(options.file))) return spawn.call(this, options);
    throw refused('a child process');
  };
  for (const name of SYNCHRONOUS) {
    Object.assign(childProcess, { [name]: () => throwRefused('a child process') });
  }
  Object.assign(threads, {
    Worker: class {
      constructor() {
        throwRefused('a worker thread');
      }
    },
  });
  syncBuiltinESMExports();
}

function throwRefused(what: string): never {
  throw refused(what);
}

/** The loader of TypeScript modules asks for its own command line, which there is none of. */
const LOADERS_PIPE = /[/\\]tsx-[^/\\]*[/\\]\d+\.pipe$/;

function refused(what: string): Error {
  if (!LOADERS_PIPE.test(what)) breaches.add(what);
  const why =
    rule?.kind === 'gate-alone'
      ? 'with --target real a client reaches STS through context.stsEndpoint, and nothing else'
      : 'Alibaba Cloud is reached with --target real alone';
  return Object.assign(new Error(`sts-harness refused ${what}: ${why}`), { code: REFUSED_CODE });
}
