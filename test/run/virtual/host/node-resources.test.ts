import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns';
import { readFile, readFileSync } from 'node:fs';
import { opendir, readFile as readFilePromised } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { NodeResources } from '../../../../src/run/virtual/host/node-resources.ts';

const file = fileURLToPath(import.meta.url);

/** Whether Node made anything of its own while `work` began. */
async function isNoticed(work: () => unknown): Promise<boolean> {
  const resources = new NodeResources();
  resources.hasNew();
  let ended: unknown;
  try {
    ended = work();
    return resources.hasNew();
  } finally {
    await ended;
  }
}

describe('is noticed at once', () => {
  const called = (begin: (done: () => void) => void) => () => new Promise<void>(begin);
  test.each<[string, () => unknown]>([
    ['a file that is read', called((done) => readFile(file, () => done()))],
    ['the same by a promise', () => readFilePromised(file)],
    ['a directory that is opened', async () => (await opendir('.')).close()],
    ['a look-up of a name', called((done) => lookup('localhost', () => done()))],
    ['random bytes from the thread pool', called((done) => randomBytes(8, () => done()))],
    ['a hash of web cryptography', () => crypto.subtle.digest('SHA-256', new Uint8Array(9))],
    ['an immediate', called((done) => setImmediate(done))],
    ['a tick', called((done) => process.nextTick(done))],
    ['a channel', () => new MessageChannel().port1.close()],
  ])('%s', async (_, work) => {
    expect(await isNoticed(work)).toBe(true);
  });
});

test.each<[string, () => unknown]>([
  ['nothing', () => {}],
  ['promises', async () => await Promise.all([1, Promise.resolve(2)])],
  ['what ends at once', () => readFileSync(file)],
])('%s is made of nothing of Node’s', async (_, work) => {
  expect(await isNoticed(work)).toBe(false);
});
