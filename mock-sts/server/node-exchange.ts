/**
 * One exchange on Node's own request and response. Fastify routes it here and does no more, since its
 * request and reply objects would cost more than the verification of a signature.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { POST_BODY_BYTES_MAX } from '../core/wire/request.ts';
import { dribble, HELD_MS_MAX, type MockTime } from './delivery.ts';
import type { SocketRegistry, SocketUse } from './socket-registry.ts';
import type { Reply, StsEndpoint } from './sts-endpoint.ts';

export type ServeSts = (request: IncomingMessage, response: ServerResponse) => void;

export function serveOnNode(endpoint: StsEndpoint, sockets: SocketRegistry): ServeSts {
  return (request, response) => {
    const { socket } = request;
    const use = sockets.useOf(socket);
    use?.requestBegan();
    const answer = (body: Uint8Array) => {
      endpoint.handle(
        {
          method: request.method ?? '',
          url: request.url ?? '',
          headers: request.rawHeaders,
          body,
          secure: (socket as Partial<TLSSocket>).encrypted === true,
          sourceIp: socket.remoteAddress,
        },
        (reply) => {
          const { kind } = reply.delivery;
          if (kind === 'reset') sockets.reset(socket);
          else if (kind === 'hang') holdSilently(response, endpoint);
          else if (kind === 'slow-body') sendSlowly(response, reply, endpoint, use);
          else {
            send(response, reply);
            use?.requestEnded();
          }
        },
      );
    };
    collectBody(request, answer);
  };
}

/** Calls `use` once: with the whole body, or with the first bytes of one that is too large. */
export function collectBody(request: IncomingMessage, use: (body: Uint8Array) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    if (bytes > POST_BODY_BYTES_MAX) return;
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > POST_BODY_BYTES_MAX) use(Buffer.concat(chunks));
  });
  request.on('end', () => {
    if (bytes > POST_BODY_BYTES_MAX) return;
    const [first] = chunks;
    use(first === undefined || chunks.length > 1 ? Buffer.concat(chunks) : first);
  });
}

function send(response: ServerResponse, reply: Reply): void {
  sendHead(response, reply);
  response.end(reply.body, reply.ascii ? 'latin1' : 'utf8');
}

function sendHead(response: ServerResponse, { status, headers }: Reply): void {
  // An unread rest of a body that was too large would be taken for the next request.
  if (status === 413) headers.push('connection', 'close');
  response.sendDate = false;
  response.writeHead(status, headers);
}

export function holdSilently(response: ServerResponse, time: MockTime): void {
  const timer = time.at(time.nowMs + HELD_MS_MAX, () => response.destroy());
  response.once('close', () => timer.cancel());
}

export function sendSlowly(
  response: ServerResponse,
  reply: Reply,
  time: MockTime,
  use?: SocketUse | undefined,
): void {
  sendHead(response, reply);
  response.flushHeaders();
  const stop = dribble({
    bytes: Buffer.from(reply.body, reply.ascii ? 'latin1' : 'utf8'),
    overMs: reply.delivery.kind === 'slow-body' ? reply.delivery.bodyMs : 0,
    time,
    write: (piece) => response.write(piece),
    done: () => {
      response.off('close', stop);
      response.end();
      use?.requestEnded();
    },
  });
  response.once('close', stop);
}
