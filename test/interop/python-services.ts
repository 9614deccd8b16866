/** Python clients of services that come before STS or after it: KMS, which keeps a key, and OSS. */
import { describe, expect } from 'vitest';
import { SECRET_NAME } from './cloud.ts';
import type { Kit } from './kit.ts';
import { BUCKET, describeOssClient } from './oss-checks.ts';
import { runPython, snakeKey } from './python-process.ts';
import { itShows, type Row } from './seen.ts';

export function describeOss(kit: Kit): void {
  const endpoint = '"http://<host:port>"';
  const oss2 = { client: '`oss2`', version: '2.19.1', kit };
  const clients = [
    {
      row: {
        ...oss2,
        provider: 'objects; signature V1',
        pointing: `\`Bucket(auth, ${endpoint}, …)\` of \`--resource-port\``,
      },
      job: { client: 'oss2', signature: 'v1' },
    },
    {
      row: {
        ...oss2,
        provider: 'objects; signature V4',
        pointing: `\`Bucket(auth, ${endpoint}, …)\` of \`--resource-port\``,
      },
      job: { client: 'oss2', signature: 'v4' },
    },
    {
      row: {
        ...{ client: '`alibabacloud-oss-v2`', version: '1.4.1', kit },
        provider: 'objects; signature V4',
        pointing: `\`config.endpoint = ${endpoint}\` of \`--resource-port\`, \`config.use_path_style = True\``,
      },
      job: { client: 'v2' },
    },
  ];
  for (const { row, job } of clients) {
    describeOssClient({
      row,
      run: (session, steps) => {
        const at = { endpoint: kit.cloud.mock.resourceUrl, bucket: BUCKET };
        return runPython(kit, 'oss', {
          ...job,
          ...at,
          session: { securityToken: '', ...session },
          steps,
        });
      },
    });
  }
}

export function describeSecretsManager(kit: Kit): void {
  const row: Row = {
    client: '`alibabacloud-secretsmanager-client-v2`',
    version: '2.0.0',
    kit,
    provider: 'a RAM secret, from its cache',
    pointing: '`add_config(Config(protocol="http", endpoint="<host:port>"))` of `--resource-port`',
  };
  const read = (steps: readonly ('read' | 'refresh')[], secretName = SECRET_NAME) => {
    const endpoint = new URL(kit.cloud.mock.resourceUrl).host;
    const config = { ...snakeKey(kit), region_id: 'cn-hangzhou', protocol: 'http', endpoint };
    return runPython(kit, 'secrets_manager', { config, secretName, steps });
  };
  const answered = async () => {
    const answer = await fetch(`${kit.cloud.mock.httpUrl}/_mock/data-plane`);
    return (await answer.json()) as unknown;
  };
  describe(`${row.client}: ${row.provider}`, () => {
    itShows(row, 'key; cached', 'asks KMS once for a key that it keeps', async () => {
      const { credentials, error } = await read(['read', 'read', 'read']);
      expect(error).toBeUndefined();
      expect(credentials.map(({ accessKeyId }) => accessKeyId)).toEqual(
        Array.from({ length: 3 }, () => kit.cloud.key.accessKeyId),
      );
      expect(await answered()).toEqual({ byCode: { OK: 1 } });
    });
    itShows(row, 'rotated key', 'reads the next one once it is told to', async () => {
      await kit.cloud.rotateKey();
      const { credentials, error } = await read(['read', 'refresh', 'read']);
      expect(error).toBeUndefined();
      const { accessKeyId, accessKeySecret } = credentials.at(-1)!;
      expect(accessKeyId).not.toBe(kit.cloud.key.accessKeyId);
      expect(await kit.cloud.identityOf({ accessKeyId, accessKeySecret })).toMatchObject({
        IdentityType: 'RAMUser',
      });
    });
    itShows(row, '`Forbidden.ResourceNotFound`', 'tells that there is no such secret', async () => {
      const { credentials, error } = await read(['read'], 'acs/ram/user/nobody');
      expect(credentials).toEqual([]);
      expect(error).toMatchObject({ code: 'Forbidden.ResourceNotFound' });
    });
  });
}
