/**
 * The metadata document of a SAML provider, as it is uploaded to RAM: who the provider is, where it
 * signs people in, and the certificate of its key. The certificate is made anew for each mock; its key
 * derives from the seed and stays.
 * Source: SAML 2.0 metadata, section 2.4.3.
 */
import { createPublicKey, type KeyObject, webcrypto } from 'node:crypto';
// x509 finds its parts through decorators, and asks that this be loaded first.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import type { MockSamlProvider } from '../core/config.ts';
import { SIGNATURE } from '../core/saml/signed-assertion.ts';
import { quoted } from './saml-response.ts';

const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata';
const BINDING = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST';
/** No clock plays a part in a certificate that stands for its key and nothing else. */
const NOT_BEFORE = new Date('2020-01-01T00:00:00Z');
const NOT_AFTER = new Date('2049-12-31T00:00:00Z');

/** PEM, signed by the key itself: RSA or EC P-256. */
export async function certificateOf(privateKey: KeyObject): Promise<string> {
  const algorithm =
    privateKey.asymmetricKeyType === 'rsa'
      ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
      : { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=sts-harness mock identity provider, O=not to be trusted outside a test',
    notBefore: NOT_BEFORE,
    notAfter: NOT_AFTER,
    keys: {
      privateKey: await imported(privateKey, algorithm, 'sign'),
      publicKey: await imported(createPublicKey(privateKey), algorithm, 'verify'),
    },
    signingAlgorithm: algorithm,
  });
  return certificate.toString('pem');
}

function imported(
  key: KeyObject,
  algorithm: { readonly name: string },
  usage: 'sign' | 'verify',
): Promise<webcrypto.CryptoKey> {
  const jwk = key.export({ format: 'jwk' });
  return webcrypto.subtle.importKey('jwk', jwk, algorithm, true, [usage]);
}

export interface MetadataParts {
  readonly provider: MockSamlProvider;
  readonly certificate: string;
  readonly signOnUrl: string;
}

export function metadataXml({ provider, certificate, signOnUrl }: MetadataParts): string {
  const der = certificate.replace(/-----[A-Z ]+-----|\s/g, '');
  return `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="${METADATA}" entityID="${quoted(provider.issuer)}">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" WantAuthnRequestsSigned="false">
    <md:KeyDescriptor use="signing">
      <ds:KeyInfo xmlns:ds="${SIGNATURE}"><ds:X509Data><ds:X509Certificate>${der}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>
    </md:KeyDescriptor>
    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>
    <md:SingleSignOnService Binding="${BINDING}" Location="${quoted(signOnUrl)}"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
`;
}
