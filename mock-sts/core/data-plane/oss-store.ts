/**
 * The objects that callers have put, in memory, up to a limit. Every bucket is there, and one object
 * can be read that nobody has put, so that load needs no preparation.
 */
import { createHash } from 'node:crypto';

export const OBJECTS_MAX = 10_000;
export const BYTES_MAX = 64 * 1_024 * 1_024;

/** Where it is; a list shows it once it has been put. */
export const STANDING_OBJECT = { bucket: 'app-data', key: 'object' } as const;

export interface OssObject {
  readonly body: Uint8Array;
  readonly contentType: string;
  /** `x-oss-meta-*`, by lower-case name. */
  readonly meta: Readonly<Record<string, string>>;
  /** MD5 in upper-case hex, without quotes. */
  readonly etag: string;
  readonly modifiedAtMs: number;
}

const STANDING: OssObject = withEtag({
  body: Buffer.from('an object of the mock\n'),
  contentType: 'application/octet-stream',
  meta: {},
  modifiedAtMs: 0,
});

export class OssStore {
  private readonly buckets = new Map<string, Map<string, OssObject>>();
  private objects = 0;
  private bytes = 0;

  /** The object as it is kept; undefined, and nothing changed, where there is no room. */
  put(bucket: string, key: string, object: Omit<OssObject, 'etag'>): OssObject | undefined {
    const old = this.buckets.get(bucket)?.get(key);
    const objects = this.objects + (old === undefined ? 1 : 0);
    const bytes = this.bytes + object.body.length - (old?.body.length ?? 0);
    if (objects > OBJECTS_MAX || bytes > BYTES_MAX) return undefined;
    // A copy: the bytes are the server's, which may use them again.
    const kept = withEtag({ ...object, body: Uint8Array.from(object.body) });
    let inBucket = this.buckets.get(bucket);
    if (inBucket === undefined) {
      inBucket = new Map();
      this.buckets.set(bucket, inBucket);
    }
    inBucket.set(key, kept);
    this.objects = objects;
    this.bytes = bytes;
    return kept;
  }

  get(bucket: string, key: string): OssObject | undefined {
    const kept = this.buckets.get(bucket)?.get(key);
    const isStanding = bucket === STANDING_OBJECT.bucket && key === STANDING_OBJECT.key;
    return kept ?? (isStanding ? STANDING : undefined);
  }

  delete(bucket: string, key: string): void {
    const inBucket = this.buckets.get(bucket);
    const old = inBucket?.get(key);
    if (inBucket === undefined || old === undefined) return;
    inBucket.delete(key);
    if (inBucket.size === 0) this.buckets.delete(bucket);
    this.objects -= 1;
    this.bytes -= old.body.length;
  }

  /** The keys of a bucket in the order of their UTF-8 bytes, as OSS lists them. */
  entries(bucket: string): (readonly [key: string, object: OssObject])[] {
    return [...(this.buckets.get(bucket) ?? [])].sort(([a], [b]) =>
      Buffer.compare(Buffer.from(a), Buffer.from(b)),
    );
  }

  /** Buckets that hold something. */
  bucketNames(): string[] {
    return [...this.buckets.keys()].sort();
  }
}

function withEtag(object: Omit<OssObject, 'etag'>): OssObject {
  const etag = createHash('md5').update(object.body).digest('hex').toUpperCase();
  return { ...object, etag };
}
