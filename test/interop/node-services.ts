/** Node clients of services that come before STS or after it: KMS, which keeps a key, and OSS. */
import { describe, expect } from 'vitest';
import { Cloud, FORBIDDEN_ARN, ROLE_ARN, SECRET_NAME } from './cloud.ts';
import type { Kit } from './kit.ts';
import { runNode } from './node-process.ts';
import { BUCKET, describeOssClient, type OssCall } from './oss-checks.ts';
import { itShows, type Row } from './seen.ts';

const CLIENT = { client: '`ali-oss`', version: '6.23.0' } as const;
const POINTING = '`endpoint: "http://localhost:<port>"` of `--resource-port`, `sldEnable: true`';

/** In the path, since a bucket cannot be in the name of this machine. */
function optionsOf({ mock }: Cloud, authorizationV4: boolean) {
  const { port } = new URL(mock.resourceUrl);
  const endpoint = `http://localhost:${port}`;
  return { endpoint, bucket: BUCKET, region: 'oss-cn-hangzhou', sldEnable: true, authorizationV4 };
}

export function describeOss(kit: Kit): void {
  for (const [provider, authorizationV4] of [
    ['objects; signature V1', false],
    ['objects; signature V4 (`authorizationV4: true`)', true],
  ] as const) {
    describeOssClient({
      row: { ...CLIENT, kit, provider, pointing: POINTING },
      run: (session, steps) => {
        const options = optionsOf(kit.cloud, authorizationV4);
        return runNode(kit, 'ali-oss', { job: { session, options, steps } });
      },
    });
    describeRefresh(kit, authorizationV4);
  }
}

const HOUR_MS = 3_600_000;

/** Its credential comes from STS, and each of its requests is signed with it and answered by OSS. */
function describeRefresh(kit: Kit, authorizationV4: boolean): void {
  const row: Row = {
    ...CLIENT,
    kit,
    provider: `\`refreshSTSToken\`, which calls STS with \`@alicloud/sts20150401\`; signature ${authorizationV4 ? 'V4' : 'V1'}`,
    pointing: `${POINTING}; the callback’s STS client, as above`,
  };
  /** On a mock of its own, whose clock the admin API moves. */
  const run = async (intervalMs: number, steps: readonly OssCall[], roleArn = ROLE_ARN) => {
    const cloud = await Cloud.start({ ownClock: true });
    try {
      const { key, httpHost: endpoint, mock } = cloud;
      const request = { roleArn, roleSessionName: 'interop@oss', durationSeconds: 3_600 };
      const options = { ...optionsOf(cloud, authorizationV4), refreshSTSTokenInterval: intervalMs };
      const sts = { config: { ...key, protocol: 'http', endpoint }, request };
      const job = { sts, options, mockUrl: mock.httpUrl, steps };
      const report = await runNode(kit, 'ali-oss', { job });
      return { ...report, calls: cloud.assumeRoleCalls().length };
    } finally {
      await cloud.close();
    }
  };
  const put: OssCall = ['put', 'in/x', 'text'];
  const get: OssCall = ['get', 'in/x'];
  const ok = { text: 'text' };

  describe(`${row.client}: ${row.provider}`, () => {
    itShows(row, 'keeps its session within the interval', 'asks STS once', async () => {
      const { steps, calls } = await run(300_000, [put, ['advance', 200_000], get, get]);
      expect(steps).toEqual([{}, {}, ok, ok]);
      expect(calls).toBe(1);
    });
    itShows(row, 'refreshed at its interval', 'asks again once it is over', async () => {
      const wait: OssCall = ['advance', 301_000];
      const { credentials, steps, calls } = await run(300_000, [put, wait, get, get, wait, get]);
      expect(steps).toEqual([{}, {}, ok, ok, {}, ok]);
      expect(new Set(credentials.map(({ accessKeyId }) => accessKeyId)).size).toBe(3);
      expect(calls).toBe(3);
    });
    itShows(row, '`SecurityTokenExpired`, and recovers', 'ends with its session', async () => {
      const { steps, calls } = await run(1.5 * HOUR_MS, [
        put,
        ['advance', HOUR_MS + 1_000],
        get,
        ['advance', HOUR_MS / 2],
        get,
      ]);
      const ended = { code: 'SecurityTokenExpired', status: 403 };
      expect(steps).toEqual([{}, {}, ended, {}, ok]);
      expect(calls).toBe(2);
    });
    itShows(row, '`NoPermission`', 'fails as its callback does', async () => {
      const { error } = await run(300_000, [put], FORBIDDEN_ARN);
      expect(error).toMatchObject({ code: 'NoPermission', statusCode: 403 });
    });
  });
}

export function describeKms(kit: Kit): void {
  const row: Row = {
    client: '`@alicloud/kms20160120`',
    version: '1.2.0',
    kit,
    provider: 'GetSecretValue of a RAM secret',
    pointing: '`protocol: "http", endpoint: "<host:port>"` of `--resource-port`',
  };
  const read = (secretName: string) => {
    const { key, mock } = kit.cloud;
    const endpoint = new URL(mock.resourceUrl).host;
    const config = {
      ...key,
      type: 'access_key',
      regionId: 'cn-hangzhou',
      protocol: 'http',
      endpoint,
    };
    return runNode(kit, 'kms', { job: { config, secretName } });
  };
  describe(`${row.client}: ${row.provider}`, () => {
    itShows(row, 'key', 'reads the AccessKey of the user', async () => {
      const { credentials, error } = await read(SECRET_NAME);
      expect(error).toBeUndefined();
      expect(credentials[0]!.accessKeyId).toBe(kit.cloud.key.accessKeyId);
      expect(await kit.cloud.identityOf(credentials[0]!)).toMatchObject({
        IdentityType: 'RAMUser',
      });
    });
    itShows(row, 'rotated key', 'reads the next one once it has been rotated', async () => {
      await kit.cloud.rotateKey();
      const { credentials, error } = await read(SECRET_NAME);
      expect(error).toBeUndefined();
      expect(credentials[0]!.accessKeyId).not.toBe(kit.cloud.key.accessKeyId);
      expect(await kit.cloud.identityOf(credentials[0]!)).toMatchObject({
        IdentityType: 'RAMUser',
      });
    });
    itShows(row, '`Forbidden.ResourceNotFound`', 'tells that there is no such secret', async () => {
      const { credentials, error } = await read('acs/ram/user/nobody');
      expect(credentials).toEqual([]);
      expect(error).toMatchObject({
        // The client adds the last word.
        code: 'Forbidden.ResourceNotFoundError',
        message: expect.stringContaining('Resource not found.'),
      });
    });
  });
}
