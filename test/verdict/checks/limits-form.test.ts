import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { limitsOfFile, limitsOfFlags } from '../../../src/verdict/checks/limits-form.ts';
import { temporaryFolder } from '../../temporary.ts';

const ALL = {
  spareMs: 120_000,
  recoverWithinMs: 30_000,
  answerWithinMs: 500,
  callsPerMinuteMax: 20,
  herdShareMax: 0.05,
  stampedeShareMax: 0.4,
};

async function ofFile(text: string) {
  const file = join(temporaryFolder(), 'limits.yaml');
  await writeFile(file, text);
  return limitsOfFile(file);
}

test('flags and a file say the same in the same words', async () => {
  const written = [
    ['spare', '2m'],
    ['recover-within', '30s'],
    ['answer-within', '500ms'],
    ['calls-per-minute', '20'],
    ['herd-share', '5%'],
    ['stampede-share', '0.4'],
  ];
  expect(limitsOfFlags(written.map((pair) => pair.join('=')))).toEqual(ALL);
  expect(await ofFile(written.map((pair) => pair.join(': ')).join('\n'))).toEqual(ALL);
});

describe('a flag that is wrong is refused', () => {
  test.each([
    ['spar=1m', 'did you mean spare?'],
    ['spare', '<limit>=<value>'],
    ['spare=60', 'a duration such as'],
    ['herd-share=200%', 'at most 100%'],
    ['calls-per-minute=many', 'a number such as'],
  ])('%s', (text, allowed) => {
    const found = `"${text}"`;
    expect(() => limitsOfFlags([text])).toThrow(
      expect.objectContaining({
        code: 'FLAG_INVALID',
        problems: [{ file: '--limit', path: '', found, allowed: expect.stringContaining(allowed) }],
      }),
    );
  });
});

test('every problem of a file comes at once: line, path, what was found, what is allowed', async () => {
  const text = '# ours\nspar: 1m\nherd-share: 200%\nspare: 60\nanswer-within: [1s]\n';
  await expect(ofFile(text)).rejects.toMatchObject({
    code: 'LIMITS_INVALID',
    exitCode: 2,
    problems: [
      { line: 2, path: 'spar', found: 'key "spar"', allowed: /did you mean spare\?/ },
      { line: 3, path: 'herd-share', found: '"200%"', allowed: /at most 100%/ },
      { line: 4, path: 'spare', found: '60', allowed: /a duration/ },
      { line: 5, path: 'answer-within', found: '["1s"]' },
    ].map(({ allowed, ...rest }) =>
      allowed === undefined ? rest : { ...rest, allowed: expect.stringMatching(allowed) },
    ),
  });
});

describe('a file that holds no limits is refused', () => {
  test.each([
    ['- spare: 1m', 'a mapping of limits'],
    ['spare: 1m\nspare: 2m', 'every key once'],
    ['spare: [', 'YAML 1.2'],
    ['# nothing yet', 'a mapping of limits'],
  ])('%j', async (text, allowed) => {
    await expect(ofFile(text)).rejects.toMatchObject({
      problems: [
        { file: expect.stringMatching(/limits\.yaml$/), allowed: expect.stringContaining(allowed) },
      ],
    });
  });

  test('one that is not there', async () => {
    await expect(limitsOfFile(join(temporaryFolder(), 'none.yaml'))).rejects.toMatchObject({
      problems: [{ file: '--limits', found: expect.stringMatching(/none\.yaml \(ENOENT\)$/) }],
    });
  });
});
