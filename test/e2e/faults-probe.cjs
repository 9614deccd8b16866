// Runs in a process of its own that trusts the mock's authority, with the official SDK unmodified.
// For each fault: a client that has no credential yet, then one that has a good one which is due for
// renewal. Prints what became of each as JSON.
const { default: Credential, Config } = require('@alicloud/credentials');
const { default: Sts } = require('@alicloud/sts20150401');

const { admin, client, cases } = JSON.parse(process.env.PROBE);

async function ask(path, options) {
  const answer = await fetch(`${admin}/_mock/${path}`, options);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

const add = (fault) =>
  ask('faults', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  });

const newClient = (seconds) =>
  new Credential(new Config({ ...client, roleSessionExpiration: seconds }));

async function attempt(credential) {
  const { calls: before } = await ask('counters');
  const beganMs = performance.now();
  const outcome = await credential.getCredential().then(
    ({ accessKeyId, accessKeySecret, securityToken }) => ({
      key: { accessKeyId, accessKeySecret, securityToken },
    }),
    (error) => ({ error: `${error.name}: ${error.message}` }),
  );
  const ms = performance.now() - beganMs;
  const { calls } = await ask('counters');
  return { ...outcome, ms, calls: calls - before };
}

// What STS says of a call that is signed with it.
async function use(key) {
  const sts = new Sts({ ...key, endpoint: new URL(admin).host, protocol: 'http' });
  return sts.getCallerIdentity().then(
    () => 'accepted',
    (error) => error.code ?? error.name,
  );
}

async function probe({ fault, sessionSeconds, use: used }) {
  await ask('reset', { method: 'POST' });
  const warm = newClient(sessionSeconds);
  const { accessKeyId: first } = await warm.getCredential();
  // Revocation goes by whole seconds.
  if (fault.kind === 'early-revocation') await new Promise((go) => setTimeout(go, 1_100));
  await add(fault);
  const cold = await attempt(newClient(sessionSeconds));
  const again = await attempt(warm);
  const shown = async ({ key, ...rest }) => ({
    ...rest,
    got: key === undefined ? 'none' : key.accessKeyId === first ? 'old' : 'new',
    used: used && key !== undefined ? await use(key) : undefined,
    leaks: key === undefined && /SecurityToken/.test(rest.error),
  });
  const seen = { cold: await shown(cold), warm: await shown(again) };
  await ask('faults', { method: 'DELETE' });
  return seen;
}

async function probeAll() {
  const seen = [];
  for (const one of cases) seen.push(await probe(one));
  console.log(JSON.stringify(seen));
}

void probeAll();
