/**
 * One exchange on Node's own request and response. Fastify routes it here and does no more, since its
 * request and reply objects would cost more than the verification of a signature.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { POST_BODY_BYTES_MAX } from '../core/wire/request.ts';
import type { SocketRegistry } from './socket-registry.ts';
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
        },
        (reply) => {
          send(response, reply);
          use?.requestEnded();
        },
      );
    };
    collectBody(request, answer);
  };
}

/** Calls `use` once: with the whole body, or with the first bytes of one that is too large. */
function collectBody(request: IncomingMessage, use: (body: Uint8Array) => void): void {
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

function send(response: ServerResponse, { status, headers, body, ascii }: Reply): void {
  // An unread rest of a body that was too large would be taken for the next request.
  if (status === 413) headers.push('connection', 'close');
  response.sendDate = false;
  response.writeHead(status, headers);
  response.end(body, ascii ? 'latin1' : 'utf8');
}
