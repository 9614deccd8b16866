/**
 * Answers as STS writes them, in JSON or XML: keys and their order as documented samples show them.
 * Sources: Alibaba Cloud, "AssumeRole", "GetCallerIdentity", "Response structure"; error bodies as
 * users report them (Recommend, Message, RequestId, HostId, Code).
 */
import type { StsError } from '../../../src/kernel/sts/error-codes.ts';
import { formatTimestamp } from '../../../src/kernel/sts/wire.ts';
import type { AccessDenied, Described, Issued } from '../decision.ts';
import { type Caller, callerName } from '../identity.ts';
import type { OidcTokenInfo } from '../oidc/token-rules.ts';
import type { SamlAssertionInfo } from '../saml/assertion.ts';
import { escapeXml } from './xml-text.ts';

export type AnswerFormat = 'JSON' | 'XML';

/** openapi-core reads an error as XML only under exactly this name. */
export const CONTENT_TYPE: Record<AnswerFormat, string> = {
  JSON: 'application/json;charset=utf-8',
  XML: 'text/xml;charset=utf-8',
};

interface Tree {
  readonly [key: string]: string | Tree;
}

/** Every value has been through STS's parameter rules or is our own: none but claims needs escaping, be they a token's or an assertion's. */
export function issuedJson(requestId: string, { credential, ...issued }: Issued): string {
  const source =
    issued.sourceIdentity === undefined ? '' : `,"SourceIdentity":"${issued.sourceIdentity}"`;
  return `{"RequestId":"${requestId}","AssumedRoleUser":{"AssumedRoleId":"${issued.assumedRole.id}","Arn":"${issued.assumedRole.arn}"},"Credentials":{"SecurityToken":"${credential.securityToken}","Expiration":"${expirationText(credential.expiresAtMs)}","AccessKeySecret":"${credential.accessKeySecret}","AccessKeyId":"${credential.accessKeyId}"}${source}${tokenInfo(issued.oidcToken)}${assertionInfo(issued.samlAssertion)}}`;
}

export function issuedXml(action: string, requestId: string, issued: Issued): string {
  return xmlOf(`${action}Response`, JSON.parse(issuedJson(requestId, issued)));
}

function tokenInfo(token: OidcTokenInfo | undefined): string {
  if (token === undefined) return '';
  const tree: Tree = {
    Subject: token.subject,
    Issuer: token.issuer,
    ClientIds: token.clientIds.join(','),
    ExpirationTime: formatTimestamp(token.expiresAtMs),
    IssuanceTime: formatTimestamp(token.issuedAtMs),
    VerificationInfo: 'Success',
  };
  return `,"OIDCTokenInfo":${JSON.stringify(tree)}`;
}

function assertionInfo(assertion: SamlAssertionInfo | undefined): string {
  if (assertion === undefined) return '';
  const tree: Tree = {
    SubjectType: assertion.subjectType,
    Subject: assertion.subject,
    Recipient: assertion.recipient,
    Issuer: assertion.issuer,
  };
  return `,"SAMLAssertionInfo":${JSON.stringify(tree)}`;
}

export function describedBody(
  format: AnswerFormat,
  requestId: string,
  { caller }: Described,
): string {
  const tree: Tree = { RequestId: requestId, ...caller };
  return format === 'JSON' ? JSON.stringify(tree) : xmlOf('GetCallerIdentityResponse', tree);
}

export interface ErrorContext {
  readonly requestId: string;
  readonly hostId: string;
  readonly action: string;
  readonly caller: Caller | undefined;
}

export function errorBody(
  format: AnswerFormat,
  error: StsError,
  context: ErrorContext,
  denied: AccessDenied | undefined,
): string {
  const { requestId, hostId } = context;
  const tree: Tree = {
    Recommend: `https://api.aliyun.com/troubleshoot?q=${encodeURIComponent(error.code)}&product=Sts&requestId=${requestId}`,
    Message: error.message,
    RequestId: requestId,
    HostId: hostId,
    Code: error.code,
    ...(denied === undefined ? {} : { AccessDeniedDetail: deniedDetail(denied, context) }),
  };
  return format === 'JSON' ? JSON.stringify(tree) : xmlOf('Error', tree);
}

function deniedDetail(denied: AccessDenied, { action, caller }: ErrorContext): Tree {
  return {
    AuthAction: `sts:${action}`,
    AuthPrincipalType: principalType(caller),
    AuthPrincipalDisplayName: caller === undefined ? '' : callerName(caller),
    AuthPrincipalOwnerId: caller?.accountId ?? '',
    NoPermissionType: denied.noPermissionType,
    PolicyType: denied.policyType,
  };
}

/** The last of the three is assumed. */
function principalType(caller: Caller | undefined): string {
  if (caller?.kind === 'federated') return 'Federated';
  return caller?.kind === 'role' ? 'AssumedRoleUser' : 'SubUser';
}

let lastExpiresAtMs = Number.NaN;
let lastExpiration = '';

/** Calls of one second and one duration share it. */
function expirationText(expiresAtMs: number): string {
  if (expiresAtMs !== lastExpiresAtMs) {
    lastExpiresAtMs = expiresAtMs;
    lastExpiration = formatTimestamp(expiresAtMs);
  }
  return lastExpiration;
}

function xmlOf(root: string, tree: Tree): string {
  return `<?xml version='1.0' encoding='UTF-8'?>${element(root, tree)}`;
}

function element(name: string, value: string | Tree): string {
  const inner =
    typeof value === 'string'
      ? escapeXml(value)
      : Object.entries(value)
          .map(([child, content]) => element(child, content))
          .join('');
  return `<${name}>${inner}</${name}>`;
}
