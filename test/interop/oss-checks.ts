/** What every OSS client is put through: objects come and go, and each refusal reaches its caller. */
import { describe, expect } from 'vitest';
import type { Credentials } from '../../src/kernel/sts/credentials.ts';
import type { Report } from './client-process.ts';
import { itShows, type Row } from './seen.ts';

export const BUCKET = 'interop';

/** One call of the client: its name, and what it is given. */
export type OssCall = readonly [
  name: 'put' | 'get' | 'head' | 'list' | 'delete' | 'url' | 'advance',
  ...given: readonly (string | number)[],
];

const TEXT = 'bytes of an object';
const KEY_OF_OBJECT = 'in/a b+c (é).txt';

export interface OssClient {
  readonly row: Row;
  readonly run: (session: Credentials, steps: readonly OssCall[]) => Promise<Report>;
}

export function describeOssClient({ row, run }: OssClient): void {
  const { kit } = row;
  const codeOf = async (session: Credentials, key = KEY_OF_OBJECT) => {
    const { steps, error } = await run(session, [['get', key]]);
    expect(error).toBeUndefined();
    return steps![0];
  };

  describe(`${row.client}: ${row.provider}`, () => {
    itShows(row, 'put, get, head, list, delete', 'keeps objects as OSS does', async () => {
      const { steps, error } = await run(await kit.cloud.session(), [
        ['put', KEY_OF_OBJECT, TEXT],
        ['get', KEY_OF_OBJECT],
        ['head', KEY_OF_OBJECT],
        ['list', 'in/'],
        ['delete', KEY_OF_OBJECT],
        ['list', 'in/'],
        ['get', KEY_OF_OBJECT],
      ]);
      expect(error).toBeUndefined();
      expect(steps).toEqual([
        {},
        { text: TEXT },
        { text: String(TEXT.length) },
        { keys: [KEY_OF_OBJECT] },
        {},
        { keys: [] },
        { code: 'NoSuchKey', status: 404 },
      ]);
    });

    itShows(row, 'signed URL', 'signs a URL that works by itself', async () => {
      const { steps, error } = await run(await kit.cloud.session(), [
        ['put', KEY_OF_OBJECT, TEXT],
        ['url', KEY_OF_OBJECT],
        ['url', 'sealed/x'],
      ]);
      expect(error).toBeUndefined();
      expect(steps![1]).toEqual({ text: TEXT, status: 200 });
      expect(steps![2]).toMatchObject({
        text: expect.stringContaining('AccessDenied'),
        status: 403,
      });
    });

    itShows(row, '`SecurityTokenExpired`', 'is told that its session has ended', async () => {
      const ended = await kit.cloud.endedSession();
      expect(await codeOf(ended)).toEqual({ code: 'SecurityTokenExpired', status: 403 });
    });

    itShows(row, '`AccessDenied`', 'is told that the role’s policy does not allow it', async () => {
      const session = await kit.cloud.session();
      expect(await codeOf(session, 'sealed/x')).toEqual({ code: 'AccessDenied', status: 403 });
    });

    itShows(
      row,
      '`SignatureDoesNotMatch`, `InvalidAccessKeyId`',
      'is told that nobody knows its key',
      async () => {
        const session = await kit.cloud.session();
        expect(await codeOf({ ...session, accessKeySecret: 'other' })).toEqual({
          ...{ code: 'SignatureDoesNotMatch', status: 403 },
        });
        expect(await codeOf({ accessKeyId: 'LTAInobody', accessKeySecret: 'x' })).toEqual({
          ...{ code: 'InvalidAccessKeyId', status: 403 },
        });
      },
    );
  });
}
