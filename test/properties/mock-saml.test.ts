/**
 * AssumeRoleWithSAML: whatever is done to a signed response, STS reads what was signed or nothing. The
 * attacks by name (wrapping in all its places, comments, entities, other readings of an ID) are here
 * beside those that chance finds.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StsCore } from '../../mock-sts/core/service.ts';
import {
  askSaml,
  assertionParts,
  base64,
  inResponse,
  responseXml,
  SSO_ROLE_ARN,
  showing,
  ssoLanding,
  subjectXml,
} from '../mock-sts/saml-responses.ts';

const core = new StsCore(ssoLanding());
const INVALID = 'AuthenticationFail.SAMLAssertion.Invalid';
const codeOf = (xml: string) => core.handle(showing(xml)).record.code;

/** What an answer tells of the assertion; the code where there is none. */
function readIn(xml: string): unknown {
  const { body, record } = core.handle(showing(xml));
  if (record.code !== 'OK') return record.code;
  const { AssumedRoleUser, SAMLAssertionInfo } = JSON.parse(body);
  return { ...AssumedRoleUser, ...SAMLAssertionInfo };
}

const good = responseXml();
const GOOD_READING = readIn(good);
const { head, signature, tail } = assertionParts();
const signed = `${head}${signature}${tail}`;
/** What the attacker would like to be. */
const forged = (withSignature = '') =>
  `${head.replace('_a1', '_evil')}${withSignature}${tail.replace('alice@', 'admin@')}`;

