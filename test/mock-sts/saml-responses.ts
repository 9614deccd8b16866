/**
 * A landing zone with a SAML provider, responses of every make, and the request that shows one. They
 * are signed by hand: assertion and SignedInfo are written in their canonical form, digest and
 * signature come from `node:crypto`. So the library that verifies them is not its own witness.
 */
import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type {
  MockSamlProvider,
  MockStsConfig,
  TrustStatement,
} from '../../mock-sts/core/config.ts';
import { issuerKey } from '../../mock-sts/core/oidc/issuer-key.ts';
import type { WireRequest } from '../../mock-sts/core/wire/request.ts';
import { formatTimestamp, STS_VERSION } from '../../src/kernel/sts/wire.ts';
import { landing, NOW_MS } from './landing.ts';

export const SAML_ACCOUNT = '1000000000000101';
export const SAML_PROVIDER_ARN = `acs:ram::${SAML_ACCOUNT}:saml-provider/company-sso`;
export const SSO_ROLE_ARN = `acs:ram::${SAML_ACCOUNT}:role/role-sso`;
export const ENTITY_ID = 'https://idp.example/saml';
export const RECIPIENT = 'https://signin.aliyun.com/saml-role/sso';
const PROVIDER: MockSamlProvider = {
  account: SAML_ACCOUNT,
  name: 'company-sso',
  issuer: ENTITY_ID,
};

const TRUSTS_SSO: TrustStatement = {
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  Principal: { Federated: [SAML_PROVIDER_ARN] },
  Condition: { StringEquals: { 'saml:recipient': RECIPIENT } },
};

/** `provider` and `condition` are laid over those above. */
export function ssoLanding({
  provider = {},
  condition = TRUSTS_SSO.Condition!,
  ...changes
}: Partial<MockStsConfig> & {
  readonly provider?: Partial<MockSamlProvider>;
  readonly condition?: NonNullable<TrustStatement['Condition']>;
} = {}): MockStsConfig {
  const role = {
    arn: SSO_ROLE_ARN,
    maxSessionDurationSeconds: 7_200,
    trust: { Version: '1', Statement: [{ ...TRUSTS_SSO, Condition: condition }] },
    mayAssume: ['acs:ram::*:role/role-*'],
  } as const;
  return landing({
    roles: [...landing().roles, role],
    samlProviders: [{ ...PROVIDER, ...provider }],
    ...changes,
  });
}

const SAML = 'urn:oasis:names:tc:SAML:2.0:assertion';
const DS = 'http://www.w3.org/2000/09/xmldsig#';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const MORE = 'http://www.w3.org/2001/04/xmldsig-more#';
const ATTRIBUTES = 'https://www.aliyun.com/SAML-Role/Attributes';

/** Parts of a response, each as XML in canonical form; what is changed takes the place of the good one. */
export interface ResponseChanges {
  readonly id?: string;
  readonly version?: string;
  readonly issuer?: string;
  readonly subject?: string;
  readonly conditions?: string;
  readonly attributes?: string;
  /** Of the signature. */
  readonly key?: KeyObject;
  readonly method?: string;
  readonly digestMethod?: string;
  readonly hash?: string;
  readonly uri?: string;
  readonly transforms?: readonly string[];
}

const at = (offsetSeconds: number) => formatTimestamp(NOW_MS + offsetSeconds * 1_000);

export const subjectXml = ({
  name = 'alice@example.com',
  format = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  recipient = RECIPIENT,
  notOnOrAfter = at(300),
} = {}) =>
  `<saml:Subject><saml:NameID Format="${format}">${name}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${notOnOrAfter}" Recipient="${recipient}"></saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject>`;

export const conditionsXml = ({
  audiences = ['urn:alibaba:cloudcomputing'],
  notBefore = at(-60),
  notOnOrAfter = at(300),
} = {}) =>
  `<saml:Conditions NotBefore="${notBefore}" NotOnOrAfter="${notOnOrAfter}"><saml:AudienceRestriction>${audiences
    .map((audience) => `<saml:Audience>${audience}</saml:Audience>`)
    .join('')}</saml:AudienceRestriction></saml:Conditions>`;

