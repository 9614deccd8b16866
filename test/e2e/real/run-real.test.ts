import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PosingSts, posingSts, sessionCalls, slidingPeak } from './posing-sts.ts';

let sts: PosingSts;
beforeAll(async () => {
  sts = await posingSts();
});
afterAll(() => sts.close());

test('makes the predicted calls', async () => {
  const ended = await sts.run('real/steady.yaml', ['--budget', '20', '--yes']);
  console.log(ended.stderr, ended.stdout, ended.code);
  console.log(sts.calls.map((c) => [c.action, c.code, c.roleArn, c.caller]));
  expect(sessionCalls(sts.calls)).toHaveLength(10);
  console.log(slidingPeak(sts.calls));
});
