/**
 * A user's own client: any JavaScript or TypeScript module whose default export is
 * `createClient(context)`. It may also export
 * `fastForward = { leadMs }` (it refreshes on demand within `leadMs` of its credential's end, or by
 * timers of `context.clock`); without it the run cannot know what a gap would swallow, and takes
 * the gap's real time.
 */
import { pathToFileURL } from 'node:url';
import { moduleFile, refusedModule } from './module-file.ts';
import type { CreateClient, FastForward, Subject } from './subject.ts';

export async function moduleSubject(name: string, path: string): Promise<Subject> {
  const file = moduleFile(name, path);
  const exported = await importModule(file).catch((error: unknown) => {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw refusedModule(name, `${path} cannot be loaded: ${why}`);
  });
  const createClient = exported.default;
  if (typeof createClient !== 'function') {
    throw refusedModule(name, `${path} has no default export that is a function`);
  }
  return {
    name,
    fastForward: declaredFastForward(name, path, exported.fastForward),
    readsDate: true,
    createClient: createClient as CreateClient,
  };
}

interface ClientModule {
  readonly default?: unknown;
  readonly fastForward?: unknown;
}

/** TypeScript goes through tsx, since Node strips types itself only from 22.18 on. */
async function importModule(file: string): Promise<ClientModule> {
  const url = pathToFileURL(file).href;
  if (!/\.[cm]?tsx?$/.test(file)) return unwrapped(await import(url));
  const { tsImport } = await import('tsx/esm/api');
  return unwrapped(await tsImport(url, import.meta.url));
}

/** A CommonJS module seen from ESM has its exports, `default` among them, under `default`. */
function unwrapped(exported: ClientModule): ClientModule {
  const inner = exported.default;
  const isWrapped = typeof inner === 'object' && inner !== null && 'default' in inner;
  return isWrapped ? (inner as ClientModule) : exported;
}

function declaredFastForward(name: string, path: string, declared: unknown): FastForward {
  if (declared === undefined) {
    return {
      mode: 'refused',
      reason: `${path} does not export fastForward = { leadMs }, so nobody knows when it refreshes`,
    };
  }
  const leadMs = (declared as { leadMs?: unknown } | null)?.leadMs;
  if (typeof leadMs !== 'number' || !(leadMs >= 0)) {
    throw refusedModule(
      name,
      `${path} exports fastForward, but not as { leadMs: <milliseconds, 0 or more> }`,
    );
  }
  return { mode: 'hops', leadMs };
}
