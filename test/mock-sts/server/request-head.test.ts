import { describe, expect, it } from 'vitest';
import { HeadReader } from '../../../mock-sts/server/request-head.ts';

const reader = new HeadReader();
const head = (...lines: string[]) =>
  reader.read(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'));
const HOST = 'Host: 127.0.0.1:8080';

describe('the head of a plain request', () => {
  it('is read as it was sent', () => {
    const lines = [
      'POST /?Action=AssumeRole&Version=2015-04-01 HTTP/1.1',
      HOST,
      'Content-Type:application/x-www-form-urlencoded',
      'X-Twice: 1',
      'X-Twice: \t2 \t',
      'Content-Length: 42',
      'Empty:',
    ];
    expect(head(...lines)).toEqual({
      method: 'POST',
      url: '/?Action=AssumeRole&Version=2015-04-01',
      headers: [
        ['Host', '127.0.0.1:8080'],
        ['Content-Type', 'application/x-www-form-urlencoded'],
        ['X-Twice', '1'],
        ['X-Twice', '2'],
        ['Content-Length', '42'],
        ['Empty', ''],
      ].flat(),
      headBytes: `${lines.join('\r\n')}\r\n\r\n`.length,
      bodyBytes: 42,
      close: false,
    });
  });

  it('may have no body, and ask to close', () => {
    expect(head('GET / HTTP/1.1', HOST, 'connection: Close')).toMatchObject({
      url: '/',
      bodyBytes: 0,
      close: true,
    });
  });

  it.each([
    ['another method', ['PUT / HTTP/1.1', HOST]],
    ['another path', ['GET /_mock/counters HTTP/1.1', HOST]],
    ['an absolute URL', ['GET http://127.0.0.1/ HTTP/1.1', HOST]],
    ['an older version', ['GET / HTTP/1.0', HOST]],
    ['a blank in the URL', ['GET /?a= b HTTP/1.1', HOST]],
    ['a URL that is not ASCII', ['GET /?a=é HTTP/1.1', HOST]],
    ['no host', ['GET / HTTP/1.1', 'Accept: */*']],
    ['two hosts', ['GET / HTTP/1.1', HOST, HOST]],
    ['no headers', ['GET / HTTP/1.1']],
    ['a folded header', ['GET / HTTP/1.1', HOST, 'X-A: 1', ' 2']],
    ['a blank before the colon', ['GET / HTTP/1.1', HOST, 'X-A : 1']],
    ['a header without a name', ['GET / HTTP/1.1', HOST, ': 1']],
    ['a control character', ['GET / HTTP/1.1', HOST, 'X-A: \u0001']],
    ['a bare line feed', ['GET / HTTP/1.1', HOST, 'X-A: 1\nX-B: 2']],
    ['a bare carriage return', ['GET / HTTP/1.1', HOST, 'X-A: 1\rX-B: 2']],
    ['a chunked body', ['POST / HTTP/1.1', HOST, 'Transfer-Encoding: chunked']],
    ['an expectation', ['POST / HTTP/1.1', HOST, 'Expect: 100-continue', 'Content-Length: 1']],
    ['an upgrade', ['GET / HTTP/1.1', HOST, 'Connection: Upgrade', 'Upgrade: h2c']],
    ['two lengths', ['POST / HTTP/1.1', HOST, 'Content-Length: 1', 'content-length: 1']],
    ['a list of lengths', ['POST / HTTP/1.1', HOST, 'Content-Length: 1, 1']],
    ['a signed length', ['POST / HTTP/1.1', HOST, 'Content-Length: +1']],
    ['a huge length', ['POST / HTTP/1.1', HOST, 'Content-Length: 99999999']],
    ['a head that is too long', ['GET / HTTP/1.1', HOST, `X-A: ${'x'.repeat(17_000)}`]],
  ])('is left to Node when it has %s', (_what, lines) => {
    expect(head(...lines)).toBeUndefined();
  });

  it('is read anew when the headers change, and kept when they do not', () => {
    const read = (url: string, ...lines: string[]) => head(`GET ${url} HTTP/1.1`, HOST, ...lines);
    const first = read('/?a=1', 'Accept: x');
    const second = read('/?b=22', 'Accept: x');
    expect(second).toEqual({ ...first, url: '/?b=22', headBytes: first!.headBytes + 1 });
    expect(second!.headers).toBe(first!.headers);
    expect(read('/?c=3', 'Accept: y')!.headers).toContain('y');
    expect(read('/?c=3', 'Accept: y', 'Bad header')).toBeUndefined();
    expect(read('/?d=4', 'Accept: y', 'Bad header')).toBeUndefined();
    expect(read('/?e=5', 'Accept: y')!.headers).toContain('y');
  });

  it('is left to Node when it is not all there', () => {
    expect(reader.read(Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n'))).toBeUndefined();
    expect(reader.read(Buffer.alloc(0))).toBeUndefined();
  });
});