export const attributesXml = (
  attributes: Readonly<Record<string, string | readonly string[]>> = {},
) =>
  `<saml:AttributeStatement>${Object.entries({
    Role: `${SSO_ROLE_ARN},${SAML_PROVIDER_ARN}`,
    RoleSessionName: 'alice',
    ...attributes,
  })
    .map(
      ([name, values]) =>
        `<saml:Attribute Name="${ATTRIBUTES}/${name}">${[values]
          .flat()
          .map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`)
          .join('')}</saml:Attribute>`,
    )
    .join('')}</saml:AttributeStatement>`;

const OWN_KEY = createPrivateKey({
  key: issuerKey(landing().seed).privateJwk,
  format: 'jwk',
});

/** The assertion, and the signature that goes into it after the issuer. */
export function assertionParts(changes: ResponseChanges = {}) {
  const {
    id = '_a1',
    version = '2.0',
    issuer = `<saml:Issuer>${ENTITY_ID}</saml:Issuer>`,
    subject = subjectXml(),
    conditions = conditionsXml(),
    attributes = attributesXml(),
  } = changes;
  const head = `<saml:Assertion xmlns:saml="${SAML}" ID="${id}" IssueInstant="${at(0)}" Version="${version}">${issuer}`;
  const tail = `${subject}${conditions}${attributes}</saml:Assertion>`;
  return { head, signature: signatureOver(`${head}${tail}`, { id, ...changes }), tail };
}

function signatureOver(
  canonical: string,
  {
    id,
    key = OWN_KEY,
    method = key.asymmetricKeyType === 'ec' ? `${MORE}ecdsa-sha256` : `${MORE}rsa-sha256`,
    digestMethod = 'http://www.w3.org/2001/04/xmlenc#sha256',
    hash = 'sha256',
    uri = `#${id}`,
    transforms = [`${DS}enveloped-signature`, EXCLUSIVE],
  }: ResponseChanges,
): string {
  const digest = createHash(hash).update(canonical).digest('base64');
  const list = transforms.map((one) => `<ds:Transform Algorithm="${one}"></ds:Transform>`).join('');
  const signedInfo = `<ds:SignedInfo xmlns:ds="${DS}"><ds:CanonicalizationMethod Algorithm="${EXCLUSIVE}"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="${method}"></ds:SignatureMethod><ds:Reference URI="${uri}"><ds:Transforms>${list}</ds:Transforms><ds:DigestMethod Algorithm="${digestMethod}"></ds:DigestMethod><ds:DigestValue>${digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>`;
  const value = sign(hash, Buffer.from(signedInfo), { key, dsaEncoding: 'ieee-p1363' });
  return `<ds:Signature xmlns:ds="${DS}">${signedInfo}<ds:SignatureValue>${value.toString('base64')}</ds:SignatureValue></ds:Signature>`;
}

export function responseXml(changes: ResponseChanges = {}): string {
  const { head, signature, tail } = assertionParts(changes);
  return inResponse(`${head}${signature}${tail}`);
}

export function inResponse(content: string, attributes = ''): string {
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r1" Version="2.0" IssueInstant="${at(0)}"${attributes}><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>${content}</samlp:Response>`;
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** As `@alicloud/sts20150401` sends it: nobody signs it. An empty text leaves a parameter out. */
export function askSaml(
  parameters: Readonly<Record<string, string>> = {},
  common: Readonly<Record<string, string>> = {},
): WireRequest {
  const query = new URLSearchParams({
    Action: 'AssumeRoleWithSAML',
    Version: STS_VERSION,
    Format: 'JSON',
    Timestamp: formatTimestamp(NOW_MS),
    ...common,
  });
  const form = Object.entries({
    SAMLProviderArn: SAML_PROVIDER_ARN,
    RoleArn: SSO_ROLE_ARN,
    SAMLAssertion: 'SAMLAssertion' in parameters ? '' : base64(responseXml()),
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

export function showing(xml: string): WireRequest {
  return askSaml({ SAMLAssertion: base64(xml) });
}
