import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { confirm, isTerminal } from '../../src/cli/confirm.ts';

const NEVER = new AbortController().signal;

function terminal() {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = Object.assign(new PassThrough(), { isTTY: true });
  return { input, output };
}

describe('a question', () => {
  test.each([
    ['y', true],
    ['Y', true],
    [' yes ', true],
    ['', false],
    ['n', false],
    ['yep', false],
    ['sure', false],
  ])('answered with "%s": %s', async (answer, expected) => {
    const stream = terminal();
    const answered = confirm('Send?', stream, NEVER);
    stream.input.write(`${answer}\n`);
    expect(await answered).toBe(expected);
    expect(String(stream.output.read())).toContain('Send? [y/N]');
  });

  test('not answered before the input ends is a no', async () => {
    const stream = terminal();
    const answered = confirm('Send?', stream, NEVER);
    stream.input.end();
    expect(await answered).toBe(false);
  });

  test('interrupted is a no', async () => {
    const stop = new AbortController();
    const answered = confirm('Send?', terminal(), stop.signal);
    stop.abort();
    expect(await answered).toBe(false);
  });
});

test('a terminal has both ends', () => {
  const { input, output } = terminal();
  expect(isTerminal({ input, output })).toBe(true);
  expect(isTerminal({ input: new PassThrough(), output })).toBe(false);
  expect(isTerminal({ input, output: new PassThrough() })).toBe(false);
});
