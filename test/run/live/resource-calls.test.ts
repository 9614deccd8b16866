/** As many calls at once as the process serves requests at once; the others in order. */
import { expect, test } from 'vitest';
import { nextTurn } from '../../../src/kernel/real-clock.ts';
import { ResourceCalls } from '../../../src/run/live/resource-calls.ts';

const ACTION = { product: 'oss', action: 'GetObject' };
const credentialOf = (number: number) => ({
  accessKeyId: `STS.${number}`,
  accessKeySecret: 'a secret',
});

function setUp(concurrency: number) {
  const answers: ((refusal?: string) => void)[] = [];
  const sent: string[] = [];
  const client = {
    call: (_: unknown, { accessKeyId }: { accessKeyId: string }) => {
      sent.push(accessKeyId);
      return new Promise<string | undefined>((resolve) => answers.push(resolve));
    },
  };
  const calls = new ResourceCalls(client, { action: ACTION, concurrency });
  const called: string[] = [];
  const make = (number: number) =>
    calls.make({
      credential: credentialOf(number),
      onCalled: (refusal) => called.push(`${number} ${refusal ?? 'OK'}`),
    });
  return { make, answers, sent, called };
}

const turn = () => new Promise<void>((resolve) => nextTurn(resolve));

test('calls beyond the limit are sent in order as others are answered, each with its credential', async () => {
  const { make, answers, sent, called } = setUp(2);
  for (const number of [1, 2, 3, 4]) make(number);
  expect(sent).toEqual(['STS.1', 'STS.2']);
  answers[1]!();
  await turn();
  expect(sent).toEqual(['STS.1', 'STS.2', 'STS.3']);
  answers[0]!('AccessDenied');
  await turn();
  expect(sent).toEqual(['STS.1', 'STS.2', 'STS.3', 'STS.4']);
  answers[2]!();
  answers[3]!();
  await turn();
  expect(called).toEqual(['2 OK', '1 AccessDenied', '3 OK', '4 OK']);
});

test('a place that was free stays so', async () => {
  const { make, answers, sent } = setUp(1);
  make(1);
  answers[0]!();
  await turn();
  make(2);
  expect(sent).toEqual(['STS.1', 'STS.2']);
});
