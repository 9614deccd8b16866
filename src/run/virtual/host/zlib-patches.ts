/**
 * `node:zlib` without Node's thread pool: what it compresses for streams, promises and callbacks would
 * end in some later turn that no list of Node's shows. Here the work is done at once, and told of in an
 * immediate of virtual time: it takes no time, as everything that a client computes.
 *
 * The streams are Node's own; only the engine below them is asked for its work by `writeSync` in place
 * of `write`, which take the same arguments.
 */
import zlib from 'node:zlib';
import type { HostTime } from './host-time.ts';
import type { Patches } from './patches.ts';

/** A native engine, as all streams of `node:zlib` have one below them. */
interface Engine {
  init(...args: unknown[]): unknown;
  writeSync(...args: unknown[]): void;
  onerror(...args: unknown[]): void;
}

const STREAMS = [
  'createGzip',
  'createBrotliCompress',
  'createBrotliDecompress',
  'createZstdCompress',
  'createZstdDecompress',
];

export function patchZlib(patches: Patches, time: HostTime): void {
  for (const prototype of new Set(STREAMS.flatMap(enginePrototypes))) {
    patchEngine(patches, time, prototype);
  }
}

/** Of one kind of stream; none for a kind that this Node has not. */
function enginePrototypes(create: string): Engine[] {
  const make = (zlib as unknown as Record<string, (() => zlib.Gzip) | undefined>)[create];
  if (make === undefined) return [];
  const stream = make() as zlib.Gzip & { _handle?: Engine };
  const engine = stream._handle;
  stream.destroy();
  return engine === undefined ? [] : [Object.getPrototypeOf(engine) as Engine];
}

function patchEngine(patches: Patches, time: HostTime, prototype: Engine): void {
  /** What each engine is to call when a piece of work has ended. */
  const doneOf = new WeakMap<Engine, () => void>();
  const { init } = prototype;
  patches.set(prototype, 'init', function (this: Engine, ...args: unknown[]): unknown {
    const done = args.find((argument) => typeof argument === 'function');
    if (done !== undefined) doneOf.set(this, done as () => void);
    return Reflect.apply(init, this, args);
  });
  patches.set(prototype, 'write', function (this: Engine, ...args: unknown[]): void {
    const { onerror } = this;
    let tell = () => doneOf.get(this)?.call(this);
    this.onerror = (...what) => {
      tell = () => Reflect.apply(onerror, this, what);
    };
    this.writeSync(...args);
    this.onerror = onerror;
    time.addImmediate(() => tell());
  });
}
