/**
 * A scenario file as text with places: the values in it, and for every path the line it stands on,
 * so that each problem names where it is. Knows YAML, and nothing of scenarios. Plain data has paths
 * alone.
 */
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { foundText, type Problem } from '../kernel/errors.ts';

export type Path = readonly (string | number)[];

export interface Source {
  readonly file: string;
  readonly text: string;
  /** Plain data; undefined where the text is no YAML. */
  readonly value: unknown;
  /** Syntax errors, duplicate keys, unknown tags. */
  readonly problems: readonly Problem[];
  /** A problem with the value at `path`; a missing value is placed at what should hold it. */
  problem(path: Path, allowed: string, found?: string): Problem;
  /** A problem with the key that ends `path`. */
  keyProblem(path: Path, allowed: string): Problem;
  /** 1-based; of the value at `path`, or of what should hold it. */
  lineOf(path: Path): number | undefined;
}

export function readSource(text: string, file: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const flaws = [...document.errors, ...document.warnings];
  const problems = flaws.map((flaw): Problem => {
    const at = { file, path: '', line: lines.linePos(flaw.pos[0]).line };
    if (flaw.code !== 'DUPLICATE_KEY') {
      return { ...at, found: `malformed YAML (${flaw.message})`, allowed: 'YAML 1.2' };
    }
    const key = /^[^\s:,]*/.exec(text.slice(flaw.pos[0]))?.[0];
    return { ...at, found: `key ${key} a second time`, allowed: 'every key once' };
  });
  // After any other error than a duplicate key the tree is a guess: its problems would mislead.
  const broken = document.errors.some((error) => error.code !== 'DUPLICATE_KEY');
  const value = broken ? undefined : plainValue(document, problems, file);
  const lineAt = (offset: number | undefined) =>
    offset === undefined ? undefined : lines.linePos(offset).line;
  return {
    file,
    text,
    value,
    problems,
    ...problemsIn(file, value, {
      ofValue: (path) => lineAt(offsetOf(document, path)),
      ofKey: (path) => lineAt(keyOffsetOf(document, path) ?? offsetOf(document, path)),
    }),
  };
}

/** What a program holds as an object: the same paths, and no lines. */
export function dataSource(data: unknown, name: string): Source {
  const { value, problems } = plainData(data, name);
  const noLine = () => undefined;
  return {
    file: name,
    text: '',
    value,
    problems,
    ...problemsIn(name, value, { ofValue: noLine, ofKey: noLine }),
  };
}

/** As JSON holds it: what is undefined is left out, and a number that is none is nothing. */
function plainData(data: unknown, file: string): { value: unknown; problems: Problem[] } {
  try {
    return { value: JSON.parse(JSON.stringify(data) ?? 'null'), problems: [] };
  } catch (error) {
    const found = `no plain data (${error instanceof Error ? error.message.split('\n')[0] : error})`;
    const allowed = 'an object as JSON holds it';
    return { value: undefined, problems: [{ file, path: '', found, allowed }] };
  }
}

type LineOf = (path: Path) => number | undefined;

function problemsIn(
  file: string,
  value: unknown,
  line: { readonly ofValue: LineOf; readonly ofKey: LineOf },
): Pick<Source, 'problem' | 'keyProblem' | 'lineOf'> {
  const placed = (path: Path, at: number | undefined) => ({
    file,
    path: formatPath(path),
    ...(at === undefined ? {} : { line: at }),
  });
  return {
    problem: (path, allowed, found = foundText(valueAt(value, path))) => ({
      ...placed(path, line.ofValue(path)),
      found,
      allowed,
    }),
    keyProblem: (path, allowed) => ({
      ...placed(path, line.ofKey(path)),
      found: `key ${JSON.stringify(path.at(-1))}`,
      allowed,
    }),
    lineOf: line.ofValue,
  };
}

/** Expanding aliases can fail: yaml limits how often they may multiply the document. */
function plainValue(document: Document, problems: Problem[], file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    problems.push({ file, path: '', found, allowed: 'aliases that can be expanded' });
    return undefined;
  }
}

/** `apps.checkout.load.curve[2]`. */
function formatPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

export function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const part of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = Object.hasOwn(current, part)
      ? (current as Record<string | number, unknown>)[part]
      : undefined;
  }
  return current;
}

/** Where the value stands, or else the nearest thing around it that is there. */
function offsetOf(document: Document, path: Path): number | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range)
      return keyOffsetOf(document, path.slice(0, length)) ?? node.range[0];
  }
  return undefined;
}

/** Where the key that ends `path` stands. A mapping is found at its key, not at its first entry. */
function keyOffsetOf(document: Document, path: Path): number | undefined {
  const parent = path.length === 0 ? undefined : document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find(
    ({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)),
  );
  return isNode(pair?.key) ? pair.key.range?.[0] : undefined;
}
