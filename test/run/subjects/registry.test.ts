import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { HarnessError } from '../../../src/kernel/errors.ts';
import { SUBJECT_NAMES, subjectNamed } from '../../../src/run/subjects/registry.ts';

const client = (name: string) =>
  `module:${fileURLToPath(new URL(`../../fixtures/clients/${name}`, import.meta.url))}`;

test.each(SUBJECT_NAMES.filter((name) => !name.includes('<')))(
  '%s is known by its name',
  async (name) => {
    expect((await subjectNamed(name)).name).toBe(name);
  },
);

test.each(['client.mjs', 'client.cjs', 'client.ts'])('a module may be %s', async (file) => {
  const subject = await subjectNamed(client(file));
  expect(subject.fastForward).toEqual({ mode: 'hops', leadMs: 60_000 });
  const made = await subject.createClient({ accessKeyId: 'LTAI5tFixture' } as never);
  expect(await made.getCredentials()).toMatchObject({ accessKeyId: 'LTAI5tFixture' });
});

test('a module that declares nothing is not fast-forwarded, and the reason names it', async () => {
  const { fastForward } = await subjectNamed(client('undeclared.mjs'));
  expect(fastForward).toMatchObject({
    mode: 'refused',
    reason: expect.stringContaining('undeclared.mjs'),
  });
});

test.each([
  ['nobody', 'Allowed: reference, alibaba-sdk'],
  [
    'preset:alicloud-java',
    'A preset is a model: `sts-harness simulate` has them. Allowed: reference',
  ],
  ['hosted:reference', 'A hosted client runs in virtual time: `sts-harness simulate` has them.'],
  ['preset:nobody', 'A preset is a model: `sts-harness simulate` has them. Allowed: reference'],
  ['module:./does-not-exist.mjs', 'does not exist'],
  [client('no-default.mjs'), 'no default export'],
  [client('throws.mjs'), 'cannot be loaded: RangeError: a bug at load'],
  [client('bad-lead.mjs'), 'leadMs'],
  ['constructor', 'Allowed'],
])('%s is refused before any load, with what is allowed', async (name, text) => {
  const error = await subjectNamed(name).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(HarnessError);
  const { exitCode, message, hint } = error as HarnessError;
  expect(exitCode).toBe(2);
  expect(`${message} ${hint}`).toContain(text);
});