describe('an altered response', () => {
  it('is read as it was signed, or not at all: one byte', () => {
    const bytes = Buffer.from(good);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const altered = Buffer.from(bytes);
        altered[at]! ^= by;
        const { record, body } = core.handle(
          askSaml({ SAMLAssertion: altered.toString('base64') }),
        );
        if (record.code !== 'OK') return;
        const { AssumedRoleUser, SAMLAssertionInfo } = JSON.parse(body);
        expect({ ...AssumedRoleUser, ...SAMLAssertionInfo }).toEqual(GOOD_READING);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is refused where a byte of what was signed says something else', () => {
    const from = good.indexOf('<saml:Subject>');
    const to = good.indexOf('</saml:Assertion>');
    fc.assert(
      fc.property(
        fc.integer({ min: from, max: to - 1 }),
        fc.constantFrom(...'abcXYZ019 -_/<>&"\n'),
        (at, letter) => {
          fc.pre(good[at] !== letter);
          const reading = readIn(`${good.slice(0, at)}${letter}${good.slice(at + 1)}`);
          // Blanks within a tag are not content: their canonical form is the same.
          if (reading !== INVALID) expect(reading).toEqual(GOOD_READING);
          if (/[a-zA-Z0-9]/.test(letter)) expect(reading).toBe(INVALID);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('is read as it was signed, or not at all: pieces moved, doubled, left out', () => {
    const pieces = good.split(/(?=<)/);
    const piece = fc.nat(pieces.length - 1);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('move', 'double', 'drop'), piece, piece), {
          minLength: 1,
          maxLength: 4,
        }),
        (changes) => {
          const altered = [...pieces];
          for (const [what, from, to] of changes) {
            const taken = altered[from] ?? '';
            if (what !== 'double') altered.splice(from, 1);
            if (what !== 'drop') altered.splice(to, 0, taken);
          }
          const reading = readIn(altered.join(''));
          if (typeof reading !== 'string') expect(reading).toEqual(GOOD_READING);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('may be any bytes or any XML: what is none is refused, and never by a failure', () => {
    const name = fc.constantFrom('a', 'saml:Assertion', 'samlp:Response', 'ds:Signature', 'x:y');
    const { xml } = fc.letrec<{ xml: string }>((tie) => ({
      xml: fc.oneof(
        { depthSize: 'small' },
        fc.string({ unit: 'binary', maxLength: 10 }),
        fc.constantFrom('&amp;', '&x;', '<!--', '-->', '<![CDATA[', ']]>', '<?x?>', '\u0000'),
        fc
          .tuple(name, fc.array(tie('xml'), { maxLength: 4 }))
          .map(([tag, inner]) => `<${tag}>${inner.join('')}</${tag}>`),
      ),
    }));
    fc.assert(
      fc.property(
        fc.oneof(
          xml,
          xml.map((content) => inResponse(content)),
        ),
        (text) => {
          fc.pre(text !== '');
          expect(codeOf(text)).toBe(INVALID);
        },
      ),
      { numRuns: 1_000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 4 }), (SAMLAssertion) => {
        const { status, record } = core.handle(askSaml({ SAMLAssertion }));
        expect(record.code).toMatch(/SAMLAssertion/);
        expect(status).toBeLessThan(500);
      }),
    );
  });
});

describe('wrapping', () => {
  const object = (content: string) =>
    signature.replace('</ds:Signature>', `<ds:Object>${content}</ds:Object></ds:Signature>`);
  const bare = `${head}${tail}`;

  it.each<[string, string]>([
    ['forged before signed', inResponse(forged() + signed)],
    ['forged after signed', inResponse(signed + forged())],
    ['signed within forged', inResponse(forged(signed))],
    ['signed within the forged one’s signature', inResponse(forged(object(bare)))],
    [
      'signed in extensions',
      inResponse(`<samlp:Extensions>${signed}</samlp:Extensions>${forged()}`),
    ],
    ['forged with the signature of the other', inResponse(forged(signature) + bare)],
    ['forged with the signature, the other elsewhere', inResponse(forged(signature), '') + bare],
    ['two with one ID', inResponse(forged(signature).replace('_evil', '_a1') + bare)],
    [
      'another element with the ID in lower case',
      inResponse(`<x id="_a1"></x>${forged(signature).replace('ID="_evil"', 'ID="_a1"')}`),
    ],
    ['a response within the response', inResponse(inResponse(signed) + forged())],
    ['an assertion of another namespace', inResponse(`<Assertion ID="_b"/>${signed}`)],
    ['two signatures', inResponse(`${head}${signature}${signature}${tail}`)],
    ['an object in the signature', inResponse(`${head}${object('x')}${tail}`)],
    [
      'two references',
      good.replace(/<ds:Reference .*<\/ds:Reference>/, (reference) => reference.repeat(2)),
    ],
    [
      'another SignedInfo beside the signed one',
      good.replace(/<ds:SignedInfo .*<\/ds:SignedInfo>/, (info) => info.repeat(2)),
    ],
    ['the signature of the response alone', inResponse(`${signature}${bare}`)],
  ])('is refused: %s', (_, xml) => {
    expect(codeOf(xml)).toBe(INVALID);
  });

  it('gains nothing by a forged element in any place', () => {
    const places = [...good.matchAll(/>/g)].map(({ index }) => index + 1).slice(0, -1);
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.constantFrom(forged(), signed), (at, extra) => {
        expect(codeOf(`${good.slice(0, at)}${extra}${good.slice(at)}`)).toBe(INVALID);
      }),
    );
  });

  it('gains nothing by comments: a text is read whole, as it was signed', () => {
    const commented = good.replace('alice@example.com', 'alice@<!-- -->example.com');
    expect(readIn(commented)).toEqual(GOOD_READING);
    const name = 'admin@example.com.evil.example';
    const longer = responseXml({ subject: subjectXml({ name }) });
    const cut = longer.replace('.evil', '<!-- -->.evil');
    expect(readIn(cut)).toMatchObject({ Subject: name });
  });

  it('gains nothing by a text in pieces of CDATA', () => {
    const inPieces = good.replace('alice@example.com', 'alice@<![CDATA[example.com]]>');
    expect([INVALID, GOOD_READING]).toContainEqual(readIn(inPieces));
  });
});

describe('entities', () => {
  const bomb = `<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">${Array.from(
    { length: 20 },
    (_, i) => `<!ENTITY a${i} "${`&a${i === 0 ? '' : i - 1};`.repeat(10)}">`,
  ).join('')}]>`;

  it.each<[string, string]>([
    ['a bomb', `${bomb}${good.replace('alice@example.com', '&a19;')}`],
    ['a document type alone', `<!DOCTYPE r>${good}`],
    ['in lower case', `<!doctype r [<!entity x "y">]>${good}`],
    [
      'a file',
      `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>${good.replace('alice', '&x;')}`,
    ],
    ['one that is nowhere declared', good.replace('alice', '&nbsp;')],
  ])('are refused: %s', (_, xml) => {
    expect(codeOf(xml)).toBe(INVALID);
  });

  it.each<[string, string]>([
    ['500 elements', '<x/>'.repeat(1_001)],
    ['500 attributes', `<x ${Array.from({ length: 501 }, (_, i) => `a${i}=""`).join(' ')}/>`],
  ])('and so are more than %s', (_, content) => {
    expect(codeOf(inResponse(content + signed))).toBe(INVALID);
  });

  it('nor does depth break it', () => {
    const depth = 490;
    const deep = `${'<x>'.repeat(depth)}${'</x>'.repeat(depth)}`;
    expect(codeOf(inResponse(deep + signed))).toBe(INVALID);
    expect(codeOf(inResponse(deep.slice(0, 3 * 200) + '</x>'.repeat(200) + signed))).toBe('OK');
  });
});

it('a base64 text has one form: its last character cannot be changed', () => {
  const text = base64(`${good}  `.slice(0, good.length + ((4 - (good.length % 3)) % 3)));
  for (const last of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=') {
    const altered = text.replace(/[^=](=*)$/, `${last}$1`);
    const { record } = core.handle(askSaml({ SAMLAssertion: altered, RoleArn: SSO_ROLE_ARN }));
    expect(record.code).toBe(altered === text ? 'OK' : INVALID);
  }
});
