/**
 * The identity provider whose tokens AssumeRoleWithOIDC takes: discovery, keys, and a place that mints
 * a token for whoever asks, good or bad in a way that he names. One key signs for all providers of the
 * configuration; what sets them apart is their issuer.
 */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../../src/kernel/clock.ts';
import { formatTimestamp } from '../../src/kernel/sts/wire.ts';
import type { MockIdentityProvider, MockStsConfig } from '../core/config.ts';
import { providerArn } from '../core/identity.ts';
import { type IssuerKey, issuerKey } from '../core/oidc/issuer-key.ts';
import { list, mapping } from './config-forms.ts';
import { ADMIN_BODY_BYTES_MAX, refused } from './fault-routes.ts';

/** As Kubernetes has it for the token of a service account. */
const DEFAULT_EXPIRES_IN_SECONDS = 3_600;
const EXPIRES_IN_SECONDS_MAX = 10 * 365 * 86_400;
const DEFAULT_SUBJECT = 'system:serviceaccount:default:default';

const text = z.string({ error: 'a text' }).min(1, { error: 'a text' });
const EXPIRES_IN = `whole seconds, 1 to ${EXPIRES_IN_SECONDS_MAX}`;
const order = mapping({
  provider: text.optional(),
  sub: text.default(DEFAULT_SUBJECT),
  aud: z
    .union([text, list(text, 1, 'a text')], { error: 'a client id, or a list of them' })
    .optional(),
  expiresInSeconds: z
    .int({ error: EXPIRES_IN })
    .min(1, { error: EXPIRES_IN })
    .max(EXPIRES_IN_SECONDS_MAX, { error: EXPIRES_IN })
    .default(DEFAULT_EXPIRES_IN_SECONDS),
  bad: z
    .enum(['wrong-key', 'wrong-issuer', 'expired', 'not-yet'], {
      error: 'one of: wrong-key, wrong-issuer, expired, not-yet',
    })
    .optional(),
});

type Order = z.output<typeof order>;

export function identityProviderRoutes(config: MockStsConfig, clock: Clock): FastifyPluginAsync {
  const { seed, identityProviders: providers = [] } = config;
  return async (app) => {
    if (providers.length === 0) return;
    const signer = signerOf(issuerKey(seed));
    app.get('/.well-known/openid-configuration', async (request, reply) => {
      const name = new URL(request.raw.url ?? '', 'http://mock').searchParams.get('provider');
      const provider = named(providers, name ?? undefined);
      if (provider === undefined) return refused(reply, 404, NO_PROVIDER);
      const here = `${request.protocol}://${request.host}/_mock/oidc`;
      return {
        issuer: provider.issuer,
        jwks_uri: `${here}/keys`,
        token_endpoint: `${here}/token`,
        response_types_supported: ['id_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['ES256'],
      };
    });
    app.get('/keys', async () => ({ keys: [signer.issuer.publicJwk] }));
    app.post('/token', { bodyLimit: ADMIN_BODY_BYTES_MAX }, async (request, reply) => {
      const read = order.safeParse(request.body ?? {});
      if (!read.success) return refused(reply, 400, problemOf(read.error));
      const provider = named(providers, read.data.provider);
      if (provider === undefined) return refused(reply, 404, NO_PROVIDER);
      const claims = claimsOf(read.data, provider, clock.nowMs());
      const key = read.data.bad === 'wrong-key' ? signerOf(issuerKey(seed + 1)).key : signer.key;
      const token = signed(claims, { ...signer, key });
      // For a file that an SDK reads: the token and nothing else.
      const bare = request.headers.accept?.includes('text/plain') ?? false;
      if (bare) return reply.type('text/plain').send(token);
      return { token, claims, expiresAt: formatTimestamp(claims.exp * 1_000) };
    });
  };
}

const NO_PROVIDER = 'provider: there is none of that name';

/** By name or ARN; the first of all if none is named. */
function named(providers: readonly MockIdentityProvider[], name: string | undefined) {
  if (name === undefined) return providers[0];
  return providers.find((one) => one.name === name || providerArn('oidc-provider', one) === name);
}

function claimsOf(
  { sub, aud, expiresInSeconds, bad }: Order,
  provider: MockIdentityProvider,
  nowMs: number,
) {
  const now = Math.floor(nowMs / 1_000);
  // A token that has ended was good for as long as it was to be.
  const shift = bad === 'expired' ? -expiresInSeconds : bad === 'not-yet' ? expiresInSeconds : 0;
  const iat = now + shift;
  return {
    iss: bad === 'wrong-issuer' ? `${provider.issuer}/other` : provider.issuer,
    sub,
    aud: aud ?? provider.clientIds[0]!,
    iat,
    nbf: iat,
    exp: iat + expiresInSeconds,
  };
}

interface Signer {
  readonly issuer: IssuerKey;
  readonly key: KeyObject;
}

function signerOf(issuer: IssuerKey): Signer {
  return { issuer, key: createPrivateKey({ key: issuer.privateJwk, format: 'jwk' }) };
}

function signed(claims: object, { issuer, key }: Signer): string {
  const header = { alg: 'ES256', typ: 'JWT', kid: issuer.publicJwk.kid };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${part(header)}.${part(claims)}`;
  const signature = sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' });
  return `${content}.${signature.toString('base64url')}`;
}

export function problemOf(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => `${path.join('.') || 'body'}: allowed: ${message}`)
    .join('; ');
}
