import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readAnswer } from '../../src/client/assume-role-answer.ts';
import { networkFailure } from '../../src/client/classify.ts';
import { CredentialError } from '../../src/client/failure.ts';
import { percentEncode } from '../../src/kernel/sts/wire.ts';

const secretArb = fc.string({
  unit: fc.constantFrom(...'ABCxyz019+/=%"\\&'),
  minLength: 8,
  maxLength: 60,
});

/** The ways in which an answer may quote what was sent. */
const quoteArb = fc.constantFrom(
  (text: string) => text,
  percentEncode,
  (text: string) => percentEncode(percentEncode(text)),
  (text: string) => JSON.stringify(text),
);

const messageArb = fc.tuple(
  fc.constantFrom(
    'Specified signature is not matched with our calculation. server string to sign is:',
    'Specified signature does not match our calculation. server StringToSign is [x] server CanonicalRequest is [',
    'The token is malformed: ',
    '',
  ),
  fc.string(),
);

it('no failure tells a secret or a token, however STS quotes it', () => {
  fc.assert(
    fc.property(
      secretArb,
      secretArb,
      messageArb,
      quoteArb,
      fc.constantFrom('SignatureDoesNotMatch', 'InvalidSecurityToken.Malformed', 'New', ''),
      fc.constantFrom(200, 302, 400, 403, 429, 500),
      (accessKeySecret, securityToken, [lead, tail], quote, code, status) => {
        const source = { accessKeyId: 'LTAI', accessKeySecret, securityToken };
        const quoted = `${lead}${quote(securityToken)} ${quote(accessKeySecret)}${tail}`;
        const bodies = [
          JSON.stringify({ Code: code, Message: quoted, RequestId: quote(securityToken) }),
          JSON.stringify({ Code: quoted, Message: 'x' }),
          quoted,
        ];
        for (const body of bodies) {
          const outcome = readAnswer({ status, body }, source);
          if (outcome.kind === 'issued') throw new Error('nothing was issued');
          const text = `${JSON.stringify(outcome.failure)}\n${new CredentialError(outcome.failure).message}`;
          for (const secret of [accessKeySecret, securityToken]) {
            expect(text).not.toContain(secret);
            expect(text).not.toContain(JSON.stringify(secret).slice(1, -1));
            expect(text).not.toContain(percentEncode(secret));
          }
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

it('no failure tells what a network error’s text quotes', () => {
  fc.assert(
    fc.property(
      secretArb,
      fc.constantFrom('ECONNRESET', 'UND_ERR_SOCKET', 'CERT_HAS_EXPIRED', 'X', undefined),
      (secret, code) => {
        const error = Object.assign(new Error(`sent ${secret}`), { code });
        expect(JSON.stringify(networkFailure(error))).not.toContain(secret);
      },
    ),
  );
});
