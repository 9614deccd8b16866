/**
 * What `sts-harness mock` prints: how to point each SDK and tool at the mock. The facts are those of
 * the SDKs' own code as of 2026-11; a line that has not been run here says so.
 */
import type { MockStsConfig } from '../core/config.ts';
import { fakeAccessKey } from '../core/landing-zone.ts';
import type { MockSts } from './start.ts';

export function renderPointing(
  mock: Pick<MockSts, 'httpUrl' | 'httpsHost' | 'caFile'>,
  config: MockStsConfig,
): string {
  const httpHost = mock.httpUrl.replace('http://', '');
  const sections = [
    addresses(mock),
    identities(config),
    mock.httpsHost === '' ? '' : overTls(mock),
    overPlainHttp(httpHost),
    `Ask the mock itself (from this machine only):
  curl ${mock.httpUrl}/_mock/counters
  curl '${mock.httpUrl}/_mock/journal?limit=20'
  curl -X POST ${mock.httpUrl}/_mock/reset`,
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function addresses({
  httpUrl,
  httpsHost,
  caFile,
}: Pick<MockSts, 'httpUrl' | 'httpsHost' | 'caFile'>): string {
  const tls = httpsHost === '' ? '' : `\n  HTTPS      https://${httpsHost}`;
  const ca = caFile === '' ? '' : `\n  authority  ${caFile}`;
  return `Mock STS\n  HTTP       ${httpUrl}${tls}${ca}`;
}

/** A secret is shown where the mock made it up from the seed, and nowhere else. */
function identities({ seed, users, roles }: MockStsConfig): string {
  const lines = users.flatMap((user) =>
    user.accessKeys.map(({ accessKeyId, accessKeySecret }) => {
      const fake = fakeAccessKey(seed, user.accountId, user.name);
      const made = fake.accessKeyId === accessKeyId && fake.accessKeySecret === accessKeySecret;
      const secret = made ? accessKeySecret : '(secret as in your file)';
      return `  ${user.name.padEnd(10)} ${accessKeyId}  ${secret}`;
    }),
  );
  return `AccessKeys (fake: good for this mock and for nothing else)
${lines.join('\n')}
Roles
${roles.map((role) => `  ${role.arn}`).join('\n')}`;
}

/** The credentials libraries and what stands on them speak HTTPS only. */
function overTls({ httpsHost, caFile }: Pick<MockSts, 'httpsHost' | 'caFile'>): string {
  const file = caFile === '' ? '<authority file>' : caFile;
  return `Clients that insist on HTTPS
  Node       NODE_EXTRA_CA_CERTS=${file} node app.js
             new Config({ type: 'ram_role_arn', stsEndpoint: '${httpsHost}', … })   // @alicloud/credentials
  Java       java -Djavax.net.ssl.trustStore=<store with the authority> …   (not run here)
             config.setSTSEndpoint("${httpsHost}")
             keytool -importcert -noprompt -alias mock -file ${file} -keystore <store> -storepass changeit
  Go         SSL_CERT_FILE=${file} ./app   (not run here)
             config.SetSTSEndpoint("${httpsHost}")
  Python     SSL_CERT_FILE=${file} python app.py   (not run here)
             Config(type='ram_role_arn', sts_endpoint='${httpsHost}', …)
  CLI        SSL_CERT_FILE=${file} aliyun sts GetCallerIdentity --sts-endpoint ${httpsHost}   (not run here)
             or ALIBABA_CLOUD_STS_ENDPOINT=${httpsHost}; no SDK reads that variable
  Terraform  SSL_CERT_FILE=${file} terraform plan   (not run here)
             provider "alicloud" { endpoints { sts = "${httpsHost}" } }`;
}

function overPlainHttp(httpHost: string): string {
  return `OpenAPI clients of every language (@alicloud/sts20150401 and its like)
  Config with protocol 'http' and endpoint '${httpHost}'`;
}
