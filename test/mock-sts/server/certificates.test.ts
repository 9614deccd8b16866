import { X509Certificate } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { issueCertificates, writeCaFile } from '../../../mock-sts/server/certificates.ts';
import { temporaryFolder } from '../../temporary.ts';

it('issues a certificate of a fresh authority, for the names that are asked for', async () => {
  const names = ['127.0.0.1', '::1', 'localhost', 'sts.cn-hangzhou.aliyuncs.com'];
  const issued = await issueCertificates(names);
  const ca = new X509Certificate(issued.caPem);
  const leaf = new X509Certificate(issued.certificatePem);
  expect(ca.ca).toBe(true);
  expect(leaf.ca).toBe(false);
  expect(leaf.checkIssued(ca)).toBe(true);
  expect(leaf.verify(ca.publicKey)).toBe(true);
  expect(leaf.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  expect(leaf.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(leaf.checkIP('::1')).toBe('::1');
  expect(leaf.checkHost('localhost')).toBe('localhost');
  expect(leaf.checkHost('sts.cn-hangzhou.aliyuncs.com')).toBe('sts.cn-hangzhou.aliyuncs.com');
  expect(leaf.checkHost('sts.cn-beijing.aliyuncs.com')).toBeUndefined();
  const other = new X509Certificate((await issueCertificates(names)).caPem);
  expect(leaf.verify(other.publicKey)).toBe(false);
});

it('writes the authority’s certificate alone, and replaces the last one whole', async () => {
  const nested = join(temporaryFolder(), 'not', 'there');
  await writeCaFile(nested, 'first');
  const file = await writeCaFile(nested, 'second');
  expect(await readFile(file, 'utf8')).toBe('second');
  expect(await readdir(nested)).toEqual(['mock-sts-ca.pem']);
});
