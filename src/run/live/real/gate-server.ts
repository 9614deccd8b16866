/**
 * What clients under test take for STS when the run is against real STS: a TLS endpoint on this machine.
 * A core of the mock reads and judges their requests (form, signature, role); what it would grant is asked
 * of real STS, and what real STS says is the answer. Whatever the core refuses is not sent.
 *
 * The session that a client gets is the core's, with the lifetime that was asked for: none of real
 * STS ever leaves the gate, since nobody here calls a service with it.
 */

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { MockStsConfig } from '../../../../mock-sts/core/config.ts';
import { StsCore } from '../../../../mock-sts/core/service.ts';
import { CONTENT_TYPE, errorBody } from '../../../../mock-sts/core/wire/answer.ts';
import { assumeRoleRequest } from '../../../../mock-sts/core/wire/door.ts';
import type { WireAnswer } from '../../../../mock-sts/core/wire/request.ts';
import { issueCertificates } from '../../../../mock-sts/server/certificates.ts';
import { collectBody } from '../../../../mock-sts/server/node-exchange.ts';
import type { StsFailure } from '../../../client/failure.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { CallRecord } from '../../../kernel/sts/call-record.ts';
import { CallLog, type CallLogExport } from '../../../measure/call-log.ts';
import type { Forwarded, Forwarder } from './forwarder.ts';
import type { GuardStop } from './stop-rules.ts';

const HOST = '127.0.0.1';
/** Clients see it where the guard did not let their call pass. */
const GUARD_CODE = 'GuardRail';

export interface GateServerParts {
  /** Roles and callers of the scenario; its latency, quotas and faults are the mock's, and left out. */
  readonly config: MockStsConfig;
  /** The run clock: dates and lifetimes that clients see. */
  readonly clock: Clock;
  readonly zeroAtMs: number;
  readonly forwarder: Pick<Forwarder, 'forward'>;
  readonly onCall: (record: CallRecord) => void;
}

export class GateServer {
  readonly authority: string;
  readonly caPem: string;
  private readonly server: Server;
  private readonly log: CallLog;

  private constructor(server: Server, caPem: string, log: CallLog) {
    this.server = server;
    this.caPem = caPem;
    this.log = log;
    this.authority = `${HOST}:${(server.address() as AddressInfo).port}`;
  }

  static async open(parts: GateServerParts): Promise<GateServer> {
    const { caPem, certificatePem: cert, keyPem: key } = await issueCertificates([HOST]);
    const log = new CallLog(parts.zeroAtMs);
    const desk = new Desk(parts, log);
    const server = createServer({ cert, key }, (request, response) =>
      collectBody(request, (body) => desk.serve(request, body, response)),
    );
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, HOST, resolve);
    });
    return new GateServer(server, caPem, log);
  }

  /** The calls that real STS was sent. */
  calls(): CallLogExport {
    return this.log.export();
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

class Desk {
  private readonly parts: GateServerParts;
  private readonly core: StsCore;
  private readonly log: CallLog;

  constructor(parts: GateServerParts, log: CallLog) {
    this.parts = parts;
    this.core = new StsCore(parts.config);
    this.log = log;
  }

  serve(request: IncomingMessage, body: Uint8Array, response: ServerResponse): void {
    const answer = this.core.handle({
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.rawHeaders,
      body,
      nowMs: this.parts.clock.nowMs(),
      secure: true,
      sourceIp: request.socket.remoteAddress,
    });
    const { record, detail } = answer;
    const { parameters } = detail;
    if (record.action === 'AssumeRole' && record.outcome === 'succeeded' && parameters) {
      this.ask(answer, assumeRoleRequest(parameters), response);
    } else {
      this.reply(answer, response);
    }
  }

  private ask(
    answer: WireAnswer,
    request: ReturnType<typeof assumeRoleRequest>,
    response: ServerResponse,
  ): void {
    let sentAtMs = Number.NaN;
    void this.parts.forwarder.forward({
      request,
      isWanted: () => !response.destroyed,
      onSent: () => {
        sentAtMs = this.parts.clock.nowMs();
      },
      onEnd: (forwarded) => {
        if (!Number.isNaN(sentAtMs)) this.record(answer.record, sentAtMs, forwarded);
        this.reply(answer, response, forwarded.failure);
      },
      onRefused: (stop) => this.reply(answer, response, refusal(stop)),
    });
  }

  private record(asked: CallRecord, atMs: number, { outcome, code, tookMs }: Forwarded): void {
    const record: CallRecord = { ...asked, atMs, outcome, code, serviceMs: tookMs };
    this.log.append(record);
    this.parts.onCall(record);
  }

  private reply(answer: WireAnswer, response: ServerResponse, failure?: StsFailure): void {
    if (response.destroyed) return;
    if (failure !== undefined && failure.status === undefined) {
      // No answer came from STS: the client is to see none.
      response.destroy();
      return;
    }
    const { requestId, contentType, clockOffsetMs } = answer;
    const status = failure?.status ?? answer.status;
    const atMs = this.parts.clock.nowMs() + clockOffsetMs;
    response.writeHead(status, {
      'content-type': contentType,
      date: new Date(atMs).toUTCString(),
      'x-acs-request-id': requestId,
      ...(failure?.retryAfterMs === undefined
        ? {}
        : { 'x-acs-retry-after': String(failure.retryAfterMs) }),
    });
    response.end(failure === undefined ? answer.body : this.errorText(answer, failure, status));
  }

  private errorText(answer: WireAnswer, { code, message }: StsFailure, status: number): string {
    const { requestId, contentType, detail, record } = answer;
    const format = contentType === CONTENT_TYPE.JSON ? 'JSON' : 'XML';
    const context = {
      requestId,
      hostId: `sts.${this.parts.config.region}.aliyuncs.com`,
      action: record.action,
      caller: detail.caller,
    };
    return errorBody(format, { code, status, message }, context, undefined);
  }
}

function refusal({ rule, text }: GuardStop): StsFailure {
  return { kind: 'fatal', code: `${GUARD_CODE}.${rule}`, message: text, status: 403 };
}
