/** Node clients of services that come before STS or after it: KMS, which keeps a key, and OSS. */
import { describe, expect } from 'vitest';
import { FORBIDDEN_ARN, ROLE_ARN, SECRET_NAME } from './cloud.ts';
import { DURATION_SECONDS } from './credential-checks.ts';
import type { Kit } from './kit.ts';
import { runNode } from './node-process.ts';
import { itShows, type Row } from './seen.ts';

export function describeOss(kit: Kit): void {
  const row: Row = {
    client: '`ali-oss`',
    version: '6.23.0',
    kit,
    provider: '`refreshSTSToken`, which calls STS with `@alicloud/sts20150401`',
    pointing: 'the callback’s STS client, as above',
  };
  const sign = (changes: object) => {
    const { key, httpHost: endpoint } = kit.cloud;
    return runNode(kit, 'ali-oss', {
      job: {
        config: { ...key, protocol: 'http', endpoint },
        request: {
          roleArn: ROLE_ARN,
          roleSessionName: 'interop@oss',
          durationSeconds: DURATION_SECONDS,
        },
        signings: 3,
        ...changes,
      },
    });
  };
  describe(`${row.client}: refreshSTSToken`, () => {
    itShows(row, 'signs with the issued token', 'signs with the token of its session', async () => {
      const { credentials, signedWith } = await sign({ intervalMs: 300_000 });
      expect(credentials).toHaveLength(1);
      expect(new Set(signedWith)).toEqual(new Set([credentials[0]!.securityToken]));
    });
    itShows(row, 'refreshed at its interval', 'asks again once its interval is over', async () => {
      const { credentials, signedWith } = await sign({ intervalMs: 0 });
      expect(credentials.length).toBeGreaterThan(1);
      expect(signedWith!.at(-1)).toBe(credentials.at(-1)!.securityToken);
      expect(kit.cloud.assumeRoleCalls()).toHaveLength(credentials.length);
    });
    itShows(row, '`NoPermission`', 'fails as its callback does', async () => {
      const request = { roleArn: FORBIDDEN_ARN, roleSessionName: 'interop@oss' };
      expect((await sign({ intervalMs: 0, request })).error).toMatchObject({
        code: 'NoPermission',
        statusCode: 403,
      });
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
