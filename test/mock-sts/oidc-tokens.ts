/** A landing zone with an identity provider, tokens of every make, and the request that shows one. */
import { createPrivateKey, type JsonWebKey, sign } from 'node:crypto';
import type { MockStsConfig, TrustStatement } from '../../mock-sts/core/config.ts';
import { issuerKey } from '../../mock-sts/core/oidc/issuer-key.ts';
import type { WireRequest } from '../../mock-sts/core/wire/request.ts';
import { formatTimestamp, STS_VERSION } from '../../src/kernel/sts/wire.ts';
import { landing, NOW_MS } from './landing.ts';

export const PROVIDER_ACCOUNT = '1000000000000101';
export const PROVIDER_ARN = `acs:ram::${PROVIDER_ACCOUNT}:oidc-provider/ack-pods`;
export const PODS_ROLE_ARN = `acs:ram::${PROVIDER_ACCOUNT}:role/role-pods`;
export const ISSUER = 'https://issuer.example/cluster-1';
export const AUDIENCE = 'sts.aliyuncs.com';
export const SUBJECT = 'system:serviceaccount:shop:cart';
const PROVIDER = {
  account: PROVIDER_ACCOUNT,
  name: 'ack-pods',
  issuer: ISSUER,
  clientIds: [AUDIENCE, 'other-client'],
};

const TRUSTS_PODS: TrustStatement = {
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  Principal: { Federated: [PROVIDER_ARN] },
  Condition: {
    StringEquals: { 'oidc:iss': ISSUER, 'oidc:aud': AUDIENCE },
    StringLike: { 'oidc:sub': 'system:serviceaccount:shop:*' },
  },
};

/** `provider` and `Condition` are laid over those above. */
export function podsLanding({
  provider = {},
  condition = TRUSTS_PODS.Condition!,
  ...changes
}: Partial<MockStsConfig> & {
  readonly provider?: Partial<NonNullable<MockStsConfig['identityProviders']>[number]>;
  readonly condition?: NonNullable<TrustStatement['Condition']>;
} = {}): MockStsConfig {
  const podsRole = {
    arn: PODS_ROLE_ARN,
    maxSessionDurationSeconds: 7_200,
    trust: { Version: '1', Statement: [{ ...TRUSTS_PODS, Condition: condition }] },
  } as const;
  return landing({
    roles: [...landing().roles, podsRole],
    identityProviders: [{ ...PROVIDER, ...provider }],
    ...changes,
  });
}

export interface TokenChanges {
  readonly header?: object;
  readonly claims?: object;
  readonly key?: JsonWebKey;
}

const NOW_SECONDS = NOW_MS / 1_000;
export const CLAIMS = {
  iss: ISSUER,
  sub: SUBJECT,
  aud: AUDIENCE,
  iat: NOW_SECONDS - 60,
  exp: NOW_SECONDS + 3_540,
};
const SEED = landing().seed;

/** Good unless changed; a claim or header that is changed to undefined is left out. */
export function oidcToken({ header = {}, claims = {}, key }: TokenChanges = {}): string {
  const { publicJwk, privateJwk } = issuerKey(SEED);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const head = { alg: 'ES256', kid: publicJwk.kid, ...header };
  const content = `${part(head)}.${part({ ...CLAIMS, ...claims })}`;
  const signature = sign('sha256', Buffer.from(content), {
    key: createPrivateKey({ key: key ?? privateJwk, format: 'jwk' }),
    dsaEncoding: 'ieee-p1363',
  });
  return `${content}.${signature.toString('base64url')}`;
}

/** As the credentials libraries send it: nobody signs it. An empty text leaves a parameter out. */
export function askOidc(
  parameters: Readonly<Record<string, string>> = {},
  common: Readonly<Record<string, string>> = {},
): WireRequest {
  const query = new URLSearchParams({
    Action: 'AssumeRoleWithOIDC',
    Version: STS_VERSION,
    Format: 'JSON',
    Timestamp: formatTimestamp(NOW_MS),
    ...common,
  });
  const form = Object.entries({
    OIDCProviderArn: PROVIDER_ARN,
    RoleArn: PODS_ROLE_ARN,
    RoleSessionName: 'pod-1',
    OIDCToken: 'OIDCToken' in parameters ? '' : oidcToken(),
    ...parameters,
  }).filter(([, value]) => value !== '');
  return {
    method: 'POST',
    url: `/?${query}`,
    headers: ['Host', '127.0.0.1:8080', 'Content-Type', 'application/x-www-form-urlencoded'],
    body: Buffer.from(new URLSearchParams(form).toString()),
    nowMs: NOW_MS,
    secure: true,
  };
}
