/**
 * What a hosted client must not do, because it would happen behind the host's back: real sockets,
 * processes, threads, waiting that stops the thread. Each is refused with an error that says so, and
 * noted: a client that swallows the error is named all the same.
 *
 * Work that Node does elsewhere and that takes no virtual time (files, name look-ups, hashes on the thread
 * pool, loading of modules) is allowed: the host waits for it, at the same virtual instant.
 */
import childProcess from 'node:child_process';
import crypto from 'node:crypto';
import dgram from 'node:dgram';
import net from 'node:net';
import threads from 'node:worker_threads';
import { HarnessError } from '../../../kernel/errors.ts';
import type { Patches } from './patches.ts';
import { isCalledByNode, isInLoaderHook } from './stack-frames.ts';

const PROCESSES = ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync'];
/** Work on the thread pool that ends with a callback as the last argument. */
const POOLED = ['generateKeyPair', 'generateKey', 'hkdf', 'pbkdf2', 'scrypt', 'sign', 'verify'];

/** Named nowhere in the types of Node 20. */
const { WebAssembly: WEB_ASSEMBLY } = globalThis as unknown as {
  WebAssembly: { Module: new (bytes: Uint8Array) => object };
};

export class Guard {
  /** What was refused, each once, in the order in which it was first tried. */
  readonly breaches = new Set<string>();
  /** While a client is loaded, its loader may start processes and threads, and speak to them. */
  isArmed = false;
  /** Pieces of work on Node's thread pool that no list of Node's shows. */
  pooled = 0;

  note(what: string): void {
    if (this.isArmed) this.breaches.add(what);
  }

  patch(patches: Patches): void {
    const refuse = (target: object, name: string, what: string) => {
      const real = Reflect.get(target, name) as (...args: unknown[]) => unknown;
      const refused = this.refusal(what, real);
      patches.set(target, name, refused);
    };
    for (const name of PROCESSES) refuse(childProcess, name, `child_process.${name}`);
    refuse(threads, 'Worker', 'a worker thread');
    refuse(dgram, 'createSocket', 'a UDP socket');
    refuse(net.Server.prototype, 'listen', 'a server of its own');
    refuse(Atomics, 'wait', 'Atomics.wait');
    this.refuseOthers(patches, Atomics, 'waitAsync');
    for (const name of ['MessageChannel', 'BroadcastChannel']) {
      refuse(globalThis, name, `a ${name}`);
      refuse(threads, name, `a ${name}`);
    }
    for (const name of POOLED) this.countCallbacks(patches, name);
    const { subtle } = crypto.webcrypto;
    const { prototype } = subtle.constructor as { prototype: object };
    for (const name of Object.getOwnPropertyNames(prototype)) {
      if (name !== 'constructor') this.countPromises(patches, subtle, name);
    }
    // Compiled at once: on another thread it would end in some later turn.
    const { Module } = WEB_ASSEMBLY;
    patches.set(WEB_ASSEMBLY, 'compile', async (bytes: Uint8Array) => new Module(bytes));
  }

  /** Node itself waits so for loaders in other threads. */
  private refuseOthers(patches: Patches, target: object, name: string): void {
    const real = Reflect.get(target, name) as (...args: unknown[]) => unknown;
    const refused = this.refusal('Atomics.waitAsync', real) as typeof real;
    patches.set(target, name, (...args: unknown[]) =>
      isCalledByNode() ? real(...args) : refused(...args),
    );
  }

  /** A function that works as ever until the guard is armed, and then refuses all but a loader. */
  private refusal(what: string, real: (...args: unknown[]) => unknown): object {
    const guard = this;
    return function (this: unknown, ...args: unknown[]): unknown {
      if (!guard.isArmed || isInLoaderHook()) {
        return new.target === undefined
          ? Reflect.apply(real, this, args)
          : Reflect.construct(real, args);
      }
      guard.note(what);
      throw new HarnessError('HOST_BREACH', `a hosted client used ${what}`, {
        hint: 'In virtual time a client has timers, HTTP and HTTPS; see docs/subjects.md.',
      });
    };
  }

  private countCallbacks(patches: Patches, name: string): void {
    const real = Reflect.get(crypto, name) as (...args: unknown[]) => unknown;
    patches.set(crypto, name, (...args: unknown[]) => {
      const done = args.at(-1);
      if (typeof done !== 'function') return real(...args);
      this.pooled += 1;
      const counted = (...results: unknown[]) => {
        this.pooled -= 1;
        done(...results);
      };
      return real(...args.slice(0, -1), counted);
    });
  }

  private countPromises(patches: Patches, target: object, name: string): void {
    const real = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
    if (typeof real !== 'function') return;
    patches.set(target, name, (...args: unknown[]) => {
      this.pooled += 1;
      const work = Reflect.apply(real, target, args) as Promise<unknown>;
      return work.finally(() => {
        this.pooled -= 1;
      });
    });
  }
}
