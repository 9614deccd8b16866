/**
 * A scenario file read part by part: whatever can be read is there in the project's units, whatever
 * cannot is missing and has its problem reported. So one bad value hides no other problem, and the
 * checks of what contradicts what run on all the rest.
 */
import type { z } from 'zod';
import type { Distribution } from '../kernel/distribution.ts';
import type { Problem } from '../kernel/errors.ts';
import { oneOf, problemsOf } from './issues.ts';
import { measuredLatency } from './measured-latency.ts';
import { appFields, elements, limits, name, parts } from './schema.ts';
import { type Path, type Source, valueAt } from './source.ts';

type Fields = typeof appFields;
type AppField = keyof Fields;
type AppValues = { readonly [F in AppField]?: z.output<Fields[F]> };

export interface AppDraft {
  readonly name: string;
  /** The app's own fields, or else those of `defaults`. */
  readonly values: AppValues;
  /** Where a field stands in the file. */
  placeOf(field: AppField): Path;
}

type Part<Key extends keyof typeof parts> = z.output<(typeof parts)[Key]> | undefined;
type Elements<Key extends keyof typeof elements> = readonly (
  | z.output<(typeof elements)[Key]>
  | undefined
)[];

type StsDraft = Omit<NonNullable<Part<'sts'>>, 'latency'> & {
  readonly latency?: Distribution | undefined;
};

export interface Draft {
  readonly seed: Part<'seed'>;
  readonly durationMs: Part<'duration'>;
  readonly caller: Part<'caller'>;
  readonly sts: StsDraft | undefined;
  readonly compare: Part<'compare'>;
  readonly apps: readonly AppDraft[];
  /** In the file's order; undefined where one could not be read. */
  readonly faults: Elements<'faults'>;
  readonly windows: Elements<'windows'>;
  readonly thresholds: Elements<'thresholds'>;
}

const TOP_KEYS = [...Object.keys(parts), 'defaults', 'apps', ...Object.keys(elements)];
const APP_KEYS = Object.keys(appFields) as AppField[];
const REQUIRED: ReadonlySet<AppField> = new Set<AppField>(['role', 'hosts', 'load']);

/** Undefined when the file holds no mapping at all: there is nothing to check then. */
export function readDraft(source: Source, problems: Problem[]): Draft | undefined {
  const reader = new Reader(source, problems);
  if (!reader.hasMapping([], TOP_KEYS)) return undefined;
  return {
    seed: reader.part(parts.seed, ['seed']),
    durationMs: reader.part(parts.duration, ['duration']),
    caller: reader.part(parts.caller, ['caller']),
    sts: reader.sts(),
    compare: reader.part(parts.compare, ['compare']),
    apps: reader.apps(),
    faults: reader.list(elements.faults, 'faults'),
    windows: reader.list(elements.windows, 'windows'),
    thresholds: reader.list(elements.thresholds, 'thresholds'),
  };
}

class Reader {
  private readonly source: Source;
  private readonly problems: Problem[];

  constructor(source: Source, problems: Problem[]) {
    this.source = source;
    this.problems = problems;
  }

  part<T>(schema: z.ZodType<T>, path: Path): T | undefined {
    const read = schema.safeParse(valueAt(this.source.value, path));
    if (read.success) return read.data;
    this.problems.push(...problemsOf(read.error.issues, path, this.source));
    return undefined;
  }

  list<T>(schema: z.ZodType<T>, key: keyof typeof elements): readonly (T | undefined)[] {
    const value = valueAt(this.source.value, [key]);
    if (value === undefined) return [];
    if (Array.isArray(value) && value.length <= limits[key]) {
      return value.map((_, i) => this.part(schema, [key, i]));
    }
    const found = Array.isArray(value) ? `${value.length} ${key}` : undefined;
    this.problems.push(
      this.source.problem([key], `a list of at most ${limits[key]} ${key}`, found),
    );
    return [];
  }

  /** Whether a mapping is there; its unknown keys are problems. */
  hasMapping(path: Path, keys: readonly string[]): boolean {
    const value = valueAt(this.source.value, path);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      const allowed = `a mapping with the keys ${keys.join(', ')}`;
      this.problems.push(this.source.problem(path, allowed));
      return false;
    }
    for (const key of Object.keys(value).filter((found) => !keys.includes(found))) {
      this.problems.push(this.source.keyProblem([...path, key], oneOf(key, keys)));
    }
    return true;
  }

  /** Its latency may be another file's. */
  sts(): StsDraft | undefined {
    const sts = this.part(parts.sts, ['sts']);
    if (sts?.latency === undefined || !('from' in sts.latency)) return sts as StsDraft | undefined;
    const read = measuredLatency(sts.latency.from, this.source.file);
    if ('latency' in read) return { ...sts, latency: read.latency };
    const { allowed, found } = read;
    this.problems.push(this.source.problem(['sts', 'latency', 'from'], allowed, found));
    return undefined;
  }

  apps(): AppDraft[] {
    const hasDefaults = valueAt(this.source.value, ['defaults']) !== undefined;
    const defaults = hasDefaults ? this.fields(['defaults']) : {};
    const apps = valueAt(this.source.value, ['apps']);
    const names = typeof apps === 'object' && apps !== null ? Object.keys(apps) : [];
    if (Array.isArray(apps) || names.length === 0 || names.length > limits.apps) {
      const allowed = `a mapping of 1 to ${limits.apps} apps by name`;
      this.problems.push(this.source.problem(['apps'], allowed));
      return [];
    }
    return names.map((appName) => this.app(appName, defaults));
  }

  private app(appName: string, defaults: AppValues): AppDraft {
    const path = ['apps', appName];
    const named = name.safeParse(appName);
    if (!named.success) {
      this.problems.push(this.source.keyProblem(path, named.error.issues[0]!.message));
    }
    const isOwn = (field: AppField) => valueAt(this.source.value, [...path, field]) !== undefined;
    const isShared = (field: AppField) =>
      valueAt(this.source.value, ['defaults', field]) !== undefined;
    const own = this.fields(path);
    const shared = Object.fromEntries(
      Object.entries(defaults).filter(([field]) => !isOwn(field as AppField)),
    );
    for (const field of REQUIRED) {
      if (isOwn(field) || isShared(field)) continue;
      this.problems.push(
        this.source.problem([...path, field], `${field}, here or under defaults`, 'nothing'),
      );
    }
    return {
      name: appName,
      values: { ...shared, ...own },
      placeOf: (field) =>
        isOwn(field) || !isShared(field) ? [...path, field] : ['defaults', field],
    };
  }

  /** The fields of an app, or of `defaults`, that are there and can be read. */
  private fields(path: Path): AppValues {
    if (!this.hasMapping(path, APP_KEYS)) return {};
    const present = APP_KEYS.filter(
      (field) => valueAt(this.source.value, [...path, field]) !== undefined,
    );
    const read = present.map((field) => [
      field,
      this.part<unknown>(appFields[field], [...path, field]),
    ]);
    return Object.fromEntries(read.filter(([, value]) => value !== undefined)) as AppValues;
  }
}
