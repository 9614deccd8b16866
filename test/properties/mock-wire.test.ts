/**
 * The fast ways of the mock's wire against slow, obvious ones: the scanner against the kernel's plain
 * signature, SHA-1 against `node:crypto`, the nonce store against a list; and no input, however
 * odd, that makes the door throw or answer 5xx.
 */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PrefixSigner } from '../../mock-sts/core/prefix-signer.ts';
import { StsCore } from '../../mock-sts/core/service.ts';
import { writeDigest } from '../../mock-sts/core/sha1.ts';
import { NonceStore } from '../../mock-sts/core/wire/nonce-store.ts';
import { decodePairs, PlainParameters } from '../../mock-sts/core/wire/parameters.ts';
import { ParameterScanner } from '../../mock-sts/core/wire/scanner.ts';
import { signV1, stringToSignV1 } from '../../src/kernel/sts/signature-v1.ts';
import { percentEncode } from '../../src/kernel/sts/wire.ts';
import { askAcs3, askV1, landing, NOW_MS } from '../mock-sts/landing.ts';

const SECRET = 'a secret';
const names = fc.oneof(
  fc.constantFrom('Action', 'RoleArn', 'Policy', 'SignatureNonce', 'Signature', 'a', 'A', 'a.1'),
  fc.stringMatching(/^[A-Za-z0-9._~-]{1,12}$/),
);
const values = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.stringMatching(/^[ -~]{0,60}$/),
  fc.constantFrom(
    '',
    'acs:ram::1:role/x',
    '{"Version":"1","Statement":[]}',
    'a b+c%25*~',
    'Zürich',
  ),
);
const pairLists = fc.array(fc.tuple(names, values), { minLength: 1, maxLength: 14 });
/** How a client may write a value: as the rule says, as Node's encoder does, with `+` for a blank. */
const encoders = fc.constantFrom(
  percentEncode,
  encodeURIComponent,
  (text: string) => percentEncode(text).replaceAll('%20', '+'),
  (text: string) => percentEncode(text).toLowerCase(),
);
type Pairs = readonly (readonly [string, string])[];

const encoded = (pairs: Pairs, encode: (text: string) => string) =>
  pairs.map(([name, value]) => `${percentEncode(name)}=${encode(value)}`).join('&');

