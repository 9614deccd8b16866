/** docs/interop.md, made from what the suite saw. */
import type { Row, Seen, Unseen } from './seen.ts';

const HEAD = `# Clients seen to work

Alibaba Cloud's own clients, unmodified, against the built mock. This page is made by the suite that runs them:

\`\`\`sh
npm run test:interop                  # all of them
npm run test:interop -- -t Python     # one language
npm run test:interop -- --update      # and write this page
\`\`\`

The first run installs each client, at the version shown, from the registry of its language, into a folder outside the
project: \`~/.cache/sts-harness-interop\`, or \`INTEROP_CACHE\`. A language whose tools are missing is skipped, which
the run says; in CI it fails.

Each client runs in a process of its own with an empty home. "Seen to work" names what was checked:

- **role, session, duration**: the credential is one that the mock issued, for the role, session name and duration that
  were asked for, and a call signed with it is answered.
- **cached**: three reads make one \`AssumeRole\` call.
- **refreshed near expiry**: a session that is about to end is asked for again at each read.
- **role** alone: so is the credential that a credentials URI or the instance metadata service hands out.
- **\`NoPermission\`**, **\`Throttling.User\`**: the error of STS reaches the caller in the client's own form, with code
  and message.
- **put, get, head, list, delete**; **signed URL**: objects are kept by the mock's OSS and read back, and so by a URL.
- **refreshed at its interval**, **\`SecurityTokenExpired\`, and recovers**: the clocks of mock and client are moved ahead;
  the client's next request is signed with a new session, or refused with the old one until then.
- **\`AccessDenied\`**, **\`InvalidAccessKeyId\`** and so on: that error of the service reaches the caller with its code.
- In all of them: no secret and no token in what the process prints, nor in the error.
`;

const TRUST = `
## Trust

The credentials libraries accept HTTPS only. The mock prints the file of its authority; each runtime is told in its own
way:

| runtime | |
|---|---|
| Node | \`NODE_EXTRA_CA_CERTS=<file>\` |
| Python, Go | \`SSL_CERT_FILE=<file>\` |
| Java | \`keytool -importcert -noprompt -alias mock -file <file> -keystore <store> -storepass changeit\`, then \`-Djavax.net.ssl.trustStore=<store> -Djavax.net.ssl.trustStorePassword=changeit\` |
`;

const CANNOT = `
## What cannot be pointed

From the clients' source, at these versions: the CLI profile has no endpoint in Python, Go and Java; neither has the
profile file \`~/.alibabacloud/credentials\`, nor, in Node, the CLI profile \`ChainableRamRoleArn\`. They call
\`sts.<region>.aliyuncs.com\`. No client reads \`ALIBABA_CLOUD_STS_ENDPOINT\`.
`;

export function renderPage(seen: readonly Seen[], unseen: readonly Unseen[]): string {
  const rows = seen.map(({ row, checks }) =>
    line([
      row.client,
      row.version,
      row.kit.runtime,
      row.provider,
      worked(row, checks),
      row.pointing,
    ]),
  );
  const waits = unseen.map(({ client, provider, reason }) => line([client, provider, reason]));
  return `${HEAD}
| client | version | runtime | provider | seen to work | how to point it at the mock |
|---|---|---|---|---|---|
${rows.join('\n')}

Not seen:

| client | provider | why |
|---|---|---|
${waits.join('\n')}
${TRUST}${CANNOT}`;
}

/** The page without the versions of runtimes: those are the machine's, and no difference. */
export function comparable(page: string): string {
  return page.replace(/\| (Node|Python|Go|Java) [\d.]+ \|/g, '| $1 |');
}

function worked({ fails }: Row, checks: readonly string[]): string {
  if (fails !== undefined) return `nothing yet: ${fails}`;
  return checks.length === 0 ? 'nothing' : checks.join('; ');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
