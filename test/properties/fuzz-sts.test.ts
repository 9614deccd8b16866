/**
 * STS under requests that are nearly right, 53,000 of them: edited after they were signed (they end in
 * the parsers and at the signature) and before (they get as far as parameters, policies and trust).
 * Whatever comes, the answer is STS's own, can be read, and is no 5xx; and a good request in between
 * gets its credential.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StsCore } from '../../mock-sts/core/service.ts';
import type { WireAnswer, WireRequest } from '../../mock-sts/core/wire/request.ts';
import { askAcs3, askV1, credentialIn, ROLE_ARN } from '../mock-sts/landing.ts';
import { askOidc, podsLanding } from '../mock-sts/oidc-tokens.ts';
import { parsedXml } from './markup.ts';
import { type Edit, edited, edits } from './mutations.ts';

const core = new StsCore(podsLanding());
const session = credentialIn(core.handle(askV1()).body);
const POLICY = JSON.stringify({
  Version: '1',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['oss:Get*', 'sts:AssumeRole'],
      Resource: 'acs:oss:*:*:bucket/*',
      Condition: { IpAddress: { 'acs:SourceIp': ['10.0.0.0/8'] } },
    },
  ],
});
const EVERYTHING = {
  RoleArn: ROLE_ARN,
  RoleSessionName: 'session@1',
  DurationSeconds: '900',
  Policy: POLICY,
  ExternalId: 'partner-7',
  SourceIdentity: 'alice',
};

/** Good requests, made anew each time, since a nonce is good once. */
const GOOD: readonly (() => WireRequest)[] = [
  () => askV1(),
  () => askV1({ method: 'GET' }),
  () => askV1({ parameters: EVERYTHING }),
  () => askV1({ common: { Format: 'XML' } }),
  () => askV1({ common: { Action: 'GetCallerIdentity', Format: 'XML' }, parameters: {} }),
  () => askV1({ key: session, common: { Action: 'GetCallerIdentity' }, parameters: {} }),
  () => askAcs3(),
  () => askAcs3({ parameters: EVERYTHING, key: session, action: 'GetCallerIdentity' }),
  () => askAcs3({ parameters: {}, body: JSON.stringify(EVERYTHING) }),
];
const one = <T>(list: readonly T[]) => fc.nat(list.length - 1).map((i) => list[i]!);

function expectReadable({ status, body, contentType }: WireAnswer, isGood: boolean): void {
  expect(status, body).toBeLessThan(500);
  if (isGood) expect(status, body).toBe(200);
  if (contentType.startsWith('application/json')) {
    expect(JSON.parse(body).RequestId).toMatch(/^[-0-9A-F]{36}$/);
  } else expect(Object.keys(parsedXml(body))[0]).toMatch(/^(Error|\w+Response)$/);
}

describe('a request of which bytes were changed on the way', () => {
  it('is refused in STS’s words, or answered', { timeout: 120_000 }, () => {
    const ways = fc.record({ url: edits, header: fc.nat(40), value: edits, body: edits });
    fc.assert(
      fc.property(one(GOOD), ways, (make, { url, header, value, body }) => {
        const request = make();
        const at = header % request.headers.length;
        const changed: WireRequest = {
          ...request,
          url: edited(request.url, url),
          headers: request.headers.map((text, i) => (i === at ? edited(text, value) : text)),
          body: Buffer.from(edited(Buffer.from(request.body).toString('latin1'), body), 'latin1'),
        };
        const isSame = url.length + value.length + body.length === 0;
        expectReadable(core.handle(changed), isSame);
      }),
      { numRuns: 30_000 },
    );
  });
});

describe('a request that says odd things, and is signed', () => {
  const changes = fc.array(fc.tuple(fc.constantFrom(...Object.keys(EVERYTHING), 'New'), edits), {
    maxLength: 3,
  });
  const oddly = (list: readonly (readonly [string, readonly Edit[]])[]) => {
    const parameters: Record<string, string> = { ...EVERYTHING };
    for (const [name, edit] of list) parameters[name] = edited(parameters[name] ?? '', edit);
    return parameters;
  };
  const schemes: readonly ((parameters: Record<string, string>) => WireRequest)[] = [
    (parameters) => askV1({ parameters }),
    (parameters) => askV1({ method: 'GET', parameters }),
    (parameters) => askV1({ common: { Format: 'XML' }, parameters }),
    (parameters) => askAcs3({ parameters }),
    (parameters) => askAcs3({ parameters: {}, body: JSON.stringify(parameters) }),
  ];

  it('is refused in STS’s words, or answered', { timeout: 120_000 }, () => {
    let issued = 0;
    fc.assert(
      fc.property(one(schemes), changes, (make, list) => {
        const answer = core.handle(make(oddly(list)));
        expectReadable(
          answer,
          list.every(([, edit]) => edit.length === 0),
        );
        // Signed as the kernel says: whatever it is, the signature is right.
        expect(answer.record.code).not.toBe('SignatureDoesNotMatch');
        if (answer.status === 200) issued += 1;
      }),
      { numRuns: 15_000 },
    );
    expect(issued).toBeGreaterThan(1_000);
  });
});

describe('a token of an identity provider', () => {
  const good = new URLSearchParams(Buffer.from(askOidc().body).toString()).get('OIDCToken')!;
  const [head = '', claims = '', signature = ''] = good.split('.');
  const decoded = (part: string) => Buffer.from(part, 'base64url').toString();
  const encoded = (text: string) => Buffer.from(text).toString('base64url');

  it('that was changed is refused, whatever was changed', { timeout: 120_000 }, () => {
    const changes = fc.record({ token: edits, head: edits, claims: edits });
    fc.assert(
      fc.property(changes, fc.constantFrom('JSON', 'XML'), (change, Format) => {
        const parts = [
          encoded(edited(decoded(head), change.head)),
          encoded(edited(decoded(claims), change.claims)),
          signature,
        ];
        const token = edited(parts.join('.'), change.token);
        const answer = core.handle(askOidc({ OIDCToken: token }, { Format }));
        expectReadable(answer, token === good);
        if (answer.status === 200) expect(token.replace(/=+$/, '')).toBe(good);
      }),
      { numRuns: 8_000 },
    );
  });
});
