/**
 * ECDSA with SHA-256 for `xml-crypto`, which has RSA only: the mock's own provider signs on P-256, by a
 * key that derives from the seed. In XML a signature on a curve is the two numbers one after the other.
 * Sources: XML Signature 1.1, section 6.4.3; RFC 4050 for the name.
 */
import { type KeyObject, sign, verify } from 'node:crypto';
import type { SignatureAlgorithm } from 'xml-crypto';

export const ECDSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256';

/** Its keys are always objects: the types of `xml-crypto` allow texts, too. */
export class EcdsaSha256 implements SignatureAlgorithm {
  getAlgorithmName(): string {
    return ECDSA_SHA256;
  }

  getSignature(signedInfo: unknown, key: unknown): string {
    return sign('sha256', bytesOf(signedInfo), inNumbers(key)).toString('base64');
  }

  verifySignature(signedInfo: unknown, key: unknown, signature: unknown): boolean {
    const bytes = Buffer.from(String(signature), 'base64');
    return verify('sha256', bytesOf(signedInfo), inNumbers(key), bytes);
  }
}

function inNumbers(key: unknown) {
  return { key: key as KeyObject, dsaEncoding: 'ieee-p1363' } as const;
}

function bytesOf(signedInfo: unknown): Buffer {
  return Buffer.from(String(signedInfo));
}
