/**
 * The assertion in a SAML response, provided that its identity provider signed it. What comes out is
 * parsed anew from the very bytes that the signature covers, so that whatever else the response holds
 * (a second assertion, comments that cut texts in two, another reading of the same document) has no
 * part in it: signature wrapping has nothing to wrap.
 *
 * Strict in form: a response with one assertion, in the assertion one enveloped signature, in the
 * signature one reference, to the assertion's own ID. Keys come from the configuration; one that the
 * response brings along is not looked at. SHA-1 is not taken.
 * Sources: SAML 2.0 core, section 5.4 (profile of signatures); Alibaba Cloud, "SAML assertion
 * attributes for role-based SSO": the whole assertion must be signed.
 */
import type { KeyObject } from 'node:crypto';
import type { Element } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';
import { ECDSA_SHA256, EcdsaSha256 } from './ecdsa-sha256.ts';
import { childElements, childrenNamed, isNamed, onlyChild, parseXml } from './xml.ts';

export const ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion';
export const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol';
export const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#';
export const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const ENVELOPED = `${SIGNATURE}enveloped-signature`;
export const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const SHA512 = 'http://www.w3.org/2001/04/xmlenc#sha512';
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const RSA_SHA512 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512';
/** Transforms that leave nothing of the assertion out but the signature in it. */
const TRANSFORMS = [EXCLUSIVE, ENVELOPED];
const SIGNATURE_PARTS = ['SignedInfo', 'SignatureValue', 'KeyInfo'];
const ID = /^[A-Za-z_][\w.-]{0,255}$/;

/** A response and the one assertion in it, unverified. */
export interface SamlResponse {
  readonly text: string;
  readonly response: Element;
  readonly assertion: Element;
}

/** Undefined for whatever is not the base64 of a response with one assertion. */
export function parseResponse(base64: string): SamlResponse | undefined {
  const text = decoded(base64);
  const response = text === undefined ? undefined : parseXml(text);
  if (text === undefined || response === undefined) return undefined;
  if (!isNamed(response, PROTOCOL, 'Response')) return undefined;
  const assertion = onlyChild(response, ASSERTION, 'Assertion');
  // By any namespace, at any depth: nobody gets to choose between two.
  const everywhere = response.getElementsByTagNameNS('*', 'Assertion');
  return assertion === undefined || everywhere.length !== 1
    ? undefined
    : { text, response, assertion };
}

/** What one of the keys has signed. */
export function signedAssertion(
  { text, assertion }: SamlResponse,
  keys: readonly KeyObject[],
): Element | undefined {
  const signature = onlyChild(assertion, SIGNATURE, 'Signature');
  const id = assertion.getAttribute('ID') ?? '';
  if (signature === undefined || !ID.test(id) || !coversAssertion(signature, id)) return undefined;
  for (const key of keys) {
    const signed = signedText(text, signature.toString(), key);
    const root = signed === undefined ? undefined : parseXml(signed);
    if (root === undefined) continue;
    return isNamed(root, ASSERTION, 'Assertion') && root.getAttribute('ID') === id
      ? root
      : undefined;
  }
  return undefined;
}

function coversAssertion(signature: Element, id: string): boolean {
  const parts = childElements(signature).map(({ localName }) => localName);
  if (parts.join() !== SIGNATURE_PARTS.slice(0, parts.length).join()) return false;
  const signedInfo = onlyChild(signature, SIGNATURE, 'SignedInfo');
  const reference = signedInfo && onlyChild(signedInfo, SIGNATURE, 'Reference');
  const transforms = reference && onlyChild(reference, SIGNATURE, 'Transforms');
  if (reference === undefined || transforms === undefined) return false;
  const algorithms = childrenNamed(transforms, SIGNATURE, 'Transform').map((transform) =>
    transform.getAttribute('Algorithm'),
  );
  return (
    reference.getAttribute('URI') === `#${id}` &&
    algorithms.every((algorithm) => algorithm !== null && TRANSFORMS.includes(algorithm))
  );
}

/** The canonical form of what is signed, if it is by that key. */
function signedText(text: string, signature: string, key: KeyObject): string | undefined {
  const verifier = new SignedXml({ publicCert: key });
  const { CanonicalizationAlgorithms, HashAlgorithms, SignatureAlgorithms } = verifier;
  verifier.CanonicalizationAlgorithms = picked(CanonicalizationAlgorithms, TRANSFORMS);
  verifier.HashAlgorithms = picked(HashAlgorithms, [SHA256, SHA512]);
  verifier.SignatureAlgorithms = {
    ...picked(SignatureAlgorithms, [RSA_SHA256, RSA_SHA512]),
    [ECDSA_SHA256]: EcdsaSha256,
  };
  try {
    verifier.loadSignature(signature);
    if (!verifier.checkSignature(text)) return undefined;
  } catch {
    return undefined;
  }
  const [signed, ...others] = verifier.getSignedReferences();
  return others.length === 0 ? signed : undefined;
}

function picked<T>(all: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, all[name]!]));
}

/** Base64 in its one canonical form; line breaks are let pass, as encoders put them in. */
function decoded(base64: string): string | undefined {
  const compact = base64.replace(/[\r\n]/g, '');
  const bytes = Buffer.from(compact, 'base64');
  if (bytes.toString('base64') !== compact) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
