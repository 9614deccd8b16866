/** One language's clients, ready to run, and a mock of their own. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll } from 'vitest';
import { installed, type Recipe } from './cache-folder.ts';
import { Cloud } from './cloud.ts';

export interface Tool {
  readonly name: string;
  readonly args: readonly string[];
}

export interface KitOptions {
  readonly language: string;
  /** The first one is the runtime, whose version is shown. */
  readonly tools: readonly [Tool, ...Tool[]];
  /** Finds the version in what the runtime prints. */
  readonly version: RegExp;
  readonly steps: Recipe['steps'];
}

const INSTALL_MS_MAX = 900_000;

export class Kit {
  /** Such as `Go 1.26`. */
  readonly runtime: string;
  readonly skipped: string | undefined;
  private ready: { readonly folder: string; readonly cloud: Cloud } | undefined;

  constructor(options: KitOptions) {
    const { language, tools, version, steps } = options;
    const printed = tools.map((tool) => printedBy(tool));
    const missing = tools.flatMap(({ name }, index) => (printed[index] === undefined ? name : []));
    const found = version.exec(printed[0] ?? '')?.[1] ?? '?';
    this.runtime = `${language} ${found}`;
    this.skipped = missing.length === 0 ? undefined : `no ${[...new Set(missing)].join(', ')} here`;
    if (this.skipped !== undefined) console.warn(`interop: ${language} skipped: ${this.skipped}`);
    beforeAll(async () => {
      if (this.skipped !== undefined) return;
      const recipe = { language: language.toLowerCase(), version: this.runtime, steps };
      this.ready = { folder: await installed(recipe), cloud: await Cloud.start() };
    }, INSTALL_MS_MAX);
    afterAll(() => this.ready?.cloud.close());
  }

  get cloud(): Cloud {
    return this.there.cloud;
  }

  get folder(): string {
    return this.there.folder;
  }

  private get there() {
    if (this.ready === undefined) throw new Error('not ready: the clients could not be installed');
    return this.ready;
  }
}

/** Undefined where there is no such tool. */
function printedBy({ name, args }: Tool): string | undefined {
  try {
    return execFileSync(name, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch {
    return undefined;
  }
}
