/**
 * The ActionTrail log of a simulated scenario, written by the mock's own writer: each call of STS's core
 * is noted as it is decided, with the session name that it asked for.
 */
import { vi } from 'vitest';
import type { AssumeRoleDecision } from '../../mock-sts/core/decision.ts';
import { StsCore } from '../../mock-sts/core/service.ts';
import { ActionTrail } from '../../mock-sts/server/action-trail.ts';
import type { AssumeRoleRequest } from '../../src/kernel/sts/credentials.ts';
import type { SubjectResult } from '../../src/measure/result.ts';
import { simulateText } from '../run/virtual/simulated.ts';

/** Virtual zero is the epoch; a trail of 1970 would be odd. */
const ZERO_MS = Date.UTC(2026, 10, 22, 8, 0, 0);

export interface TrailStyle {
  /** Of a call by its session name, which ends in the number of the process. */
  readonly sourceIp?: (process: number) => string;
  /** What SDKs that make one up put in place of the session name. */
  readonly sessionName?: (process: number, call: number) => string;
  readonly userAgent?: string;
}

export interface SimulatedTrail {
  /** JSON, one event each. */
  readonly lines: readonly string[];
  readonly result: SubjectResult;
}

export async function simulatedTrail(
  yaml: string,
  { sourceIp, sessionName, userAgent = 'AlibabaCloud (Linux; amd64)' }: TrailStyle = {},
): Promise<SimulatedTrail> {
  const lines: string[] = [];
  const trail = new ActionTrail('cn-shanghai', (line) => lines.push(line));
  const decide = StsCore.prototype.assumeRole;
  const spy = vi.spyOn(StsCore.prototype, 'assumeRole').mockImplementation(function (
    this: StsCore,
    ...asked
  ) {
    const decision = decide.apply(this, asked);
    const [caller, request, nowMs] = asked;
    const process = Number(/\d+$/.exec(request.roleSessionName)![0]);
    const named = {
      ...request,
      roleSessionName: sessionName?.(process, lines.length) ?? request.roleSessionName,
    };
    const who = { sourceIp: sourceIp?.(process) ?? `10.0.0.${process}`, userAgent };
    append(trail, caller, named, { nowMs, decision, number: lines.length, ...who });
    return decision;
  });
  try {
    const { subjects } = await simulateText(yaml);
    return { lines, result: subjects[0]! };
  } finally {
    spy.mockRestore();
  }
}

function append(
  trail: ActionTrail,
  caller: Parameters<StsCore['assumeRole']>[0],
  request: AssumeRoleRequest,
  seen: {
    readonly nowMs: number;
    readonly decision: AssumeRoleDecision;
    readonly number: number;
    readonly sourceIp: string;
    readonly userAgent: string;
  },
): void {
  const { outcome, record } = seen.decision;
  const nowMs = ZERO_MS + seen.nowMs;
  const requestId = `00000000-0000-4000-8000-${String(seen.number).padStart(12, '0')}`;
  const later =
    outcome.kind === 'issued'
      ? {
          ...outcome,
          credential: {
            ...outcome.credential,
            expiresAtMs: ZERO_MS + outcome.credential.expiresAtMs,
          },
        }
      : outcome;
  trail.append(
    {
      method: 'POST',
      url: '/',
      headers: ['host', 'sts.cn-shanghai.aliyuncs.com', 'user-agent', seen.userAgent],
      body: new Uint8Array(),
      nowMs,
      secure: true,
      sourceIp: seen.sourceIp,
    },
    {
      status: 200,
      contentType: 'application/json',
      body: '',
      requestId,
      retryAfterMs: undefined,
      latencyMs: 0,
      delivery: seen.decision.delivery,
      clockOffsetMs: 0,
      record: { ...record, atMs: nowMs },
      accessKeyId: 'LTAI5tExample',
      detail: {
        caller,
        outcome: later,
        parameters: new Map([
          ['RoleArn', request.roleArn],
          ['RoleSessionName', request.roleSessionName],
          ['DurationSeconds', String(request.durationSeconds)],
        ]),
      },
    },
  );
}