/** Requests of one scanner, since it builds on the one before: some repeat parameters of the last. */
const requestRuns = fc.array(
  fc.record({
    method: fc.constantFrom('GET', 'POST'),
    query: pairLists,
    form: fc.oneof(fc.constant<[string, string][]>([]), pairLists),
    encode: encoders,
    repeat: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
);

describe('the scanner', () => {
  it('says what the plain way says, whatever came before', () => {
    let scanned = 0;
    fc.assert(
      fc.property(requestRuns, (requests) => {
        const scanner = new ParameterScanner();
        const key = { secret: SECRET, signer: new PrefixSigner(`${SECRET}&`) };
        let lastQuery: Pairs = [];
        for (const { method, query, form, encode, repeat } of requests) {
          // Mostly the last request again, with one value changed: the way of an SDK.
          const [first] = query;
          const used: Pairs =
            repeat && first && lastQuery.length > 0
              ? [...lastQuery.slice(0, -1), [lastQuery.at(-1)![0], first[1]]]
              : query;
          lastQuery = used;
          const signature = signV1(SECRET, stringToSignV1(method, [...used, ...form]));
          const signed: Pairs = [
            ...used.filter(([name]) => name !== 'Signature'),
            ['Signature', signature],
          ];
          const url = `/?${encoded(signed, encode)}`;
          const body = Buffer.from(encoded(form, encode));
          if (!scanner.scan(method, url, body)) continue;
          scanned += 1;
          const plain = new PlainParameters(decodePairs(url, body));
          for (const [name] of plain.pairs) {
            expect(scanner.get(name)).toBe(plain.get(name));
            expect(scanner.has(name)).toBe(plain.has(name));
          }
          expect(scanner.get('NotThere')).toBeUndefined();
          expect(scanner.stringToSign(method)).toBe(plain.stringToSign(method));
          expect(scanner.isSigned(method, key)).toBe(plain.isSigned(method, key));
          expect(scanner.isSigned(method, { secret: SECRET, signer: undefined })).toBe(
            plain.isSigned(method, key),
          );
          expect(scanner.isSigned(method, { secret: 'other', signer: undefined })).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
    expect(scanned).toBeGreaterThan(200);
  });

  it('knows each right signature of callers who take no turns, be they few or many', () => {
    const asked = fc.record({
      method: fc.constantFrom('POST', 'POST', 'GET'),
      policy: fc.constantFrom(undefined, `{"Version":"1"}${'x'.repeat(90)}`, 'y'.repeat(130)),
      session: fc.constantFrom('s1', `${'s'.repeat(63)}2`),
      nonce: fc.stringMatching(/^[0-9a-f]{1,32}$/),
      /** The secret may be another than the last one of that key. */
      secret: fc.constantFrom('of the key', 'of the key', 'another'),
      isRight: fc.boolean(),
    });
    const runs = fc
      .constantFrom(2, 40)
      .chain((callers) =>
        fc.array(fc.tuple(fc.nat(callers - 1), asked), { minLength: 4, maxLength: 80 }),
      );
    fc.assert(
      fc.property(runs, (calls) => {
        const scanner = new ParameterScanner();
        const signers = new Map<string, PrefixSigner>();
        for (const [caller, { method, policy, session, nonce, secret, isRight }] of calls) {
          const own = `${caller} ${secret}`;
          const signer = signers.get(own) ?? new PrefixSigner(`${own}&`);
          signers.set(own, signer);
          const pairs: Pairs = [
            ['AccessKeyId', `LTAI5t${caller}`],
            ...(policy === undefined ? [] : [['Policy', policy] as const]),
            ['RoleSessionName', session],
            ['SignatureNonce', nonce],
          ];
          const signature = signV1(isRight ? own : 'wrong', stringToSignV1(method, pairs));
          const signed: Pairs = [...pairs, ['Signature', signature]];
          expect(scanner.scan(method, `/?${encoded(signed, percentEncode)}`, Buffer.alloc(0))).toBe(
            true,
          );
          for (const [name, value] of signed) expect(scanner.get(name)).toBe(value);
          expect(scanner.isSigned(method, { secret: own, signer })).toBe(isRight);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('agrees on any bytes, or leaves them to the plain way', () => {
    const text = fc.stringMatching(/^[ -~]{0,80}$/);
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc
        .stringMatching(/^([a-c=&%+ 0-9A-F]|%[0-9A-Fa-f]{2}){0,40}$/)
        .map((ascii) => Buffer.from(ascii)),
    );
    const scanner = new ParameterScanner();
    fc.assert(
      fc.property(text, bytes, (query, body) => {
        const url = `/?${query}`;
        if (!scanner.scan('POST', url, body)) return;
        const plain = new PlainParameters(decodePairs(url, body));
        expect(scanner.stringToSign('POST')).toBe(plain.stringToSign('POST'));
        for (const [name, value] of plain.pairs) expect(scanner.get(name)).toBe(value);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('HMAC-SHA1', () => {
  it('agrees with node:crypto for any key, and messages that begin like the last one', () => {
    // Made of few kinds of blocks, so that a block comes back after another beginning.
    const messages = fc.array(
      fc.record({
        blocks: fc.array(fc.constantFrom(0, 1, 2), { maxLength: 40 }),
        tail: fc.uint8Array({ maxLength: 130 }),
      }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 150 }), messages, (key, list) => {
        const signer = new PrefixSigner(key);
        for (const { blocks, tail } of list) {
          const message = Buffer.concat([...blocks.map((kind) => Buffer.alloc(64, kind)), tail]);
          const digest = Buffer.alloc(20);
          writeDigest(signer.sign(message, message.length), digest, 0);
          expect(digest).toEqual(createHmac('sha1', key).update(message).digest());
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the nonce store', () => {
  it('refuses what came within the window, and has forgotten what came two windows ago', () => {
    const toleranceMs = 1_000;
    const windowMs = 2 * toleranceMs;
    const gapMsMax = 900;
    const use = fc.record({ nonce: fc.nat(30), gapMs: fc.nat(gapMsMax) });
    const uses = fc.array(use, { maxLength: 200 });
    fc.assert(
      fc.property(uses, (list) => {
        const store = new NonceStore(toleranceMs);
        const lastUse = new Map<number, number>();
        let nowMs = NOW_MS;
        for (const { nonce, gapMs } of list) {
          nowMs += gapMs;
          const ageMs = nowMs - (lastUse.get(nonce) ?? -Infinity);
          const fresh = store.use(`nonce-${nonce}`, nowMs);
          if (ageMs < windowMs) expect(fresh).toBe(false);
          // Generations change when the store is used, not by themselves.
          if (ageMs >= 2 * (windowMs + gapMsMax)) expect(fresh).toBe(true);
          if (fresh) lastUse.set(nonce, nowMs);
        }
      }),
    );
  });

  it('tells a hundred thousand nonces apart', () => {
    const store = new NonceStore(900_000);
    const count = 100_000;
    const nonces = Array.from({ length: count }, (_, i) => i.toString(16).padStart(32, '0'));
    expect(nonces.filter((nonce) => store.use(nonce, NOW_MS))).toHaveLength(count);
    expect(nonces.filter((nonce) => store.use(nonce, NOW_MS))).toHaveLength(0);
  });
});

describe('the wire door', () => {
  const core = new StsCore(landing());
  const header = fc.tuple(
    fc.constantFrom(
      'Content-Type',
      'Authorization',
      'Accept',
      'x-acs-date',
      'x-acs-action',
      'host',
    ),
    fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.constantFrom(
        'application/json',
        'application/x-www-form-urlencoded',
        `ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host;x-acs-date,Signature=${'0'.repeat(64)}`,
        'AssumeRole',
      ),
    ),
  );
  const odd = fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT', ''),
    url: fc.oneof(
      fc.string({ maxLength: 80 }),
      fc.string({ maxLength: 80 }).map((query) => `/?${query}`),
      fc.constant('/'),
    ),
    headers: fc.array(header, { maxLength: 6 }).map((pairs) => pairs.flat()),
    body: fc.oneof(
      fc.uint8Array({ maxLength: 120 }),
      fc.json().map((text) => Buffer.from(text)),
    ),
    nowMs: fc.constant(NOW_MS),
    secure: fc.boolean(),
  });
  /** Good requests with a few bytes exchanged: they get further in than odd ones. */
  const damaged = fc
    .tuple(
      fc.boolean(),
      fc.array(fc.tuple(fc.nat(), fc.stringMatching(/^[ -~]$/)), { maxLength: 3 }),
    )
    .map(([v3, edits]) => {
      const request = v3 ? askAcs3() : askV1();
      const url = edits.reduce((text, [place, character]) => {
        const at = place % text.length;
        return `${text.slice(0, at)}${character}${text.slice(at + 1)}`;
      }, request.url);
      return { ...request, url };
    });

  it('refuses what it cannot read, and never throws or fails', () => {
    fc.assert(
      fc.property(fc.oneof(odd, damaged), (request) => {
        const { status, body, contentType, record } = core.handle(request);
        expect(status).toBeLessThan(500);
        expect(record.outcome).toBe(status === 200 ? 'succeeded' : 'failed');
        if (contentType.startsWith('application/json')) {
          expect(JSON.parse(body).RequestId).toMatch(/^[-0-9A-F]{36}$/);
        } else expect(body).toMatch(/^<\?xml .*<Error>.*<\/Error>$/s);
      }),
      { numRuns: 3_000 },
    );
  });

  it('issues nothing for a signed request of which one character changed', () => {
    const change = fc.tuple(fc.nat(), fc.stringMatching(/^[A-Za-z0-9]$/));
    fc.assert(
      fc.property(change, ([place, character]) => {
        const request = askV1();
        const at = 2 + (place % (request.url.length - 2));
        if (request.url[at] === character) return;
        const url = `${request.url.slice(0, at)}${character}${request.url.slice(at + 1)}`;
        // %2b and %2B are one character.
        if (decodeURIComponentOrSame(url) === decodeURIComponentOrSame(request.url)) return;
        expect(core.handle({ ...request, url }).status).not.toBe(200);
      }),
      { numRuns: 1_000 },
    );
  });
});

function decodeURIComponentOrSame(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
