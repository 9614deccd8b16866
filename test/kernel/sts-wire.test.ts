import fc from 'fast-check';
import { expect, test } from 'vitest';
import { percentEncode } from '../../src/kernel/sts/wire.ts';

/** Halves of surrogate pairs are among its characters. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
);

/** Byte by byte, as RFC 3986 says it; Buffer replaces half a surrogate pair. */
function byBytes(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      const hex = byte.toString(16).toUpperCase().padStart(2, '0');
      return /[A-Za-z0-9\-_.~]/.test(char) ? char : `%${hex}`;
    })
    .join('');
}

test('percent-encoding is that of the UTF-8 bytes, whatever the text', () => {
  fc.assert(
    fc.property(anyText, (each) => {
      expect(percentEncode(each)).toBe(byBytes(each));
    }),
  );
});

test('a pair of surrogates is kept, and half of one is replaced', () => {
  expect(percentEncode('\u{1F680}')).toBe('%F0%9F%9A%80');
  expect(percentEncode('a\uD83Db\uDE80')).toBe('a%EF%BF%BDb%EF%BF%BD');
});
