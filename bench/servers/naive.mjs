// The mock as one writes it first: Fastify, its parsers, URLSearchParams, createHmac, randomUUID,
// JSON.stringify. It does what the mock does for a good v1 AssumeRole call, and nothing more: common
// parameters, timestamp, key, signature, nonce, quotas, permission, trust, a signed token.
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import fastify from 'fastify';
import {
  ACCESS_KEY_ID,
  ACCOUNT,
  MAY_ASSUME,
  QUOTA_PER_SECOND,
  ROLE_ARN,
  report,
  SECRET,
  TRUST,
} from './landing.mjs';

const NONCE_MS = 900_000;
const nonces = new Map();
const quotas = new Map();

const encode = (text) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
const matches = (pattern, text) =>
  new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(text);

function refusal(parameters, method, nowMs) {
  if (parameters.Action !== 'AssumeRole' || parameters.Version !== '2015-04-01')
    return 'InvalidAction';
  const atMs = Date.parse(parameters.Timestamp);
  if (!(Math.abs(nowMs - atMs) <= NONCE_MS)) return 'InvalidTimeStamp.Expired';
  if (parameters.AccessKeyId !== ACCESS_KEY_ID) return 'InvalidAccessKeyId.NotFound';
  const canonical = Object.keys(parameters)
    .filter((name) => name !== 'Signature')
    .sort()
    .map((name) => `${encode(name)}=${encode(parameters[name])}`)
    .join('&');
  const signature = createHmac('sha1', `${SECRET}&`)
    .update(`${method}&%2F&${encode(canonical)}`)
    .digest('base64');
  if (signature !== parameters.Signature) return 'SignatureDoesNotMatch';
  if (nonces.has(parameters.SignatureNonce)) return 'SignatureNonceUsed';
  nonces.set(parameters.SignatureNonce, nowMs);
  const second = Math.floor(nowMs / 1_000);
  for (const key of [
    `${ACCOUNT}/cn-hangzhou/AssumeRole/${second}`,
    `${parameters.RoleArn}/${second}`,
  ]) {
    const used = (quotas.get(key) ?? 0) + 1;
    if (used > QUOTA_PER_SECOND) return 'Throttling.User';
    quotas.set(key, used);
  }
  if (!/^[\w.@-]{2,64}$/.test(parameters.RoleSessionName))
    return 'InvalidParameter.RoleSessionName';
  if (parameters.Policy !== undefined) JSON.parse(parameters.Policy);
  if (!MAY_ASSUME.some((pattern) => matches(pattern, parameters.RoleArn))) return 'NoPermission';
  if (parameters.RoleArn !== ROLE_ARN) return 'EntityNotExist.Role';
  const caller = `acs:ram::${ACCOUNT}:user/appX`;
  const trusted = TRUST.Statement.some((statement) =>
    statement.Principal.RAM.some((principal) => matches(principal, caller)),
  );
  return trusted ? undefined : 'NoPermission';
}

function issue(parameters, nowMs) {
  const accessKeyId = `STS.${randomBytes(18).toString('base64url').replace(/[-_]/g, 'x')}`;
  const expiration = new Date(nowMs + Number(parameters.DurationSeconds) * 1_000);
  const claims = JSON.stringify({
    accessKeyId,
    account: ACCOUNT,
    role: parameters.RoleArn,
    session: parameters.RoleSessionName,
    expiration,
    filler: randomBytes(120).toString('base64'),
  });
  const tag = createHmac('sha256', SECRET).update(claims).digest('base64');
  return {
    RequestId: randomUUID().toUpperCase(),
    AssumedRoleUser: {
      AssumedRoleId: `323631601854447003:${parameters.RoleSessionName}`,
      Arn: `${parameters.RoleArn}/${parameters.RoleSessionName}`,
    },
    Credentials: {
      SecurityToken: `CAIS${Buffer.from(claims).toString('base64')}${tag}`,
      Expiration: `${expiration.toISOString().slice(0, 19)}Z`,
      AccessKeySecret: createHmac('sha256', SECRET).update(accessKeyId).digest('hex').slice(0, 44),
      AccessKeyId: accessKeyId,
    },
  };
}

const app = fastify({ keepAliveTimeout: 60_000 });
app.addContentTypeParser(
  'application/x-www-form-urlencoded',
  { parseAs: 'string' },
  (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body))),
);
app.post('/', async (request, reply) => {
  const parameters = { ...request.query, ...request.body };
  const nowMs = Date.now();
  const code = refusal(parameters, request.method, nowMs);
  if (code === undefined) return issue(parameters, nowMs);
  return reply.code(400).send({ Code: code, Message: code, RequestId: randomUUID() });
});
await app.listen({ host: '127.0.0.1', port: 0 });
report({ http: `http://127.0.0.1:${app.server.address().port}`, https: '' });
