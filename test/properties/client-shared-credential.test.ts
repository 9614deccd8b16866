import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SharedCredential } from '../../src/client/shared-credential.ts';
import { HarnessError } from '../../src/kernel/errors.ts';

const textArb = fc.string({ unit: 'grapheme', maxLength: 60 });
const tokenArb = fc.oneof(
  fc.base64String({ maxLength: 8_192 }),
  fc
    .string({ unit: 'grapheme', maxLength: 2_000 })
    .filter((text) => Buffer.byteLength(text) <= 8_192),
);
const credentialArb = fc.record({
  accessKeyId: textArb.filter((text) => Buffer.byteLength(text) <= 256),
  accessKeySecret: textArb.filter((text) => Buffer.byteLength(text) <= 256),
  securityToken: tokenArb,
  expiresAtMs: fc.double({ min: 1, max: 1e15, noNaN: true }),
});

it('every credential comes out as it went in, in the order of publishing', () => {
  fc.assert(
    fc.property(fc.array(credentialArb, { minLength: 1, maxLength: 5 }), (credentials) => {
      const writer = new SharedCredential();
      const reader = new SharedCredential(writer.buffer);
      expect(reader.read(0)).toBeUndefined();
      for (const credential of credentials) {
        writer.publish(credential);
        expect(reader.read(0)).toEqual(credential);
        expect(reader.read(0)).toBe(reader.read(0));
        expect(reader.read(credential.expiresAtMs)).toBeUndefined();
      }
    }),
  );
});

it('what does not fit is refused, the lengths told, and the one before stays', () => {
  fc.assert(
    fc.property(credentialArb, fc.integer({ min: 8_193, max: 20_000 }), (credential, length) => {
      const shared = new SharedCredential();
      shared.publish(credential);
      const publish = () => shared.publish({ ...credential, securityToken: 'x'.repeat(length) });
      expect(publish).toThrow(HarnessError);
      expect(publish).toThrow(`SecurityToken has ${length} bytes`);
      expect(new SharedCredential(shared.buffer).read(0)).toEqual(credential);
    }),
  );
});
