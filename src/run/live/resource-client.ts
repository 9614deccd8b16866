/**
 * A driver thread's connections to the services that requests call: one pool with kept connections.
 * It sends what is signed and tells how it ended, by the service's own code; nothing of an answer or
 * of an error's text gets further than its code.
 */
import type { Pool } from 'undici';
import type { ResourceAction } from '../../../mock-sts/core/data-plane/resource-actions.ts';
import { networkFailure } from '../../client/classify.ts';
import { loadUndici } from '../../client/undici-loader.ts';
import type { Clock } from '../../kernel/clock.ts';
import { freshNonce } from '../../kernel/real-clock.ts';
import type { Credentials } from '../../kernel/sts/credentials.ts';
import { signedRequest } from './resource-request.ts';

/** More calls than this at once, by all processes of a thread, wait for a connection. */
const CONNECTIONS_MAX = 2_048;
/** As official SDKs wait for a service. */
const ANSWER_MAX_MS = 10_000;
/** Longer codes are none. */
const CODE = /(?:"Code"\s*:\s*"|<Code>)([\w.-]{1,80})/;

export class ResourceClient {
  private readonly pool: Pool;
  private readonly host: string;
  private readonly clock: Clock;

  /** `endpoint`: `http://127.0.0.1:port`. `clock` stamps the requests. */
  constructor(endpoint: string, clock: Clock) {
    const { Pool } = loadUndici();
    this.pool = new Pool(endpoint, {
      connections: CONNECTIONS_MAX,
      pipelining: 1,
      headersTimeout: ANSWER_MAX_MS,
      bodyTimeout: ANSWER_MAX_MS,
    });
    this.host = new URL(endpoint).host;
    this.clock = clock;
  }

  /** Undefined once the service has done what was asked; else the error's code. Never rejects. */
  async call(action: ResourceAction, credential: Credentials): Promise<string | undefined> {
    try {
      const stamp = { host: this.host, nowMs: this.clock.nowMs(), nonce: freshNonce };
      const { statusCode, body } = await this.pool.request(
        signedRequest(action, credential, stamp),
      );
      const text = await body.text();
      if (statusCode < 300) return undefined;
      return CODE.exec(text)?.[1] ?? `Status${statusCode}`;
    } catch (error) {
      return networkFailure(error).code;
    }
  }

  close(): Promise<void> {
    return this.pool.destroy();
  }
}
