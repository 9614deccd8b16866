/**
 * The SAML identity provider whose assertions AssumeRoleWithSAML takes: its metadata document, and a
 * place that makes a response for whoever asks, good or bad in a way that he names. One key signs for
 * all providers of the configuration; what sets them apart is their issuer.
 */
import { createPrivateKey } from 'node:crypto';
import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../../src/kernel/clock.ts';
import { stream } from '../../src/kernel/rng.ts';
import { formatTimestamp } from '../../src/kernel/sts/wire.ts';
import type { MockSamlProvider, MockStsConfig } from '../core/config.ts';
import { requestId } from '../core/identifiers.ts';
import { providerArn } from '../core/identity.ts';
import { issuerKey } from '../core/oidc/issuer-key.ts';
import { asList } from '../core/pattern.ts';
import { AUDIENCES, RECIPIENTS } from '../core/saml/assertion-rules.ts';
import { list, mapping } from './config-forms.ts';
import { ADMIN_BODY_BYTES_MAX, refused } from './fault-routes.ts';
import { problemOf } from './identity-provider.ts';
import { certificateOf, metadataXml } from './saml-metadata.ts';
import {
  type ResponseParts,
  responseXml,
  type SigningKey,
  signedResponse,
  tampered,
  wrapped,
} from './saml-response.ts';

const BAD = [
  'wrong-key',
  'unsigned',
  'tampered',
  'wrapped',
  'wrong-issuer',
  'wrong-audience',
  'wrong-recipient',
  'wrong-role',
  'expired',
  'not-yet',
] as const;

/** As common providers have it for a response. */
const DEFAULT_EXPIRES_IN_SECONDS = 300;
const EXPIRES_IN_SECONDS_MAX = 10 * 365 * 86_400;
const EXPIRES_IN = `whole seconds, 1 to ${EXPIRES_IN_SECONDS_MAX}`;
const ELSEWHERE = 'https://elsewhere.example/saml';

const text = z.string({ error: 'a text' }).min(1, { error: 'a text' });
const order = mapping({
  provider: text.optional(),
  roles: list(text, 1, 'a list of role ARNs').optional(),
  sessionName: text.default('alice'),
  subject: text.default('alice@example.com'),
  sourceIdentity: text.optional(),
  recipient: text.default(RECIPIENTS[0]),
  audience: text.default(AUDIENCES[0]),
  expiresInSeconds: z
    .int({ error: EXPIRES_IN })
    .min(1, { error: EXPIRES_IN })
    .max(EXPIRES_IN_SECONDS_MAX, { error: EXPIRES_IN })
    .default(DEFAULT_EXPIRES_IN_SECONDS),
  bad: z.enum(BAD, { error: `one of: ${BAD.join(', ')}` }).optional(),
});

type Order = z.output<typeof order>;

export function samlProviderRoutes(config: MockStsConfig, clock: Clock): FastifyPluginAsync {
  const { seed, samlProviders: providers = [] } = config;
  return async (app) => {
    if (providers.length === 0) return;
    const key = await signingKey(seed);
    const wrongKey = await signingKey(seed + 1);
    const ids = stream(seed, 'saml-assertion-ids');
    app.get('/metadata', async (request, reply) => {
      const name = new URL(request.raw.url ?? '', 'http://mock').searchParams.get('provider');
      const provider = named(providers, name ?? undefined);
      if (provider === undefined) return refused(reply, 404, NO_PROVIDER);
      const signOnUrl = `${request.protocol}://${request.host}/_mock/saml/assertion`;
      const { certificate } = key;
      return reply
        .type('application/samlmetadata+xml')
        .send(metadataXml({ provider, certificate, signOnUrl }));
    });
    app.post('/assertion', { bodyLimit: ADMIN_BODY_BYTES_MAX }, async (request, reply) => {
      const read = order.safeParse(request.body ?? {});
      if (!read.success) return refused(reply, 400, problemOf(read.error));
      const provider = named(providers, read.data.provider);
      if (provider === undefined) return refused(reply, 404, NO_PROVIDER);
      const parts = partsOf(read.data, {
        provider,
        trusting: rolesTrusting(config, provider),
        id: `_${requestId(ids)}`,
        nowMs: clock.nowMs(),
      });
      const xml = made(parts, read.data.bad, read.data.bad === 'wrong-key' ? wrongKey : key);
      const assertion = Buffer.from(xml).toString('base64');
      // For a parameter of a command: the response and nothing else.
      const bare = request.headers.accept?.includes('text/plain') ?? false;
      if (bare) return reply.type('text/plain').send(assertion);
      return { assertion, xml, expiresAt: parts.notOnOrAfter };
    });
  };
}

const NO_PROVIDER = 'provider: there is none of that name';

/** By name or ARN; the first of all if none is named. */
function named(providers: readonly MockSamlProvider[], name: string | undefined) {
  if (name === undefined) return providers[0];
  return providers.find((one) => one.name === name || providerArn('saml-provider', one) === name);
}

async function signingKey(seed: number): Promise<SigningKey> {
  const privateKey = createPrivateKey({ key: issuerKey(seed).privateJwk, format: 'jwk' });
  return { privateKey, certificate: await certificateOf(privateKey) };
}

function rolesTrusting({ roles }: MockStsConfig, provider: MockSamlProvider): string[] {
  const arn = providerArn('saml-provider', provider);
  return roles
    .filter(({ trust }) =>
      trust.Statement.some(({ Principal }) => asList(Principal.Federated).includes(arn)),
    )
    .map((role) => role.arn);
}

interface Circumstances {
  readonly provider: MockSamlProvider;
  /** What it says of roles where the order says nothing. */
  readonly trusting: readonly string[];
  readonly id: string;
  readonly nowMs: number;
}

function partsOf(
  { roles, sessionName, subject, sourceIdentity, expiresInSeconds, bad, ...to }: Order,
  { provider, trusting, id, nowMs }: Circumstances,
): ResponseParts {
  const lifeMs = expiresInSeconds * 1_000;
  // One that has ended was good for as long as it was to be.
  const fromMs = nowMs + (bad === 'expired' ? -lifeMs : bad === 'not-yet' ? lifeMs : 0);
  const arn = providerArn('saml-provider', provider);
  const pairs = (roles ?? trusting).map((role) => `${role},${arn}`);
  return {
    id,
    issuer: bad === 'wrong-issuer' ? ELSEWHERE : provider.issuer,
    subject,
    recipient: bad === 'wrong-recipient' ? ELSEWHERE : to.recipient,
    audience: bad === 'wrong-audience' ? ELSEWHERE : to.audience,
    issuedAt: formatTimestamp(fromMs),
    notBefore: formatTimestamp(fromMs),
    notOnOrAfter: formatTimestamp(fromMs + lifeMs),
    attributes: {
      Role: bad === 'wrong-role' ? [`acs:ram::0:role/none,${arn}`] : pairs,
      RoleSessionName: [sessionName],
      ...(sourceIdentity === undefined ? {} : { SourceIdentity: [sourceIdentity] }),
    },
  };
}

function made(parts: ResponseParts, bad: Order['bad'], key: SigningKey): string {
  switch (bad) {
    case 'unsigned':
      return responseXml(parts);
    case 'tampered':
      return tampered(signedResponse(parts, key));
    case 'wrapped':
      return wrapped(signedResponse(parts, key));
    default:
      return signedResponse(parts, key);
  }
}
