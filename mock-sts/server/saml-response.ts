/**
 * A SAML response as an identity provider posts it: made from what it is to say, signed, and, where it
 * is ordered so, spoilt in a way that STS has to notice. The good ones have every element that Alibaba
 * Cloud asks for; the signature covers the whole assertion.
 * Sources: Alibaba Cloud, "SAML assertion attributes for role-based SSO"; SAML 2.0 core.
 */
import type { KeyObject } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import { ATTRIBUTES } from '../core/saml/assertion.ts';
import { ECDSA_SHA256, EcdsaSha256 } from '../core/saml/ecdsa-sha256.ts';
import {
  ASSERTION,
  ENVELOPED,
  EXCLUSIVE,
  PROTOCOL,
  SHA256,
} from '../core/saml/signed-assertion.ts';
import { escapeXml } from '../core/wire/xml-text.ts';

export interface ResponseParts {
  readonly id: string;
  readonly issuer: string;
  readonly subject: string;
  readonly recipient: string;
  readonly audience: string;
  readonly issuedAt: string;
  readonly notBefore: string;
  readonly notOnOrAfter: string;
  /** Of Alibaba Cloud, by the last part of their names. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly certificate: string;
}

export function signedResponse(parts: ResponseParts, key: SigningKey): string {
  const signer = new SignedXml({
    privateKey: key.privateKey,
    publicCert: key.certificate,
    canonicalizationAlgorithm: EXCLUSIVE,
    signatureAlgorithm: ECDSA_SHA256,
  });
  signer.SignatureAlgorithms = { [ECDSA_SHA256]: EcdsaSha256 };
  const xpath = "/*[local-name(.)='Response']/*[local-name(.)='Assertion']";
  signer.addReference({
    xpath,
    digestAlgorithm: SHA256,
    transforms: [ENVELOPED, EXCLUSIVE],
  });
  const location = { reference: `${xpath}/*[local-name(.)='Issuer']`, action: 'after' } as const;
  signer.computeSignature(responseXml(parts), { prefix: 'ds', location });
  return signer.getSignedXml();
}

export function responseXml(parts: ResponseParts): string {
  const { id, recipient, issuedAt } = parts;
  return `<samlp:Response xmlns:samlp="${PROTOCOL}" ID="${id}-response" Version="2.0" IssueInstant="${issuedAt}" Destination="${quoted(recipient)}">${issuerXml(parts)}<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>${assertionXml(parts)}</samlp:Response>`;
}

function assertionXml(parts: ResponseParts): string {
  const { id, subject, recipient, audience, issuedAt, notBefore, notOnOrAfter } = parts;
  return `<saml:Assertion xmlns:saml="${ASSERTION}" ID="${id}" Version="2.0" IssueInstant="${issuedAt}">${issuerXml(parts)}<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">${escapeXml(subject)}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${notOnOrAfter}" Recipient="${quoted(recipient)}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${notBefore}" NotOnOrAfter="${notOnOrAfter}"><saml:AudienceRestriction><saml:Audience>${escapeXml(audience)}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="${issuedAt}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>${attributesXml(parts)}</saml:Assertion>`;
}

function issuerXml({ issuer }: ResponseParts): string {
  return `<saml:Issuer xmlns:saml="${ASSERTION}">${escapeXml(issuer)}</saml:Issuer>`;
}

function attributesXml({ attributes }: ResponseParts): string {
  const all = Object.entries(attributes).map(([name, values]) => {
    const listed = values.map(
      (value) => `<saml:AttributeValue>${escapeXml(value)}</saml:AttributeValue>`,
    );
    return `<saml:Attribute Name="${ATTRIBUTES}/${name}">${listed.join('')}</saml:Attribute>`;
  });
  return `<saml:AttributeStatement>${all.join('')}</saml:AttributeStatement>`;
}

/** One word of the signed text is changed afterwards. */
export function tampered(xml: string): string {
  return xml.replace('</saml:NameID>', '-or-somebody-else</saml:NameID>');
}

/** The classical wrapping: the signed assertion stays, in a place where nobody looks for it. */
export function wrapped(xml: string): string {
  const signed = /<saml:Assertion.*<\/saml:Assertion>/s.exec(xml)![0];
  const forged = tampered(signed)
    .replace(/<ds:Signature .*<\/ds:Signature>/s, '')
    .replace(/ ID="[^"]*"/, ' ID="_forged"');
  return xml.replace(signed, `<samlp:Extensions>${signed}</samlp:Extensions>${forged}`);
}

/** For an attribute's value. */
export function quoted(text: string): string {
  return escapeXml(text).replaceAll('"', '&quot;');
}
