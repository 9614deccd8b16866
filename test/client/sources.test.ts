import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { CachingCredentialClient } from '../../src/client/caching-credential-client.ts';
import type { ClientOptions } from '../../src/client/client-options.ts';
import type { StsFailure } from '../../src/client/failure.ts';
import { InstanceRoleSource } from '../../src/client/instance-role-source.ts';
import { KmsSecretSource } from '../../src/client/kms-secret-source.ts';
import { OidcTokenFile } from '../../src/client/oidc-token-file.ts';
import type { AssumeRoleOutcome } from '../../src/client/sts-transport.ts';
import { UndiciTransport } from '../../src/client/undici-transport.ts';
import type { AssumeRoleRequest, CallerProof } from '../../src/kernel/sts/credentials.ts';
import { VirtualClock } from '../../src/kernel/virtual-clock.ts';
import { temporaryFolder } from '../temporary.ts';
import { type Canned, cannedSts, issued, refused, type SeenRequest } from './canned-sts.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 8);
const MACHINE = {
  accessKeyId: 'STS.machine',
  accessKeySecret: 'machine-secret',
  securityToken: 't',
};
const ROLE = 'acs:ram::1234567890123456:role/app';
const DATE = { date: new Date(NOW_MS).toUTCString() };

const open: { close(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function server(answer: (request: SeenRequest) => Canned) {
  const canned = await cannedSts(answer);
  open.push(canned);
  return canned;
}

describe('InstanceRoleSource', () => {
  const credential = {
    AccessKeyId: 'STS.instance',
    AccessKeySecret: 'instance-secret',
    SecurityToken: 'instance-token',
    Expiration: '2026-11-22T14:00:00Z',
    Code: 'Success',
  };
  const answer = ({ method, url, headers }: SeenRequest): Canned => {
    if (method === 'PUT') return { status: 200, body: 'access-token', headers: DATE };
    if (headers['x-aliyun-ecs-metadata-token'] !== 'access-token') return { status: 403, body: '' };
    const body = url.pathname.endsWith('/ecs-role') ? JSON.stringify(credential) : 'ecs-role';
    return { status: 200, body, headers: DATE };
  };

  it('reads the credential of the instance role in hardened mode, and keeps it without a timer', async () => {
    const metadata = await server(answer);
    const clock = new VirtualClock(NOW_MS);
    const source = new InstanceRoleSource({ endpoint: metadata.endpoint, clock });
    open.push(source);
    const first = await source.getCredentials();
    expect(first).toEqual({
      accessKeyId: 'STS.instance',
      accessKeySecret: 'instance-secret',
      securityToken: 'instance-token',
      expiresAtMs: NOW_MS + 6 * 3_600_000,
    });
    expect(source.getCredentials()).toBe(first);
    expect(metadata.seen).toHaveLength(3);
    expect(clock.nextTimerAtMs).toBeUndefined();
  });

  it('serves the credential at hand while it reads the next one, in the last half hour', async () => {
    const metadata = await server(answer);
    const clock = new VirtualClock(NOW_MS);
    const source = new InstanceRoleSource({ endpoint: metadata.endpoint, clock });
    open.push(source);
    const first = await source.getCredentials();
    clock.advanceTo(NOW_MS + 6 * 3_600_000 - 15 * 60_000);
    expect(source.getCredentials()).toBe(first);
    await expect.poll(() => metadata.seen.length).toBe(6);
  });

  it('says that the metadata service has no role, and quotes nothing of an answer', async () => {
    const metadata = await server(() => ({ status: 404, body: 'instance-secret' }));
    const clock = new VirtualClock(NOW_MS);
    const source = new InstanceRoleSource({ endpoint: metadata.endpoint, mode: 'normal', clock });
    const waiting = Promise.resolve(source.getCredentials()).catch((error: Error) => error);
    await expect.poll(() => metadata.seen.length).toBe(1);
    // What it waits for is the next try, which never comes.
    await source.close();
    expect(String(await waiting)).toContain('ClientClosed');
    expect(() => new InstanceRoleSource({ endpoint: 'no origin/at all' })).toThrow('endpoint');
  });
});

describe('KmsSecretSource', () => {
  let keyNumber = 1;
  const answer = ({ url }: SeenRequest): Canned => {
    const AccessKeyId = `LTAI${keyNumber}`;
    const data = { AccessKeyId, AccessKeySecret: `secret-${keyNumber}`, GenerateTimestamp: '' };
    expect(url.searchParams.get('SecretName')).toBe('acs/ram/user/orders');
    return {
      status: 200,
      body: JSON.stringify({ SecretData: JSON.stringify(data) }),
      headers: DATE,
    };
  };

  async function setUp(ttlMs?: number) {
    keyNumber = 1;
    const kms = await server(answer);
    const clock = new VirtualClock(NOW_MS);
    const source = new KmsSecretSource({
      secretName: 'acs/ram/user/orders',
      source: MACHINE,
      endpoint: kms.endpoint,
      clock,
      ...(ttlMs === undefined ? {} : { ttlMs }),
    });
    open.push(source);
    return { kms, clock, source };
  }

  it('reads the key, signed by the machine, and hands it out without token or end', async () => {
    const { kms, clock, source } = await setUp();
    expect(await source.getCredentials()).toEqual({
      accessKeyId: 'LTAI1',
      accessKeySecret: 'secret-1',
    });
    const { headers } = kms.seen[0]!;
    expect(headers['x-acs-action']).toBe('GetSecretValue');
    expect(headers.authorization).toContain('Credential=STS.machine,');
    expect(headers['x-acs-security-token']).toBe('t');
    expect(clock.nextTimerAtMs).toBeUndefined();
  });

  it('never uses a key for longer than its time to live', async () => {
    const { kms, clock, source } = await setUp(600_000);
    await source.getCredentials();
    clock.advanceTo(NOW_MS + 299_000);
    expect(source.getCredentials()).toMatchObject({ accessKeyId: 'LTAI1' });
    expect(kms.seen).toHaveLength(1);
    keyNumber = 2;
    clock.advanceTo(NOW_MS + 600_000);
    expect(await source.getCredentials()).toMatchObject({ accessKeyId: 'LTAI2' });
  });

  it('reads again at once where it is told that the key is not taken any more', async () => {
    const { clock, source } = await setUp();
    await source.getCredentials();
    keyNumber = 2;
    clock.advanceTo(NOW_MS + 120_000);
    source.invalidate('LTAI1');
    expect(await source.getCredentials()).toMatchObject({ accessKeyId: 'LTAI2' });
  });

  it('names all that is wrong with its options', () => {
    const options = {
      secretName: '',
      source: {} as never,
      endpoint: 'http://127.0.0.1:1',
      ttlMs: 1,
    };
    expect(() => new KmsSecretSource(options)).toThrow(/secretName[\s\S]*ttlMs[\s\S]*source/);
  });
});

describe('a client whose key is not taken any more', () => {
  const NOT_FOUND: StsFailure = {
    kind: 'fatal',
    code: 'InvalidAccessKeyId.NotFound',
    message: 'Specified access key is not found.',
  };

  /** STS takes the key `good` alone. */
  function setUp(good: string, source: ClientOptions['source']) {
    const clock = new VirtualClock(NOW_MS);
    const keys: string[] = [];
    const transport = {
      async assumeRole(
        { durationSeconds }: AssumeRoleRequest,
        proof: CallerProof,
      ): Promise<AssumeRoleOutcome> {
        const key = 'accessKeyId' in proof ? proof.accessKeyId : '';
        keys.push(key);
        if (key !== good) return { kind: 'failed', failure: NOT_FOUND };
        const expiresAtMs = clock.nowMs() + durationSeconds * 1_000;
        const secrets = { accessKeySecret: 's', securityToken: 't' };
        return { kind: 'issued', credential: { accessKeyId: 'STS.ok', ...secrets, expiresAtMs } };
      },
      close() {},
    };
    const options = { source, roleArn: ROLE, roleSessionName: 'test', transport, clock };
    return { client: new CachingCredentialClient(options), keys };
  }

  it('tells its source, and calls once more with the key that it then gives', async () => {
    const told: string[] = [];
    const source = {
      getCredentials: () => ({
        accessKeyId: told.length === 0 ? 'old' : 'new',
        accessKeySecret: 's',
      }),
      invalidate: (accessKeyId: string) => void told.push(accessKeyId),
    };
    const { client, keys } = setUp('new', source);
    expect(await client.getCredentials()).toMatchObject({ accessKeyId: 'STS.ok' });
    expect([told, keys]).toEqual([['old'], ['old', 'new']]);
  });

  it('calls no third time where the other key is not taken either', async () => {
    let number = 0;
    const source = {
      getCredentials: () => {
        number += 1;
        return { accessKeyId: `key-${number}`, accessKeySecret: 's' };
      },
    };
    const { client, keys } = setUp('none', source);
    await expect(client.getCredentials()).rejects.toMatchObject({ code: NOT_FOUND.code });
    expect(keys).toEqual(['key-1', 'key-2']);
  });

  it('fails where it never reads its key again', async () => {
    const { client, keys } = setUp('new', { accessKeyId: 'old', accessKeySecret: 's' });
    await expect(client.getCredentials()).rejects.toMatchObject({ code: NOT_FOUND.code });
    expect(keys).toEqual(['old']);
  });

  it('is kept by its own client where it is a session on the way', async () => {
    const hub = setUp('user-key', { accessKeyId: 'user-key', accessKeySecret: 's' });
    const { client, keys } = setUp('STS.ok', hub.client);
    await client.getCredentials();
    client.invalidate('STS.ok');
    expect([keys, hub.keys]).toEqual([['STS.ok'], ['user-key']]);
  });
});

describe('a pod', () => {
  const tokenFile = join(temporaryFolder(), 'token');

  async function setUp(answer: (request: SeenRequest) => Canned) {
    const sts = await server(answer);
    const clock = new VirtualClock(NOW_MS);
    const client = new CachingCredentialClient({
      source: new OidcTokenFile({ oidcProviderArn: 'acs:ram::1:oidc-provider/p', tokenFile }),
      roleArn: ROLE,
      roleSessionName: 'pod-1',
      transport: new UndiciTransport({ endpoint: sts.endpoint, clock }),
      clock,
      policy: { patienceMs: 0 },
    });
    open.push(client);
    return { sts, client };
  }

  it('exchanges the token that is in its file, unsigned, and not as part of the URL', async () => {
    writeFileSync(tokenFile, 'pod-token-1');
    const { sts, client } = await setUp(() => issued());
    expect(await client.getCredentials()).toMatchObject({ accessKeyId: 'STS.issued' });
    const { url, headers } = sts.seen[0]!;
    expect(url.searchParams.get('Action')).toBe('AssumeRoleWithOIDC');
    expect(headers.authorization).toBeUndefined();
    expect(url.search).not.toContain('pod-token');
  });

  it('reads the file again where the token has ended, and quotes it nowhere', async () => {
    writeFileSync(tokenFile, 'pod-token-1');
    const expired = 'AuthenticationFail.OIDCToken.Expired';
    const { sts, client } = await setUp(() => {
      writeFileSync(tokenFile, 'pod-token-2');
      return refused(400, expired, 'pod-token-1 or pod-token-2 is expired.');
    });
    const error = await Promise.resolve(client.getCredentials()).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: expired, failure: { kind: 'transient' } });
    expect(sts.seen).toHaveLength(2);
    expect(String(error)).not.toContain('pod-token-2');
  });

  it('says which file has no token', async () => {
    writeFileSync(tokenFile, '');
    const { sts, client } = await setUp(() => issued());
    await expect(client.getCredentials()).rejects.toMatchObject({ code: 'NoOidcToken' });
    expect(sts.seen).toHaveLength(0);
  });
});
