/**
 * What an assertion says of somebody, read from the element that was verified. What Alibaba Cloud asks
 * to be there once must be there once; what it does not know is not looked at.
 * Sources: Alibaba Cloud, "SAML assertion attributes for role-based SSO"; SAML 2.0 core, section 2.
 */
import type { Element } from '@xmldom/xmldom';
import { parseTimestamp } from '../../../src/kernel/sts/wire.ts';
import { ASSERTION } from './signed-assertion.ts';
import { childrenNamed, onlyChild, textIn } from './xml.ts';

export const ATTRIBUTES = 'https://www.aliyun.com/SAML-Role/Attributes';
const NAME_ID_FORMATS = 'urn:oasis:names:tc:SAML:2.0:nameid-format:';
const UNSPECIFIED = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified';
const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';

/** What the answer tells of the assertion. */
export interface SamlAssertionInfo {
  /** Without the prefix that the formats of SAML 2.0 have. */
  readonly subjectType: string;
  readonly subject: string;
  readonly recipient: string;
  readonly issuer: string;
}

export interface SamlAssertion extends SamlAssertionInfo {
  readonly audiences: readonly string[];
  readonly notBeforeMs: number;
  readonly notOnOrAfterMs: number;
  /** `<role ARN>,<provider ARN>` each. */
  readonly roles: readonly string[];
  readonly roleSessionName: string;
  readonly sourceIdentity: string | undefined;
}

export function readAssertion(assertion: Element): SamlAssertion | undefined {
  if (assertion.getAttribute('Version') !== '2.0') return undefined;
  const issuer = textIn(child(assertion, 'Issuer'));
  const subject = subjectOf(child(assertion, 'Subject'));
  const conditions = conditionsOf(child(assertion, 'Conditions'));
  const attributes = attributesOf(assertion);
  if (!issuer || !subject || !conditions || !attributes) return undefined;
  const { notOnOrAfterMs, ...who } = subject;
  return {
    issuer,
    ...who,
    ...conditions,
    ...attributes,
    notOnOrAfterMs: Math.min(notOnOrAfterMs, conditions.notOnOrAfterMs),
  };
}

function subjectOf(subject: Element | undefined) {
  const nameId = subject && child(subject, 'NameID');
  const confirmation = subject && child(subject, 'SubjectConfirmation');
  const data = confirmation && child(confirmation, 'SubjectConfirmationData');
  const name = textIn(nameId);
  if (nameId === undefined || name === undefined || data === undefined) return undefined;
  const recipient = data.getAttribute('Recipient');
  const notOnOrAfterMs = parseTimestamp(data.getAttribute('NotOnOrAfter') ?? '');
  if (confirmation?.getAttribute('Method') !== BEARER) return undefined;
  if (!recipient || notOnOrAfterMs === undefined) return undefined;
  const format = nameId.getAttribute('Format') || UNSPECIFIED;
  return {
    subject: name,
    subjectType: format.startsWith(NAME_ID_FORMATS) ? format.slice(NAME_ID_FORMATS.length) : format,
    recipient,
    notOnOrAfterMs,
  };
}

/** Its times may be left out; the restriction to an audience may not. */
function conditionsOf(conditions: Element | undefined) {
  const restriction = conditions && child(conditions, 'AudienceRestriction');
  if (conditions === undefined || restriction === undefined) return undefined;
  const audiences = childrenNamed(restriction, ASSERTION, 'Audience').map((one) => textIn(one));
  const notBeforeMs = timeOf(conditions, 'NotBefore', -Infinity);
  const notOnOrAfterMs = timeOf(conditions, 'NotOnOrAfter', Infinity);
  if (!audiences.every((one) => one !== undefined)) return undefined;
  if (notBeforeMs === undefined || notOnOrAfterMs === undefined) return undefined;
  return { audiences, notBeforeMs, notOnOrAfterMs };
}

function timeOf(element: Element, name: string, absent: number): number | undefined {
  return element.hasAttribute(name) ? parseTimestamp(element.getAttribute(name)!) : absent;
}

/** `SessionDuration` is for consoles: it has no effect on a program's session. */
function attributesOf(assertion: Element) {
  const all = childrenNamed(assertion, ASSERTION, 'AttributeStatement').flatMap((statement) =>
    childrenNamed(statement, ASSERTION, 'Attribute'),
  );
  const named = (name: string) =>
    all
      .filter((attribute) => attribute.getAttribute('Name') === `${ATTRIBUTES}/${name}`)
      .flatMap((attribute) => childrenNamed(attribute, ASSERTION, 'AttributeValue'))
      .map((value) => textIn(value));
  const roles = named('Role');
  const [roleSessionName, ...otherNames] = named('RoleSessionName');
  const [sourceIdentity, ...otherSources] = named('SourceIdentity');
  if (!roles.every((role) => role !== undefined) || roleSessionName === undefined) return undefined;
  if (otherNames.length > 0 || otherSources.length > 0) return undefined;
  return { roles, roleSessionName, sourceIdentity };
}

function child(parent: Element, name: string): Element | undefined {
  return onlyChild(parent, ASSERTION, name);
}
