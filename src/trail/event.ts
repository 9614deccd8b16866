/**
 * A call to STS as ActionTrail tells it. Field names are read in both casings, and samples differ in
 * more: a session name that is a number, a version that is one or a text.
 * Sources: Alibaba Cloud, "Structure of a management event", "ActionTrail: STS events".
 */
import { parseTimestamp } from '../kernel/sts/wire.ts';

export interface StsEvent {
  /** Epoch milliseconds; ActionTrail tells whole seconds. */
  readonly atMs: number;
  /** `AssumeRole`, `AssumeRoleWithOIDC`, …; empty where the request named none. */
  readonly action: string;
  readonly callerAccountId: string;
  readonly region: string;
  readonly accessKeyId?: string;
  /** A user's name, `role/<name>`, `root`, `<kind>/<name>`; empty where the signature did not tell. */
  readonly principal: string;
  /** Empty for actions without one. */
  readonly roleArn: string;
  readonly sessionName: string;
  /** As asked for, an hour where nothing was; 0 for actions without a session. */
  readonly durationSeconds: number;
  readonly sourceIp: string;
  /** Absent where the call succeeded. */
  readonly errorCode?: string;
  readonly requestId: string;
  /** The same in every copy of the event. */
  readonly eventId: string;
  /** How long the credential that was issued lives, where the answer tells. */
  readonly lifetimeSeconds?: number;
  readonly userAgent: string;
}

export type EventReading =
  | { readonly kind: 'sts'; readonly event: StsEvent }
  /** A call to another service. */
  | { readonly kind: 'other' }
  | { readonly kind: 'broken'; readonly reason: string };

/** Of the documentation: what `DurationSeconds` is where it is left out. */
const DURATION_SECONDS_DEFAULT = 3_600;

type Fields = Readonly<Record<string, unknown>>;

export function readEvent(fields: Fields): EventReading {
  const atMs = parseTimestamp(text(fields, 'eventTime'));
  if (atMs === undefined) return { kind: 'broken', reason: 'no event: it has no eventTime' };
  if (!isSts(fields)) return { kind: 'other' };
  const asked = object(fields, 'requestParameters');
  const identity = object(fields, 'userIdentity');
  const accessKeyId = text(identity, 'accessKeyId');
  const errorCode = text(fields, 'errorCode');
  const action = text(fields, 'eventName');
  const roleArn = assumesRole(action) ? text(asked, 'RoleArn') : '';
  const event: StsEvent = {
    atMs,
    action,
    callerAccountId: text(identity, 'accountId') || text(fields, 'recipientAccountId'),
    region: text(fields, 'acsRegion') || text(asked, 'RegionId'),
    ...(accessKeyId === '' ? {} : { accessKeyId }),
    principal: principalOf(identity),
    roleArn,
    sessionName: text(asked, 'RoleSessionName'),
    durationSeconds: durationOf(asked, roleArn),
    sourceIp: text(fields, 'sourceIpAddress'),
    ...(errorCode === '' ? {} : { errorCode }),
    requestId: text(fields, 'requestId') || text(fields, 'eventId'),
    eventId: text(fields, 'eventId') || text(fields, 'requestId'),
    ...lifetimeOf(fields, atMs),
    userAgent: text(fields, 'userAgent'),
  };
  return { kind: 'sts', event };
}

/** `AssumeRole` itself, or with OIDC or SAML. */
export function assumesRole(action: string): boolean {
  return action.startsWith('AssumeRole');
}

function isSts(fields: Fields): boolean {
  return (
    text(fields, 'serviceName').toLowerCase() === 'sts' ||
    /^sts(-vpc)?\./.test(text(fields, 'eventSource'))
  );
}

function durationOf(asked: Fields, roleArn: string): number {
  if (roleArn === '') return 0;
  const given = text(asked, 'DurationSeconds');
  return /^\d{1,6}$/.test(given) ? Number(given) : DURATION_SECONDS_DEFAULT;
}

/** Of the answer nothing else is read: it holds the credential's key id and its masked secret. */
function lifetimeOf(fields: Fields, atMs: number): { lifetimeSeconds?: number } {
  const credentials = object(object(fields, 'responseElements'), 'credentials');
  const expiresAtMs = parseTimestamp(text(credentials, 'Expiration'));
  if (expiresAtMs === undefined || expiresAtMs <= atMs) return {};
  return { lifetimeSeconds: Math.round((expiresAtMs - atMs) / 1_000) };
}

/** The session of a role tells `<role>:<session>`, or by its id `<role id>:<session>`. */
function principalOf(identity: Fields): string {
  const kind = text(identity, 'type');
  const name = text(identity, 'userName');
  switch (kind) {
    case 'ram-user':
      return name;
    case 'root-account':
      return 'root';
    case 'assumed-role':
      return `role/${(name || text(identity, 'principalId')).split(':')[0]}`;
    case '':
    case 'unknown':
      return name;
    default:
      return `${kind}/${name}`;
  }
}

/** The field of that name, or of the name with its first letter in the other case. */
function field(fields: Fields, name: string): unknown {
  const value = fields[name];
  if (value !== undefined) return value;
  const first = name[0]!;
  const small = first.toLowerCase();
  return fields[(first === small ? first.toUpperCase() : small) + name.slice(1)];
}

function text(fields: Fields, name: string): string {
  const value = field(fields, name);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** An object, or the text of one. */
function object(fields: Fields, name: string): Fields {
  return asFields(field(fields, name)) ?? {};
}

/** Undefined for what is neither an object nor the JSON text of one. */
export function asFields(value: unknown): Fields | undefined {
  const parsed = typeof value === 'string' ? parsedJson(value) : value;
  const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  return isObject ? (parsed as Fields) : undefined;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
