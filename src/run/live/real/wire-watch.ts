/**
 * What a piece of work sends to STS by Node's HTTP, seen through its diagnostics channel: for official
 * packages, which say neither how many calls they made nor with which status they were answered.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

export interface SeenOnWire {
  /** AssumeRole and its kin. */
  sessionCalls: number;
  /** Of the last answer. */
  status: number | undefined;
}

const work = new AsyncLocalStorage<SeenOnWire>();
let isWatching = false;

export async function watched<T>(
  run: () => Promise<T>,
): Promise<{ readonly value: T; readonly seen: SeenOnWire }> {
  watch();
  const seen: SeenOnWire = { sessionCalls: 0, status: undefined };
  return { value: await work.run(seen, run), seen };
}

function watch(): void {
  if (isWatching) return;
  isWatching = true;
  subscribe('http.client.request.start', (message) => {
    const seen = work.getStore();
    if (seen === undefined) return;
    const { request } = message as { request: ClientRequest };
    const action = String(request.getHeader('x-acs-action') ?? '');
    if (`Action=${action} ${request.path}`.includes('Action=AssumeRole')) seen.sessionCalls += 1;
    request.once('response', ({ statusCode }) => {
      seen.status = statusCode;
    });
  });
}
