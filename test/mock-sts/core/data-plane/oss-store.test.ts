/** Objects in memory: what was put is what is read and listed, within the limits. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listObjects } from '../../../../mock-sts/core/data-plane/oss-listing.ts';
import {
  BYTES_MAX,
  OBJECTS_MAX,
  OssStore,
  STANDING_OBJECT,
} from '../../../../mock-sts/core/data-plane/oss-store.ts';

const object = (text: string) => ({
  ...{ body: Buffer.from(text), contentType: 'text/plain', meta: {}, modifiedAtMs: 0 },
});

function list(store: OssStore, parameters: Readonly<Record<string, string>>): string {
  const query = Object.entries(parameters);
  return listObjects(store, { bucket: 'b', key: '', query }) ?? '';
}

const texts = (xml: string, name: string) =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text]) => text!);

it('keeps what was put last, and a copy of it', () => {
  const store = new OssStore();
  const bytes = Buffer.from('one');
  store.put('b', 'k', { ...object(''), body: bytes });
  bytes.fill(0);
  expect(Buffer.from(store.get('b', 'k')!.body).toString()).toBe('one');
  store.put('b', 'k', object('two'));
  expect(store.get('b', 'k')!.etag).toBe('B8A9F715DBB64FD5C56E7783C6820A61');
  store.delete('b', 'k');
  expect([store.get('b', 'k'), store.bucketNames()]).toEqual([undefined, []]);
});

it('has one object that nobody has put, and that can be put and deleted', () => {
  const store = new OssStore();
  const { bucket, key } = STANDING_OBJECT;
  const standing = store.get(bucket, key);
  expect(standing?.body.length).toBeGreaterThan(0);
  store.put(bucket, key, object('other'));
  expect(Buffer.from(store.get(bucket, key)!.body).toString()).toBe('other');
  store.delete(bucket, key);
  expect(store.get(bucket, key)).toBe(standing);
  expect(store.bucketNames()).toEqual([]);
});

describe('it has room', () => {
  it('for so many objects', () => {
    const store = new OssStore();
    for (let i = 0; i < OBJECTS_MAX; i += 1) store.put('b', String(i), object(''));
    expect(store.put('b', 'more', object(''))).toBeUndefined();
    expect(store.put('b', '7', object('again'))).toBeDefined();
    store.delete('b', '7');
    expect(store.put('b', 'more', object(''))).toBeDefined();
  });

  it('for so many bytes', () => {
    const store = new OssStore();
    const half = { ...object(''), body: new Uint8Array(BYTES_MAX / 2) };
    for (const key of ['a', 'b', 'a']) expect(store.put('b', key, half)).toBeDefined();
    expect(store.put('b', 'c', object('x'))).toBeUndefined();
  });
});

describe('a listing', () => {
  it('groups keys by their common prefix', () => {
    const store = new OssStore();
    for (const key of ['a', 'd/1', 'd/2', 'e/1']) store.put('b', key, object(key));
    const xml = list(store, { delimiter: '/' });
    expect([texts(xml, 'Key'), texts(xml, 'Prefix').filter(Boolean)]).toEqual([
      ['a'],
      ['d/', 'e/'],
    ]);
    expect(texts(list(store, { prefix: 'd/', delimiter: '/' }), 'Key')).toEqual(['d/1', 'd/2']);
  });

  it.each([
    ['max-keys', '0'],
    ['max-keys', '1001'],
    ['max-keys', 'x'],
    ['encoding-type', 'base64'],
  ])('has no %s of %s', (name, value) => {
    expect(list(new OssStore(), { [name]: value })).toBe('');
  });

  it('shows each key once, in order, whatever the size of a page', () => {
    const key = fc.string({
      unit: fc.constantFrom('a', 'b', '/', 'é', '&'),
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { maxLength: 20 }),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom('', '/'),
        fc.boolean(),
        (keys, size, delimiter, isV2) => {
          const store = new OssStore();
          for (const one of keys) store.put('b', one, object(one));
          const common = { delimiter, 'max-keys': String(size), 'encoding-type': 'url' };
          const shown: string[] = [];
          let from: Record<string, string> = {};
          for (let page = 0; page <= keys.length; page += 1) {
            const xml = list(store, { ...common, ...from, ...(isV2 ? { 'list-type': '2' } : {}) });
            shown.push(...texts(xml, 'Key'), ...texts(xml, 'Prefix').filter(Boolean));
            const [next] = texts(xml, isV2 ? 'NextContinuationToken' : 'NextMarker');
            if (next === undefined) break;
            from = isV2 ? { 'continuation-token': next } : { marker: decodeURIComponent(next) };
          }
          const prefixOf = (one: string) => {
            const end = delimiter === '' ? -1 : one.indexOf(delimiter);
            return end < 0 ? one : one.slice(0, end + 1);
          };
          expect(shown.map(decodeURIComponent).sort()).toEqual(
            [...new Set(keys.map(prefixOf))].sort(),
          );
        },
      ),
    );
  });
});
