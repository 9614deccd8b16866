/**
 * What `sts-harness mock` prints: how to point each SDK and tool at the mock. The facts are those of
 * the SDKs' own code as of 2026-11; what we have not tried ourselves stands apart and says so.
 */
import type { MockStsConfig } from '../core/config.ts';
import { providerArn } from '../core/identity.ts';
import { fakeAccessKey } from '../core/landing-zone.ts';
import type { MockSts } from './start.ts';

type AroundAddresses = Partial<Pick<MockSts, 'metadataUrl' | 'resourceUrl'>>;

export function renderPointing(
  mock: Pick<MockSts, 'httpUrl' | 'httpsHost' | 'caFile'> & AroundAddresses,
  config: MockStsConfig,
): string {
  const httpHost = mock.httpUrl.replace('http://', '');
  const sections = [
    addresses(mock),
    identities(config),
    mock.httpsHost === '' ? '' : overTls(mock),
    overPlainHttp(httpHost),
    aroundSts(mock, config),
    `Ask the mock itself (from this machine only):
  curl ${mock.httpUrl}/_mock/counters
  curl '${mock.httpUrl}/_mock/journal?limit=20'
  curl ${mock.httpUrl}/_mock/metrics
  curl -X POST ${mock.httpUrl}/_mock/faults -H 'content-type: application/json' \\
    -d '{"kind":"outage","for":"30s"}'
  curl -X POST ${mock.httpUrl}/_mock/reset

Ctrl-C ends it.`,
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
             new Config({ type: 'ram_role_arn', stsEndpoint: '${httpsHost}', … })
  Java       keytool -importcert -noprompt -alias mock -file ${file} \\
               -keystore <store> -storepass changeit
             java -Djavax.net.ssl.trustStore=<store> …
             config.setSTSEndpoint("${httpsHost}")
  Go         SSL_CERT_FILE=${file} ./app
             config.SetSTSEndpoint("${httpsHost}")
  Python     SSL_CERT_FILE=${file} python app.py
             Config(type='ram_role_arn', sts_endpoint='${httpsHost}', …)
Others that do, from their source; not tried by us
  CLI        SSL_CERT_FILE=${file} \\
               aliyun sts GetCallerIdentity --sts-endpoint ${httpsHost}
             or ALIBABA_CLOUD_STS_ENDPOINT=${httpsHost}; no SDK reads that variable
  Terraform  SSL_CERT_FILE=${file} terraform plan
             provider "alicloud" { endpoints { sts = "${httpsHost}" } }`;
}

function overPlainHttp(httpHost: string): string {
  return `OpenAPI clients (@alicloud/sts20150401 and Python's are tried, those of other languages are not)
  Config with protocol 'http' and endpoint '${httpHost}'`;
}

function aroundSts(
  { httpUrl, metadataUrl = '', resourceUrl = '' }: Pick<MockSts, 'httpUrl'> & AroundAddresses,
  { roles, identityProviders: [provider] = [], samlProviders: [saml] = [] }: MockStsConfig,
): string {
  const role = roles[0]?.arn.replace(/^.*:role\//, '') ?? '<role>';
  const metadata =
    metadataUrl === ''
      ? ''
      : `
Instance metadata (SDKs ask 100.100.100.200 port 80: bind it there, see docs/mock.md)
  curl ${metadataUrl}/latest/meta-data/ram/security-credentials/`;
  const oidc =
    provider === undefined
      ? ''
      : `
Tokens of the identity provider ${provider.name}, for AssumeRoleWithOIDC
  curl -X POST ${httpUrl}/_mock/oidc/token -H 'content-type: application/json' \\
    -H 'accept: text/plain' -d '{"sub":"<subject>"}' -o <token file>
  ALIBABA_CLOUD_OIDC_TOKEN_FILE=<token file>
  ALIBABA_CLOUD_OIDC_PROVIDER_ARN=${providerArn('oidc-provider', provider)}`;
  const assertions =
    saml === undefined
      ? ''
      : `
Assertions of the SAML provider ${saml.name}, for AssumeRoleWithSAML
  curl -X POST ${httpUrl}/_mock/saml/assertion \\
    -H 'accept: text/plain' -o <assertion file>
  SAMLProviderArn is ${providerArn('saml-provider', saml)}`;
  const services =
    resourceUrl === ''
      ? ''
      : `
KMS, OSS and other services, plain HTTP
  endpoint '${resourceUrl.replace('http://', '')}' with protocol 'http'; OSS by V1 signature`;
  return `Credentials URI, any SDK, no TLS needed
  ALIBABA_CLOUD_CREDENTIALS_URI=${httpUrl}/_mock/credentials/${role}${oidc}${assertions}${metadata}${services}`;
}
