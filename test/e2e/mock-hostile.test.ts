/**
 * The mock on real sockets among hostile and broken clients: bytes that are nearly HTTP, and
 * connections that hang or dribble. Whatever they do, the requests of a good client beside them are
 * all answered; nothing here measures how fast.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type MockSts, startMockSts } from '../../mock-sts/server/start.ts';
import { realClock } from '../../src/kernel/real-clock.ts';
import { askV1, landing } from '../mock-sts/landing.ts';
import { edited, edits } from '../properties/mutations.ts';

const sockets = new Set<Socket>();
let open: MockSts | undefined;
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await open?.close();
  open = undefined;
});

async function start(): Promise<MockSts> {
  const clock = realClock();
  open = await startMockSts({ config: landing(), clock, metadataPort: 0, resourcePort: 0 });
  return open;
}

async function opened(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  sockets.add(socket);
  socket.on('error', () => {});
  socket.on('close', () => sockets.delete(socket));
  await once(socket, 'connect');
  return socket;
}

/** A good request to STS as bytes of one character each. */
function goodRequest(...extra: string[]): string {
  const { method, url, headers, body } = askV1({ nowMs: realClock().nowMs() });
  const lines = [`${method} ${url} HTTP/1.1`, ...extra];
  for (let i = 0; i < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`);
  if (!extra.some((line) => line.startsWith('Transfer-Encoding'))) {
    lines.push(`Content-Length: ${body.length}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n${Buffer.from(body).toString('latin1')}`;
}

/** A request of a good client, over a connection of its own. */
async function expectGoodAnswer(mock: MockSts): Promise<void> {
  const { url, headers, body } = askV1({ nowMs: realClock().nowMs() });
  const answer = await fetch(`${mock.httpUrl}${url}`, {
    method: 'POST',
    headers: { [headers[2]!]: headers[3]!, connection: 'close' },
    body: Buffer.from(body),
  });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    Credentials: { AccessKeyId: expect.stringMatching(/^STS\./) },
  });
}

/** What comes back for bytes, sent in these pieces and then ended. */
async function answersTo(url: string, pieces: readonly string[]): Promise<string> {
  const socket = await opened(url);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  const closed = once(socket, 'close');
  for (const piece of pieces) {
    socket.write(Buffer.from(piece, 'latin1'));
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.end();
  await closed;
  return text;
}

function inPieces(text: string, cuts: readonly number[]): string[] {
  const at = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  return at.slice(1).map((end, i) => text.slice(at[i], end));
}

describe('bytes that are nearly a request', () => {
  const FRAMES: readonly (() => string)[] = [
    () => goodRequest(),
    () => goodRequest() + goodRequest() + goodRequest('Connection: close'),
    () => goodRequest('Transfer-Encoding: chunked'),
    () => goodRequest('Transfer-Encoding: chunked').replace('\r\n\r\n', '\r\n\r\n5\r\nRoleA\r\n'),
    () => goodRequest('Expect: 100-continue'),
    () => goodRequest(`X-Long: ${'a'.repeat(70_000)}`),
    () => goodRequest('Content-Length: 3', 'Host: another'),
    () => `GET /_mock/journal?limit=3 HTTP/1.1\r\nHost: x\r\n\r\n${goodRequest()}`,
    () => 'PUT /latest/api/token HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\nabc',
    () => 'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n',
  ];
  const sent = fc.record({
    frame: fc.nat(FRAMES.length - 1),
    edits,
    cuts: fc.array(fc.nat(4_000), { maxLength: 3 }),
    place: fc.constantFrom('httpUrl', 'metadataUrl', 'resourceUrl'),
  });

  it('get answers of HTTP or none, no 5xx, and the next good one is served', async () => {
    const mock = await start();
    let done = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(sent, { minLength: 20, maxLength: 20 }), async (requests) => {
        const texts = await Promise.all(
          requests.map(({ frame, edits: list, cuts, place }) =>
            answersTo(mock[place as 'httpUrl'], inPieces(edited(FRAMES[frame]!(), list), cuts)),
          ),
        );
        for (const text of texts) {
          if (text !== '') expect(text).toMatch(/^HTTP\/1\.1 [1234]\d\d /);
          expect(text).not.toMatch(/^HTTP\/1\.1 5\d\d /m);
        }
        done += requests.length;
        await expectGoodAnswer(mock);
      }),
      { numRuns: 150 },
    );
    expect(done).toBeGreaterThanOrEqual(3_000);
  });
});

describe('a request of many headers', () => {
  /** As Node counts: the URL, and names and values of the headers. */
  const headOf = (bytes: number) => {
    const [names, values] = ['Host Connection X-Long', 'mock close'].map(
      (words) => words.replaceAll(' ', '').length,
    );
    const long = 'a'.repeat(bytes - '/'.length - names! - values!);
    return `GET / HTTP/1.1\r\nHost: mock\r\nConnection: close\r\nX-Long: ${long}\r\n\r\n`;
  };

  it.each(['httpUrl', 'metadataUrl', 'resourceUrl'] as const)(
    'is heard below 64 KB, and refused from there, at %s',
    async (place) => {
      const mock = await start();
      const status = async (bytes: number) =>
        Number((await answersTo(mock[place], [headOf(bytes)])).slice(9, 12));
      expect(await status(65_535)).toBeOneOf([400, 404]);
      expect(await status(65_536)).toBe(431);
    },
  );
});

describe('a thousand idle connections and two hundred slow ones', () => {
  const IDLE = 1_000;
  const SLOW = 200;

  it('do not keep a good client from its answers', async () => {
    const mock = await start();
    const [to, idle] = [[mock.httpUrl, mock.metadataUrl, mock.resourceUrl], [] as Socket[]];
    for (let i = 0; i < IDLE; i += 50) {
      idle.push(...(await Promise.all(Array.from({ length: 50 }, () => opened(mock.httpUrl)))));
    }
    const slow = await Promise.all(
      Array.from({ length: SLOW }, (_, i) => opened(to[i % to.length]!)),
    );
    // Each a good request, held up in its line, a header, its body, or before anybody reads its answer.
    const text = goodRequest();
    const headEnd = text.indexOf('\r\n\r\n') + 4;
    const stops = [1, 10, text.indexOf('\r\n') + 5, headEnd - 1, headEnd + 1, text.length - 1];
    for (const [i, socket] of slow.entries()) {
      socket.pause();
      socket.write(text.slice(0, stops[i % stops.length]));
    }
    for (let round = 0; round < 10; round += 1) {
      // One byte more of each that dribbles; the others hang.
      for (const [i, socket] of slow.entries()) {
        const at = stops[i % stops.length]! + round;
        if (i % 2 === 0 && at < text.length - 12) socket.write(text.slice(at, at + 1));
      }
      await Promise.all(Array.from({ length: 20 }, () => expectGoodAnswer(mock)));
      const region = await fetch(`${mock.metadataUrl}/latest/meta-data/region-id`);
      expect([region.status, await region.text()]).toEqual([200, 'cn-hangzhou']);
      expect((await fetch(`${mock.resourceUrl}/`, { method: 'POST' })).status).toBe(400);
    }
    expect(idle.filter((socket) => socket.destroyed)).toEqual([]);
    expect(slow.filter((socket) => socket.destroyed)).toEqual([]);
    // Who was held up and goes on is served, too.
    const late = slow[5]!;
    let answer = '';
    late.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    late.resume();
    late.write(text.slice(stops[5]));
    while (!answer.includes('\r\n\r\n')) await new Promise((resolve) => setImmediate(resolve));
    expect(answer).toMatch(/^HTTP\/1\.1 \d/);
    idle[0]!.write(goodRequest());
    const [first] = await once(idle[0]!, 'data');
    expect(String(first)).toMatch(/^HTTP\/1\.1 200 OK/);
  });
});
