/**
 * Requests that are nearly right: a good text and a few edits of it. They get further in than random
 * bytes do. An edit is numbers and a text, so that fast-check can make a counterexample smaller.
 */
import fc from 'fast-check';

/** What has broken parsers before. */
const NASTY = [
  ...[
    '',
    '%',
    '%0',
    '%00',
    '%FF',
    '%u0041',
    '+',
    '&',
    '=',
    ';',
    ',',
    ':',
    '/',
    '?',
    '#',
    '*',
    '..',
  ],
  ...['\u0000', '\u0001', '\t', '\r', '\n', '\r\n\r\n', '\u007f', '\u0080', 'é', '\ud800', '😀'],
  ...['"', "'", '\\', '{', '}', '[', ']', '<', '>', ']]>', '<!--', '&amp;', '&#0;', '__proto__'],
  ...['null', 'true', '0', '-1', '1e999', '9'.repeat(25), 'NaN', 'constructor', 'a'.repeat(3_000)],
  ...[
    'Action',
    'Signature',
    'SecurityToken=',
    'acs:ram::',
    'ACS3-HMAC-SHA256',
    'OSS ',
    'STS.',
    'CAIS',
  ],
];

export interface Edit {
  readonly kind: 'replace' | 'insert' | 'delete' | 'repeat' | 'cut' | 'move';
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('replace', 'insert', 'delete', 'repeat', 'cut', 'move'),
  at: fc.nat(4_000),
  length: fc.integer({ min: 1, max: 30 }),
  text: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
    { weight: 2, arbitrary: fc.stringMatching(/^[ -~]$/) },
    { weight: 1, arbitrary: fc.string({ maxLength: 6, unit: 'binary' }) },
  ),
});

/** Of one text; none at all now and then. */
export const edits = fc.array(edit, { maxLength: 3 });

export function edited(text: string, list: readonly Edit[]): string {
  return list.reduce(once, text);
}

function once(before: string, { kind, at: place, length, text }: Edit): string {
  const at = place % (before.length + 1);
  const head = before.slice(0, at);
  const tail = before.slice(at);
  switch (kind) {
    case 'replace':
      return head + text + tail.slice(length);
    case 'insert':
      return head + text + tail;
    case 'delete':
      return head + tail.slice(length);
    case 'repeat':
      return head + tail.slice(0, length).repeat(3) + tail;
    case 'cut':
      return head;
    case 'move':
      return tail + head;
  }
}
