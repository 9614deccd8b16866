/**
 * A local HTTP server that gives canned answers and keeps what it was sent.
 */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
}

/** `undefined`: the request is never answered. `'reset'`: the connection breaks. */
export type Canned =
  | { status: number; body: string; headers?: Record<string, string> }
  | 'reset'
  | undefined;

export interface CannedSts {
  readonly endpoint: string;
  readonly seen: SeenRequest[];
  connections(): number;
  close(): Promise<void>;
}

export async function cannedSts(answer: (request: SeenRequest) => Canned): Promise<CannedSts> {
  const seen: SeenRequest[] = [];
  let connections = 0;
  const server: Server = createServer((req, res) => {
    const url = new URL(req.url ?? '/', 'http://canned');
    const request = { method: req.method ?? '', url, headers: req.headers };
    seen.push(request);
    const canned = answer(request);
    if (canned === undefined) return;
    if (canned === 'reset') req.socket.destroy();
    else res.writeHead(canned.status, canned.headers).end(canned.body);
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    seen,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export const ISSUED = {
  RequestId: '6894B13B-6D71-4EF5-88FA-F32781734A7F',
  AssumedRoleUser: { Arn: 'acs:ram::1:role/app/test', AssumedRoleId: '1:test' },
  Credentials: {
    AccessKeyId: 'STS.issued',
    AccessKeySecret: 'issued-secret',
    SecurityToken: 'CAISissued+/=',
    Expiration: '2026-11-22T09:00:00Z',
  },
};

export function issued(date = 'Sun, 22 Nov 2026 08:00:00 GMT'): Canned {
  return { status: 200, body: JSON.stringify(ISSUED), headers: { date } };
}

export function refused(status: number, code: string, message = 'refused'): Canned {
  const body = JSON.stringify({ RequestId: 'R-1', HostId: 'h', Code: code, Message: message });
  return { status, body, headers: { 'content-type': 'application/json' } };
}
