/**
 * A certificate authority for one run and a server certificate of it, so that SDKs which accept only
 * HTTPS can be pointed at the mock (`NODE_EXTRA_CA_CERTS` and its like). Both keys stay in this
 * process's memory; only the authority's certificate, which is public, goes to a file.
 */
import { randomBytes, webcrypto } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
// x509 finds its parts through decorators, and asks that this be loaded first.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { realClock } from '../../src/kernel/real-clock.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
/** TLS libraries judge validity by the machine's own clock, so no run clock counts here. */
const VALID_BEFORE_NOW_MS = DAY_MS;
const VALID_FOR_MS = 30 * DAY_MS;

export interface MockCertificates {
  readonly caPem: string;
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** `names` are host names and addresses that clients may call the mock by. */
export async function issueCertificates(names: readonly string[]): Promise<MockCertificates> {
  const nowMs = realClock().nowMs();
  const notBefore = new Date(nowMs - VALID_BEFORE_NOW_MS);
  const notAfter = new Date(nowMs + VALID_FOR_MS);
  const caKeys = await newKeys();
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: randomBytes(16).toString('hex'),
    name: 'CN=sts-harness mock authority, O=not to be trusted outside a test',
    notBefore,
    notAfter,
    keys: caKeys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  });
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: randomBytes(16).toString('hex'),
    subject: 'CN=sts-harness mock STS',
    issuer: ca.subject,
    notBefore,
    notAfter,
    publicKey: keys.publicKey,
    signingKey: caKeys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((name) => ({ type: isIP(name) === 0 ? 'dns' : 'ip', value: name })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    caPem: `${ca.toString('pem')}\n`,
    certificatePem: `${certificate.toString('pem')}\n`,
    keyPem: x509.PemConverter.encode(key, 'PRIVATE KEY'),
  };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

/** Written beside and renamed, so that no reader sees half a file. */
export async function writeCaFile(directory: string, caPem: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'mock-sts-ca.pem');
  const beside = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(beside, caPem, { mode: 0o644, flag: 'wx' });
  await rename(beside, file);
  return file;
}
