/**
 * Lists of objects: prefix, delimiter, pages; both versions of the operation.
 * Sources: Alibaba Cloud, "ListObjects (GetBucket)", "ListObjectsV2 (GetBucketV2)".
 */
import { formatTimestamp, percentEncode } from '../../../src/kernel/sts/wire.ts';
import type { OssObject, OssStore } from './oss-store.ts';
import { type OssTarget, parameterOf } from './oss-target.ts';
import { ossXml, type XmlTree } from './oss-xml.ts';

const KEYS_DEFAULT = 100;
const KEYS_MAX = 1_000;

/** Undefined where a parameter is out of its range. */
export function listObjects(store: OssStore, target: OssTarget): string | undefined {
  const parameter = (name: string) => parameterOf(target, name) ?? '';
  const asked = parameter('max-keys');
  const countMax = asked === '' ? KEYS_DEFAULT : Number(asked);
  if (!/^\d*$/.test(asked) || countMax < 1 || countMax > KEYS_MAX) return undefined;
  const encoding = parameter('encoding-type');
  if (encoding !== '' && encoding !== 'url') return undefined;
  const isV2 = parameter('list-type') === '2';
  const token = parameter('continuation-token');
  const after = isV2 ? fromToken(token) || parameter('start-after') : parameter('marker');
  const [prefix, delimiter] = [parameter('prefix'), parameter('delimiter')];
  const page = pageOf(store.entries(target.bucket), { prefix, delimiter, after, countMax });
  const shown = encoding === 'url' ? percentEncode : (text: string) => text;
  const { entries, next } = page;
  const paging: XmlTree = isV2
    ? [
        ['StartAfter', shown(parameter('start-after'))],
        ['KeyCount', String(entries.length)],
        ...(token === '' ? [] : ([['ContinuationToken', token]] as const)),
        ...(next === undefined ? [] : ([['NextContinuationToken', toToken(next)]] as const)),
      ]
    : [
        ['Marker', shown(after)],
        ...(next === undefined ? [] : ([['NextMarker', shown(next)]] as const)),
      ];
  return ossXml('ListBucketResult', [
    ['Name', target.bucket],
    ['Prefix', shown(prefix)],
    ['MaxKeys', String(countMax)],
    ['Delimiter', shown(delimiter)],
    ...(encoding === '' ? [] : ([['EncodingType', encoding]] as const)),
    ['IsTruncated', String(next !== undefined)],
    ...paging,
    ...entries.map(([name, object]) =>
      object === undefined
        ? (['CommonPrefixes', [['Prefix', shown(name)]]] as const)
        : (['Contents', contentsOf(shown(name), object)] as const),
    ),
  ]);
}

/** A key with its object, or a common prefix, which has none. */
type ListedEntry = readonly [name: string, object: OssObject | undefined];

interface PageAsk {
  readonly prefix: string;
  readonly delimiter: string;
  readonly after: string;
  readonly countMax: number;
}

interface Page {
  readonly entries: readonly ListedEntry[];
  /** The last name of a page that another follows. */
  readonly next: string | undefined;
}

/** What is at or before `after` was on an earlier page, and so was every key of a prefix named by it. */
function pageOf(
  all: readonly (readonly [key: string, object: OssObject])[],
  { prefix, delimiter, after, countMax }: PageAsk,
): Page {
  const entries: ListedEntry[] = [];
  for (const [key, object] of all) {
    if (!key.startsWith(prefix) || !isBehind(key, after)) continue;
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const common = end < 0 ? undefined : key.slice(0, end + delimiter.length);
    if (common !== undefined && (common === after || common === entries.at(-1)?.[0])) continue;
    if (entries.length === countMax) return { entries, next: entries.at(-1)![0] };
    entries.push(common === undefined ? [key, object] : [common, undefined]);
  }
  return { entries, next: undefined };
}

function isBehind(key: string, after: string): boolean {
  return Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0;
}

function contentsOf(key: string, { etag, body, modifiedAtMs }: OssObject): XmlTree {
  return [
    ['Key', key],
    // Whole seconds, told to the millisecond: SDKs read no other form.
    ['LastModified', formatTimestamp(modifiedAtMs).replace('Z', '.000Z')],
    ['ETag', `"${etag}"`],
    ['Type', 'Normal'],
    ['Size', String(body.length)],
    ['StorageClass', 'Standard'],
  ];
}

function toToken(name: string): string {
  return Buffer.from(name).toString('base64');
}

function fromToken(token: string): string {
  return Buffer.from(token, 'base64').toString();
}
