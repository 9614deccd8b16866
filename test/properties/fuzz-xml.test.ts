/** Whatever a value holds, a strict XML parser reads what was written; 8,000 answers of STS and OSS. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DataPlane } from '../../mock-sts/core/data-plane/data-plane.ts';
import { RamSecrets } from '../../mock-sts/core/ram-secrets.ts';
import { describedBody, errorBody } from '../../mock-sts/core/wire/answer.ts';
import { landing, NOW_MS } from '../mock-sts/landing.ts';
import { parsedXml } from './markup.ts';

const ODD = ['<', '>', '&', '"', ']', '\r', '\n', '\t', '\u0000', '\u0008', '\ufffe', '\ud800'];
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ maxLength: 30 }),
  fc.string({ unit: fc.constantFrom(...ODD), maxLength: 12 }),
);

/** What XML cannot hold, however it is escaped, is replaced. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
const inXml = (value: string) => value.replace(FORBIDDEN, '\ufffd');

it('an error of STS comes through', () => {
  fc.assert(
    fc.property(text, text, text, (code, message, hostId) => {
      const context = { requestId: 'id', hostId, action: 'AssumeRole', caller: undefined };
      const known = { code: Buffer.from(code).toString(), message, status: 400 };
      expect(parsedXml(errorBody('XML', known, context, undefined))).toMatchObject({
        Error: { Code: inXml(known.code), Message: inXml(message), HostId: inXml(hostId) },
      });
    }),
    { numRuns: 3_000 },
  );
});

it('a description of a caller comes through', () => {
  fc.assert(
    fc.property(text, text, (AccountId, Arn) => {
      const caller = { AccountId, Arn, IdentityType: 'RAMUser', PrincipalId: 'p', UserId: 'u' };
      const described = { kind: 'described', caller } as unknown as Parameters<
        typeof describedBody
      >[2];
      expect(parsedXml(describedBody('XML', 'id', described))).toMatchObject({
        GetCallerIdentityResponse: { AccountId: inXml(AccountId), Arn: inXml(Arn) },
      });
    }),
    { numRuns: 2_000 },
  );
});

it('an error of OSS comes through, whatever host it is asked at', () => {
  const config = landing();
  const services = new DataPlane(config, new RamSecrets(config));
  fc.assert(
    fc.property(text, fc.webPath(), (host, path) => {
      const { body } = services.handle({
        ...{ method: 'GET', url: `/bucket${path}`, headers: ['Host', host] },
        ...{ body: new Uint8Array(), nowMs: NOW_MS, secure: false },
      });
      expect(parsedXml(String(body))).toMatchObject({ Error: { HostId: inXml(host) } });
    }),
    { numRuns: 3_000 },
  );
});
