import { expect, test } from 'vitest';
import { codeOf } from '../../../src/run/subjects/error-code.ts';

test.each([
  ['its own code', Object.assign(new Error('x'), { code: 'Throttling.User' }), 'Throttling.User'],
  [
    'the code in the answer that the official SDK quotes',
    new Error(
      'refresh session token failed: {"RequestId":"1","Code":"Throttling.User","Message":"m"}',
    ),
    'Throttling.User',
  ],
  ['its name', new TypeError('x'), 'TypeError'],
  ['nothing it could leak', { code: 'a secret with blanks', message: 'also secret' }, 'Unknown'],
  ['nothing at all', undefined, 'Unknown'],
])('an error is known by %s', (_, error, code) => {
  expect(codeOf(error)).toBe(code);
});
