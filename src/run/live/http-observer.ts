/**
 * Sees every HTTP request that this thread's clients make, through Node's diagnostics channels, so
 * that any client can be observed unmodified: the official SDK (`node:https`) as well as ours
 * (undici). It tells how many are in flight, for knowing when a client has settled, and how long
 * each call to STS took.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { Clock } from '../../kernel/clock.ts';

export interface HttpObserver {
  /** Requests written and not yet closed. */
  inFlight(): number;
  stop(): void;
}

/** Empty where it was not seen. */
export interface SeenCall {
  readonly accessKeyId: string;
  readonly roleArn: string;
}

interface UndiciRequest {
  readonly origin: string | URL;
  readonly path: string;
  readonly headers: string | readonly string[];
}

/** `onStsAnswer` gets what was seen of the call and the time to the answer's head. */
export function observeHttp(
  clock: Clock,
  stsAuthority: string,
  onStsAnswer: (call: SeenCall, latencyMs: number) => void,
): HttpObserver {
  let inFlight = 0;
  const startedAtMs = new WeakMap<object, number>();

  const began = (request: object) => {
    inFlight += 1;
    startedAtMs.set(request, clock.nowMs());
  };
  const ended = (request: object) => {
    if (startedAtMs.delete(request)) inFlight -= 1;
  };
  const answered = (request: object, authority: string, signedWith: string) => {
    const atMs = startedAtMs.get(request);
    if (atMs === undefined || authority !== stsAuthority) return;
    const call = { accessKeyId: accessKeyIdIn(signedWith), roleArn: roleArnIn(signedWith) };
    onStsAnswer(call, clock.nowMs() - atMs);
  };

  const channels: [string, (message: unknown) => void][] = [
    [
      'http.client.request.start',
      (message) => {
        const { request } = message as { request: ClientRequest };
        began(request);
        request.once('close', () => ended(request));
      },
    ],
    [
      'http.client.response.finish',
      (message) => {
        const { request } = message as { request: ClientRequest };
        const authorization = String(request.getHeader('authorization') ?? '');
        answered(
          request,
          String(request.getHeader('host') ?? ''),
          `${request.path} ${authorization}`,
        );
      },
    ],
    ['undici:request:create', (message) => began((message as { request: object }).request)],
    [
      'undici:request:headers',
      (message) => {
        const { request } = message as { request: UndiciRequest };
        const authority = new URL(request.origin).host;
        answered(request, authority, `${request.path} ${String(request.headers)}`);
      },
    ],
    ['undici:request:trailers', (message) => ended((message as { request: object }).request)],
    ['undici:request:error', (message) => ended((message as { request: object }).request)],
  ];
  for (const [name, listener] of channels) subscribe(name, listener);
  return {
    inFlight: () => inFlight,
    stop: () => {
      for (const [name, listener] of channels) unsubscribe(name, listener);
    },
  };
}

/** Where it is in the query: some clients have it in the body. */
function roleArnIn(text: string): string {
  const encoded = /[?&]RoleArn=([\w%.:/-]+)/.exec(text)?.[1] ?? '';
  return encoded.replaceAll('%3A', ':').replaceAll('%2F', '/');
}

/** Whose key signed: `AccessKeyId=…` in a v1 query, `Credential=…` in an ACS3 header. */
function accessKeyIdIn(text: string): string {
  return /(?:AccessKeyId|Credential)=([^&,\s]+)/.exec(text)?.[1] ?? '';
}
