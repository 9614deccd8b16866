/** AssumeRole by Alibaba Cloud's own client. */
import { createRequire } from 'node:module';
import type { Session } from './session-cache.ts';

const { default: Sts, AssumeRoleRequest }: typeof import('@alicloud/sts20150401') = createRequire(
  import.meta.url,
)('@alicloud/sts20150401');

export interface StsAccess {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly roleArn: string;
  /** `sts.cn-hangzhou.aliyuncs.com` */
  readonly endpoint: string;
  /** HTTPS when left out. */
  readonly protocol?: 'http' | 'https';
}

/** A function that makes one call. */
export function assumeRoleWith(access: StsAccess): () => Promise<Session> {
  const { accessKeyId, accessKeySecret, endpoint, protocol = 'https' } = access;
  const client = new Sts({
    accessKeyId,
    accessKeySecret,
    endpoint,
    protocol,
    toMap: () => ({}),
  });
  const request = new AssumeRoleRequest({
    roleArn: access.roleArn,
    roleSessionName: 'my-client',
    durationSeconds: 3_600,
  });
  return async () => {
    const { body } = await client.assumeRole(request);
    const issued = body?.credentials;
    if (issued?.expiration === undefined) throw new Error('STS answered without a credential');
    return {
      accessKeyId: issued.accessKeyId ?? '',
      accessKeySecret: issued.accessKeySecret ?? '',
      securityToken: issued.securityToken ?? '',
      expiresAtMs: Date.parse(issued.expiration),
    };
  };
}
