/** Identity providers of the configuration file. */
import { generateKeyPairSync } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { defaultLandingZone } from '../../../mock-sts/core/landing-zone.ts';
import { loadMockConfig, parseMockConfig } from '../../../mock-sts/server/config-file.ts';
import { certificateOf } from '../../../mock-sts/server/saml-metadata.ts';
import { HarnessError } from '../../../src/kernel/errors.ts';

const TRUST = {
  Version: '1',
  Statement: {
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal: { Federated: 'acs:ram::1000000000000101:oidc-provider/ack' },
  },
};
const PROVIDER = {
  account: '1000000000000101',
  name: 'ack',
  issuer: 'https://issuer.example',
  clientIds: ['sts.aliyuncs.com'],
};

function parse(...identityProviders: object[]) {
  const text = JSON.stringify({
    users: [{ account: '1000000000000001', name: 'app' }],
    roles: [{ arn: 'acs:ram::1000000000000101:role/pods', trust: TRUST }],
    identityProviders,
  });
  return parseMockConfig(text, 'mock.yaml');
}

function problemsOf(...identityProviders: object[]): string[] {
  try {
    parse(...identityProviders);
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    return error.problems.map(({ path }) => path.replace('identityProviders', ''));
  }
  throw new Error('the file was taken');
}

describe('identity providers in the file', () => {
  it('become those of the core', () => {
    expect(parse(PROVIDER).identityProviders).toEqual([PROVIDER]);
    const broken = { ...PROVIDER, discovery: 'unreachable' };
    expect(parse(broken).identityProviders).toEqual([broken]);
  });

  it('may have public keys of a real issuer, and never a private one', () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const key = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig' };
    expect(parse({ ...PROVIDER, keys: [key] }).identityProviders).toEqual([
      { ...PROVIDER, keys: [key] },
    ]);
    const bad = [privateKey.export({ format: 'jwk' }), { kty: 'oct', k: 'AAAA' }, 'PEM', {}];
    for (const one of bad) {
      expect(problemsOf({ ...PROVIDER, keys: [one] })[0]).toMatch(/^\[0\]\.keys\[0\]/);
    }
  });

  it('are complained of where they stand, all at once', () => {
    const bad = {
      account: 'x',
      name: 'a/b',
      issuer: 'issuer',
      clientIds: [],
      keys: [],
      discovery: 'maybe',
    };
    expect(problemsOf(bad, { ...PROVIDER, url: 'x' })).toEqual([
      '[0].account',
      '[0].name',
      '[0].issuer',
      '[0].clientIds',
      '[0].keys',
      '[0].discovery',
      '[1].url',
    ]);
    expect(problemsOf(PROVIDER, PROVIDER)).toEqual(['[1].name']);
  });

  it('may be of SAML, with certificates of a real one', async () => {
    const saml = { account: PROVIDER.account, name: 'ack', issuer: 'urn:idp' };
    const file = { kind: 'saml', ...saml };
    expect(parse(file, { kind: 'oidc', ...PROVIDER })).toMatchObject({
      identityProviders: [PROVIDER],
      samlProviders: [saml],
    });
    expect(parse(file)).not.toHaveProperty('identityProviders');
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const more = { certificates: [await certificateOf(rsa.privateKey)], metadata: 'invalid' };
    expect(parse({ ...file, ...more }).samlProviders).toEqual([{ ...saml, ...more }]);
    expect(problemsOf(file, file)).toEqual(['[1].name']);
  });

  it('of SAML are complained of in their own terms', () => {
    const bad = { kind: 'saml', account: 'x', name: 'a/b', issuer: 'a b', clientIds: ['x'] };
    const more = { certificates: ['PEM'], metadata: 'maybe' };
    expect(problemsOf({ ...bad, ...more }, { kind: 'ldap' }, 'text' as unknown as object)).toEqual([
      '[0].account',
      '[0].name',
      '[0].issuer',
      '[0].certificates[0]',
      '[0].metadata',
      '[0].clientIds',
      '[1].kind',
      '[2]',
    ]);
  });

  it('stand in the example, and in what is built in', async () => {
    const file = fileURLToPath(new URL('../../../mock-sts/landing-zone.yaml', import.meta.url));
    const { identityProviders, samlProviders } = await loadMockConfig(file);
    const builtIn = defaultLandingZone();
    expect(identityProviders).toEqual(builtIn.identityProviders);
    expect(samlProviders).toEqual(builtIn.samlProviders);
    expect(samlProviders).toHaveLength(1);
  });
});
