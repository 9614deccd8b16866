/**
 * The mock on real sockets: whatever way a request comes, in one piece, in many, behind another, it
 * gets the answer that Node's own server would give; and connections end when they should.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import type { MockStsConfig } from '../../mock-sts/core/config.ts';
import type { WireRequest } from '../../mock-sts/core/wire/request.ts';
import { type MockSts, startMockSts } from '../../mock-sts/server/start.ts';
import { VirtualClock } from '../../src/kernel/virtual-clock.ts';
import { askV1, landing, NOW_MS } from '../mock-sts/landing.ts';

const open: { close(): Promise<void> | void }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function start(changes: Partial<MockStsConfig> = {}, tlsPort?: number) {
  const clock = new VirtualClock(NOW_MS);
  const mock = await startMockSts({ config: landing(changes), clock, tlsPort });
  open.push(mock);
  return { clock, mock };
}

/** A connection and all that has come back on it. */
class Wire {
  text = '';
  ended = false;
  readonly socket: Socket;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      this.text += chunk.toString('latin1');
    });
    socket.on('close', () => {
      this.ended = true;
    });
    socket.on('error', () => {});
    open.push({ close: () => void socket.destroy() });
  }

  static async to(mock: MockSts): Promise<Wire> {
    const socket = connect(Number(new URL(mock.httpUrl).port), '127.0.0.1');
    await once(socket, 'connect');
    return new Wire(socket);
  }

  /** Whole answers so far: status, headers by name, parsed body. */
  answers() {
    const answers: { status: number; headers: Map<string, string>; body: { Code?: string } }[] = [];
    let at = 0;
    for (;;) {
      const end = this.text.indexOf('\r\n\r\n', at);
      if (end < 0) return answers;
      const [line = '', ...lines] = this.text.slice(at, end).split('\r\n');
      const headers = new Map(
        lines.map((text) => [text.split(':')[0]!.toLowerCase(), text.slice(text.indexOf(':') + 2)]),
      );
      const status = Number(line.split(' ')[1]);
      const from = end + 4;
      const to = from + Number(headers.get('content-length') ?? 0);
      if (this.text.length < to) return answers;
      if (status !== 100) {
        const body = this.text.slice(from, to);
        answers.push({ status, headers, body: body === '' ? {} : JSON.parse(body) });
      }
      at = to;
    }
  }

  async untilAnswers(count: number) {
    while (this.answers().length < count && !this.ended) await turn();
    expect(this.answers()).toHaveLength(count);
    return this.answers();
  }

  async untilEnd(): Promise<void> {
    while (!this.ended) await turn();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The request as bytes; `extra` are further header lines. */
function bytesOf({ method, url, headers, body }: WireRequest, ...extra: string[]): Buffer {
  const lines = [`${method} ${url} HTTP/1.1`, ...extra];
  for (let i = 0; i < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`);
  if (body.length > 0) lines.push(`Content-Length: ${body.length}`);
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}

/** A list of options is not plain, so such a request is answered by Node's server. */
const BY_NODE = 'Connection: keep-alive, x-nothing';

describe('a request', () => {
  it('is answered alike by the lane and by Node', async () => {
    const { mock } = await start();
    const wire = await Wire.to(mock);
    wire.socket.write(bytesOf(askV1()));
    await wire.untilAnswers(1);
    wire.socket.write(bytesOf(askV1(), BY_NODE));
    const [lane, node] = await wire.untilAnswers(2);
    expect(lane!.status).toBe(200);
    expect(node!.status).toBe(200);
    expect(Object.keys(lane!.body)).toEqual(Object.keys(node!.body));
    expect([...lane!.headers.keys()].sort()).toEqual([...node!.headers.keys()].sort());
    for (const name of ['content-type', 'date', 'connection', 'keep-alive']) {
      expect(lane!.headers.get(name)).toBe(node!.headers.get(name));
    }
    expect(lane!.headers.get('date')).toBe('Sun, 22 Nov 2026 08:00:00 GMT');
  });

  it('may come in pieces of any size', async () => {
    const { mock } = await start();
    for (const size of [1, 7, 100, 400, 4_000]) {
      const wire = await Wire.to(mock);
      const bytes = bytesOf(askV1());
      for (let at = 0; at < bytes.length; at += size) {
        wire.socket.write(bytes.subarray(at, at + size));
        await turn();
      }
      const [answer] = await wire.untilAnswers(1);
      expect(answer!.status).toBe(200);
      wire.socket.write(bytesOf(askV1({ method: 'GET' })));
      expect((await wire.untilAnswers(2))[1]!.status).toBe(200);
    }
  });

  it('may have its body come later', async () => {
    const { mock } = await start();
    const wire = await Wire.to(mock);
    const request = askV1();
    const bytes = bytesOf(request);
    wire.socket.write(bytes.subarray(0, bytes.length - request.body.length));
    for (let i = 0; i < 20; i += 1) await turn();
    expect(mock.counters().calls).toBe(0);
    wire.socket.write(request.body);
    expect((await wire.untilAnswers(1))[0]!.status).toBe(200);
  });

  it('may come behind others in one piece, and each is answered in turn', async () => {
    const { mock } = await start();
    const wire = await Wire.to(mock);
    const wrong = askV1({ common: { Action: 'Nonsense' } });
    wire.socket.write(
      Buffer.concat([
        bytesOf(askV1()),
        bytesOf(wrong),
        bytesOf(askV1({ method: 'GET' })),
        bytesOf(askV1(), BY_NODE),
        bytesOf(askV1()),
      ]),
    );
    const answers = await wire.untilAnswers(5);
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 200, 200, 200]);
  });

  it('may be chunked, or wait to be told to go on', async () => {
    const { mock } = await start();
    const request = askV1();
    const chunked = await Wire.to(mock);
    const half = Math.floor(request.body.length / 2);
    const pieces = [request.body.subarray(0, half), request.body.subarray(half)];
    chunked.socket.write(
      bytesOf({ ...request, body: Buffer.alloc(0) }, 'Transfer-Encoding: chunked'),
    );
    for (const piece of [...pieces, Buffer.alloc(0)]) {
      chunked.socket.write(`${piece.length.toString(16)}\r\n`);
      chunked.socket.write(Buffer.concat([piece, Buffer.from('\r\n')]));
    }
    expect((await chunked.untilAnswers(1))[0]!.status).toBe(200);
    const expecting = await Wire.to(mock);
    const bytes = bytesOf(askV1(), 'Expect: 100-continue');
    const bodyAt = bytes.indexOf('\r\n\r\n') + 4;
    expecting.socket.write(bytes.subarray(0, bodyAt));
    while (!expecting.text.includes('100 Continue')) await turn();
    expecting.socket.write(bytes.subarray(bodyAt));
    expect((await expecting.untilAnswers(1))[0]!.status).toBe(200);
  });

  it('that is no HTTP gets Node’s refusal, and the mock lives on', async () => {
    const { mock } = await start();
    for (const text of [
      'GET /\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: x\r\nX A: 1\r\n\r\n',
      '\u0016\u0003\u0001',
    ]) {
      const wire = await Wire.to(mock);
      wire.socket.write(text);
      await wire.untilEnd();
      expect(wire.text).toMatch(/^HTTP\/1\.1 400 Bad Request/);
    }
    const wire = await Wire.to(mock);
    wire.socket.write(bytesOf(askV1()));
    expect((await wire.untilAnswers(1))[0]!.status).toBe(200);
  });

  it('that is too large is refused before its end has come', async () => {
    const { mock } = await start();
    const wire = await Wire.to(mock);
    const head = bytesOf(
      { ...askV1(), body: Buffer.alloc(0) },
      `Content-Length: ${20 * 1_024 * 1_024}`,
    );
    wire.socket.write(head);
    wire.socket.write(Buffer.alloc(11 * 1_024 * 1_024, 'a'));
    const [answer] = await wire.untilAnswers(1);
    expect([answer!.status, answer!.body.Code]).toEqual([413, 'RequestTooLarge.Body']);
    await wire.untilEnd();
  });
});

describe('a connection', () => {
  it('ends after the answer when the client asks for it', async () => {
    const { mock } = await start();
    const wire = await Wire.to(mock);
    wire.socket.write(Buffer.concat([bytesOf(askV1(), 'Connection: close'), bytesOf(askV1())]));
    await wire.untilEnd();
    expect(wire.answers().map(({ status }) => status)).toEqual([200]);
    expect(wire.answers()[0]!.headers.get('connection')).toBe('close');
    expect(mock.counters().calls).toBe(1);
  });

  it('that the client drops in the middle of anything harms nobody', async () => {
    const { mock, clock } = await start({ latency: { medianMs: 100, p99Ms: 100 } });
    const half = await Wire.to(mock);
    half.socket.write(bytesOf(askV1()).subarray(0, 300));
    const waiting = await Wire.to(mock);
    waiting.socket.write(bytesOf(askV1()));
    while (mock.counters().calls < 1) await turn();
    half.socket.resetAndDestroy();
    waiting.socket.resetAndDestroy();
    await clock.settleTo(NOW_MS + 200);
    const wire = await Wire.to(mock);
    wire.socket.write(bytesOf(askV1()));
    while (mock.counters().calls < 2) await turn();
    await clock.settleTo(NOW_MS + 400);
    expect((await wire.untilAnswers(1))[0]!.status).toBe(200);
  });

  it('serves one request at a time, and waits out each latency', async () => {
    const { mock, clock } = await start({ latency: { medianMs: 100, p99Ms: 100 } });
    const wire = await Wire.to(mock);
    wire.socket.write(Buffer.concat([bytesOf(askV1()), bytesOf(askV1())]));
    while (mock.counters().calls < 1) await turn();
    await clock.settleTo(NOW_MS + 99);
    expect(wire.answers()).toHaveLength(0);
    await clock.settleTo(NOW_MS + 100);
    await wire.untilAnswers(1);
    expect(mock.counters().calls).toBe(2);
    await clock.settleTo(NOW_MS + 199);
    expect(wire.answers()).toHaveLength(1);
    await clock.settleTo(NOW_MS + 200);
    await wire.untilAnswers(2);
  });

  it('is closed when it has been idle on the mock’s clock, on the lane as on Node', async () => {
    const { mock, clock } = await start({ latency: { medianMs: 100, p99Ms: 100 } });
    const [never, lane, node, busy] = await Promise.all([0, 1, 2, 3].map(() => Wire.to(mock)));
    lane!.socket.write(bytesOf(askV1()));
    node!.socket.write(bytesOf(askV1(), BY_NODE));
    while (mock.counters().calls < 2) await turn();
    await clock.settleTo(NOW_MS + 1_000);
    await Promise.all([lane!.untilAnswers(1), node!.untilAnswers(1)]);
    busy!.socket.write(bytesOf(askV1({ nowMs: clock.nowMs() })));
    while (mock.counters().calls < 3) await turn();
    mock.closeIdleSockets(NOW_MS);
    for (let i = 0; i < 20; i += 1) await turn();
    expect([never, lane, node, busy].map((wire) => wire!.ended)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    mock.closeIdleSockets(NOW_MS + 500);
    await Promise.all([never, lane, node].map((wire) => wire!.untilEnd()));
    expect(busy!.ended).toBe(false);
    await clock.settleTo(NOW_MS + 1_100);
    expect((await busy!.untilAnswers(1))[0]!.status).toBe(200);
  });

  it('does not keep the mock from closing, idle or waiting', async () => {
    const { mock } = await start({ latency: { medianMs: 1e9, p99Ms: 1e9 } });
    const wires = await Promise.all([0, 1, 2].map(() => Wire.to(mock)));
    wires[1]!.socket.write(bytesOf(askV1()));
    wires[2]!.socket.write(bytesOf(askV1(), BY_NODE));
    while (mock.counters().calls < 2) await turn();
    await mock.close();
    await Promise.all(wires.map((wire) => wire.untilEnd()));
    await expect(Wire.to(mock)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('TLS', () => {
  it('is trusted by the authority alone, under the names that were asked for', async () => {
    const { mock } = await start({ wire: { requireTls: true } }, 0);
    const [, port] = mock.httpsHost.split(':');
    const to = (options: object) =>
      connectTls({ host: '127.0.0.1', port: Number(port), ...options });
    const trusting = to({ ca: mock.caPem, servername: 'localhost' });
    await once(trusting, 'secureConnect');
    const wire = new Wire(trusting);
    trusting.write(bytesOf(askV1()));
    await wire.untilAnswers(1);
    trusting.write(bytesOf(askV1(), BY_NODE));
    const answers = await wire.untilAnswers(2);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const [error] = await once(to({ servername: 'localhost' }), 'error');
    expect(error.code).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    const plain = await Wire.to(mock);
    plain.socket.write(bytesOf(askV1()));
    expect((await plain.untilAnswers(1))[0]!.body.Code).toBe('InvalidProtocol.NeedSsl');
    await mock.close();
    await wire.untilEnd();
  });

  it('that cannot be had leaves nothing behind', async () => {
    const { mock } = await start({}, 0);
    const taken = Number(mock.httpsHost.split(':')[1]);
    const options = { config: landing(), clock: new VirtualClock(NOW_MS), tlsPort: taken };
    await expect(startMockSts(options)).rejects.toThrow('EADDRINUSE');
  });
});
