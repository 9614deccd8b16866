/**
 * What a credential at hand costs its caller: our client's cached `getCredentials()` against a bare
 * async function that returns a cached object, and against the official `@alicloud/credentials`.
 *
 *   npx tsc && node bench/client-cached.mjs
 *
 * All are awaited one after another. The official client (type `ram_role_arn`) is primed through the
 * seam that its own tests use, `doRequest`, with an answer that expires in an hour: its hot path is
 * untouched. Ratios are calls per second, medians of interleaved rounds.
 */
import { createRequire } from 'node:module';
import { CachingCredentialClient } from '../dist/src/client/index.js';
import { interleaved, median, verdictRow } from './medians.mjs';

const ROUNDS = 9;
const CALLS = 400_000;

const credential = {
  accessKeyId: 'STS.bench',
  accessKeySecret: 'not a secret',
  securityToken: 'not a token',
  expiresAtMs: Date.now() + 3_600_000,
};
const role = { roleArn: 'acs:ram::1000000000000001:role/bench', roleSessionName: 'bench' };

const client = new CachingCredentialClient({
  ...role,
  source: { accessKeyId: 'LTAIbench', accessKeySecret: 'not a secret' },
  transport: { assumeRole: async () => ({ kind: 'issued', credential }), close: () => {} },
});
await client.warmUp();

const official = await primedOfficialClient();
const bare = async () => credential;
const bareWithExpiry = async () => {
  if (Date.now() >= credential.expiresAtMs) throw new Error('expired');
  return credential;
};

const awaited = {
  bare: () => bare(),
  bareWithExpiry: () => bareWithExpiry(),
  client: () => client.getCredentials(),
  official: () => official.getCredential(),
};
const cases = Object.fromEntries(
  Object.entries(awaited).map(([name, call]) => [name, callsPerSecond(call)]),
);
cases.clientUnawaited = () => unawaitedPerSecond(() => client.getCredentials());
await interleaved(cases, 1);
const figures = await interleaved(cases, ROUNDS);
const perSecond = Object.fromEntries(
  Object.entries(figures).map(([name, rounds]) => [name, median(rounds)]),
);
for (const [name, rate] of Object.entries(perSecond)) {
  console.log(`${name.padEnd(16)} ${(1e9 / rate).toFixed(0).padStart(6)} ns a call`);
}
const ratio = (a, b) => perSecond[a] / perSecond[b];
console.log(
  verdictRow('cached client against a bare async function', ratio('client', 'bare'), 0.6),
);
console.log(
  `        the same, the bare function checking the expiry: ${ratio('client', 'bareWithExpiry').toPrecision(3)}`,
);
console.log(verdictRow('cached client against the official one', ratio('client', 'official'), 5));
await client.close();

// Each case has a loop of its own: with one for all, one case's types would slow another's call site.
function callsPerSecond(call) {
  const loop = new Function(
    'call',
    'calls',
    'return (async () => { let last; for (let i = 0; i < calls; i += 1) last = await call(); return last; })()',
  );
  return async () => {
    const begun = process.hrtime.bigint();
    await loop(call, CALLS);
    return (CALLS * 1e9) / Number(process.hrtime.bigint() - begun);
  };
}

function unawaitedPerSecond(call) {
  const begun = process.hrtime.bigint();
  for (let i = 0; i < CALLS; i += 1) call();
  return (CALLS * 1e9) / Number(process.hrtime.bigint() - begun);
}

async function primedOfficialClient() {
  const require = createRequire(import.meta.url);
  const { default: Credential, Config } = require('@alicloud/credentials');
  const key = { accessKeyId: 'LTAIbench', accessKeySecret: 'not a secret' };
  const primed = new Credential(new Config({ type: 'ram_role_arn', ...key, ...role }));
  const Credentials = {
    AccessKeyId: credential.accessKeyId,
    AccessKeySecret: credential.accessKeySecret,
    SecurityToken: credential.securityToken,
    Expiration: new Date(credential.expiresAtMs).toISOString(),
  };
  primed.credential.provider.doRequest = async () => ({
    statusCode: 200,
    headers: {},
    body: Buffer.from(JSON.stringify({ Credentials })),
  });
  await primed.getCredential();
  return primed;
}
