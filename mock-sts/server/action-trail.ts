/**
 * Calls as ActionTrail writes them down: one event a call, with the fields of its documented samples,
 * so that what reads a trail of production reads this one. The last events are kept for the admin API,
 * and all of them go to a file where there is one.
 *
 * As in production, key ids stand there whole, a secret is masked, and a token is not there at all.
 * Whether ActionTrail records throttled calls is not documented; here it does.
 * Source: Alibaba Cloud, "ActionTrail: STS events", "Structure of a management event".
 */
import { formatTimestamp, STS_VERSION } from '../../src/kernel/sts/wire.ts';
import type { Described, Issued, Refusal } from '../core/decision.ts';
import { issuedAtMs } from '../core/identifiers.ts';
import { type Caller, numericId, principalArn } from '../core/identity.ts';
import { keptText } from '../core/kept-text.ts';
import { headerValue, type WireAnswer, type WireRequest } from '../core/wire/request.ts';

export const TRAIL_EVENTS_MAX = 1_000;
/** Of a text that the caller wrote. */
const TEXT_LENGTH_MAX = 256;
const PARAMETERS = [
  'OIDCProviderArn',
  'SAMLProviderArn',
  'RoleArn',
  'RoleSessionName',
  'DurationSeconds',
  'SourceIdentity',
] as const;

export type TrailEvent = Readonly<Record<string, unknown>>;

export class ActionTrail {
  private readonly region: string;
  private readonly write: ((line: string) => void) | undefined;
  private readonly ring: TrailEvent[] = [];
  private next = 0;

  constructor(region: string, write?: (line: string) => void) {
    this.region = region;
    this.write = write;
  }

  append(request: WireRequest, answer: WireAnswer): void {
    const event = eventOf(request, answer, this.region);
    this.ring[this.next] = event;
    this.next = (this.next + 1) % TRAIL_EVENTS_MAX;
    this.write?.(`${JSON.stringify(event)}\n`);
  }

  /** The last `countMax`, oldest first. */
  events(countMax = TRAIL_EVENTS_MAX): TrailEvent[] {
    const inOrder = [...this.ring.slice(this.next), ...this.ring.slice(0, this.next)];
    return inOrder.slice(Math.max(0, inOrder.length - countMax));
  }

  clear(): void {
    this.ring.length = 0;
    this.next = 0;
  }
}

function eventOf(request: WireRequest, answer: WireAnswer, region: string): TrailEvent {
  const { record, requestId, detail } = answer;
  const host = cut(headerValue(request.headers, 'host') ?? '');
  const decided = asDecided(detail.outcome);
  return {
    eventId: requestId,
    requestId,
    eventVersion: '1',
    eventTime: formatTimestamp(record.atMs),
    eventName: record.action,
    eventSource: `sts.${region}.aliyuncs.com`,
    serviceName: 'Sts',
    apiVersion: STS_VERSION,
    eventType: 'ApiCall',
    eventCategory: 'Management',
    eventRW: 'Write',
    acsRegion: region,
    isGlobal: false,
    recipientAccountId: record.accountId,
    userIdentity: userIdentity(detail.caller, cut(answer.accessKeyId)),
    sourceIpAddress: request.sourceIp ?? '',
    userAgent: cut(headerValue(request.headers, 'user-agent') ?? ''),
    requestParameters: {
      ...Object.fromEntries(
        PARAMETERS.flatMap((name) => {
          const value = detail.parameters?.get(name);
          return value ? [[name, cut(value)]] : [];
        }),
      ),
      AcsHost: host,
      AcsProduct: 'Sts',
      RegionId: region,
      RequestId: requestId,
    },
    ...(decided.kind === 'issued' ? issuedElements(decided, requestId) : {}),
    additionalEventData: { Scheme: request.secure ? 'https' : 'http' },
    ...(decided.kind === 'refused' ? refusedElements(decided) : {}),
  };
}

/** What STS decided, whatever a fault made of its answer afterwards. */
function asDecided(outcome: Issued | Described | Refusal): Issued | Described | Refusal {
  return outcome.kind === 'refused' && outcome.spoilt !== undefined ? outcome.spoilt : outcome;
}

function userIdentity(caller: Caller | undefined, accessKeyId: string) {
  if (caller === undefined) return { type: 'unknown', accessKeyId };
  const { accountId } = caller;
  const id = numericId(principalArn(caller));
  switch (caller.kind) {
    case 'user':
      return { type: 'ram-user', accountId, principalId: id, userName: caller.name, accessKeyId };
    case 'account':
      return { type: 'root-account', accountId, principalId: accountId, userName: '', accessKeyId };
    // Assumed: no sample of such an event is documented.
    case 'federated':
      return {
        type: caller.providerType,
        accountId,
        principalId: id,
        userName: caller.providerName,
      };
    case 'role': {
      const { roleName, roleSessionName } = caller;
      const beganAtMs = issuedAtMs(accessKeyId);
      return {
        type: 'assumed-role',
        accountId,
        principalId: `${id}:${roleSessionName}`,
        userName: `${roleName}:${roleSessionName}`,
        accessKeyId,
        ...(beganAtMs === undefined
          ? {}
          : {
              sessionContext: {
                attributes: { creationDate: formatTimestamp(beganAtMs), mfaAuthenticated: 'false' },
              },
            }),
      };
    }
  }
}

function issuedElements({ credential, assumedRole }: Issued, requestId: string) {
  const { accessKeyId, expiresAtMs } = credential;
  return {
    responseElements: {
      RequestId: requestId,
      AssumedRoleUser: { Arn: assumedRole.arn, AssumedRoleId: assumedRole.id },
      Credentials: {
        AccessKeyId: accessKeyId,
        AccessKeySecret: '****',
        Expiration: formatTimestamp(expiresAtMs),
      },
    },
    referencedResources: { 'ACS::RAM::AccessKey': [accessKeyId] },
  };
}

function refusedElements({ error }: Refusal) {
  return { errorCode: error.code, errorMessage: withoutQuotation(error.message) };
}

/** `SignatureDoesNotMatch` quotes the request, token and all. */
export function withoutQuotation(message: string): string {
  return cut(message.replace(/\s*server (string ?to ?sign|CanonicalRequest)\b.*$/is, ''));
}

function cut(text: string): string {
  return keptText(text, TEXT_LENGTH_MAX);
}
