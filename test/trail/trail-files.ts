/** ActionTrail events as they are found in files: two casings, several envelopes, lines or arrays. */
import { gzipSync } from 'node:zlib';
import type { StsEvent } from '../../src/trail/event.ts';
import { readEvents, TrailTally } from '../../src/trail/read-trail.ts';

export const ROLE_ARN = 'acs:ram::1000000000000101:role/role-app-prd';
const AT_MS = Date.UTC(2026, 10, 22, 8, 0, 0);

export function stsEvent(changes: Partial<StsEvent> = {}): StsEvent {
  return {
    atMs: AT_MS,
    action: 'AssumeRole',
    callerAccountId: '1000000000000001',
    region: 'cn-hangzhou',
    accessKeyId: 'LTAI5tExample',
    principal: 'app',
    roleArn: ROLE_ARN,
    sessionName: 'app@host-1',
    durationSeconds: 3_600,
    sourceIp: '10.0.0.1',
    requestId: '5E2F5C21-6F0A-4A5B-8A3E-8C5B1D1C0001',
    eventId: '5E2F5C21-6F0A-4A5B-8A3E-8C5B1D1C0001',
    userAgent: 'AlibabaCloud (Linux; amd64) Java/17 "quoted" {braced}',
    ...changes,
  };
}

let made = 0;

/** One with an id of its own, as no other call has it. */
export function ownEvent(changes: Partial<StsEvent> = {}): StsEvent {
  made += 1;
  return stsEvent({ eventId: `event-${made}`, ...changes });
}

/** As ActionTrail writes it down. */
export function written(event: StsEvent): Readonly<Record<string, unknown>> {
  const [kind, name] = event.principal.startsWith('role/')
    ? ['assumed-role', `${event.principal.slice(5)}:session`]
    : ['ram-user', event.principal];
  return {
    eventId: event.eventId,
    requestId: event.requestId,
    eventVersion: 1,
    eventTime: `${new Date(event.atMs).toISOString().slice(0, 19)}Z`,
    eventName: event.action,
    serviceName: 'Sts',
    acsRegion: event.region,
    userIdentity: {
      type: kind,
      accountId: event.callerAccountId,
      userName: name,
      ...(event.accessKeyId === undefined ? {} : { accessKeyId: event.accessKeyId }),
    },
    sourceIpAddress: event.sourceIp,
    userAgent: event.userAgent,
    requestParameters: {
      RoleArn: event.roleArn,
      RoleSessionName: event.sessionName,
      DurationSeconds: event.durationSeconds,
    },
    ...(event.errorCode === undefined ? { errorCode: '' } : { errorCode: event.errorCode }),
  };
}

export const CASINGS = ['eventTime', 'EventTime'] as const;
export const ENVELOPES = ['none', 'event as object', 'event as text', 'page'] as const;
export const LAYOUTS = ['lines', 'array', 'array of lines', 'indented array', 'indented'] as const;

export interface Style {
  readonly casing: (typeof CASINGS)[number];
  readonly envelope: (typeof ENVELOPES)[number];
  readonly layout: (typeof LAYOUTS)[number];
  readonly gzip: boolean;
  readonly lineEnd: '\n' | '\r\n';
}

export function fileOf(events: readonly StsEvent[], style: Style): Uint8Array {
  const fields = events
    .map(written)
    .map((one) => (style.casing === 'EventTime' ? capital(one) : one));
  const text = laidOut(inEnvelope(fields, style.envelope), style.layout);
  const bytes = Buffer.from(text.replaceAll('\n', style.lineEnd));
  return style.gzip ? gzipSync(bytes) : bytes;
}

function inEnvelope(events: readonly object[], envelope: Style['envelope']): object[] {
  switch (envelope) {
    case 'none':
      return [...events];
    case 'event as object':
      return events.map((event) => ({ __topic__: 'actiontrail_event', event }));
    case 'event as text':
      return events.map((event) => ({ __source__: 'x', event: JSON.stringify(event) }));
    case 'page':
      return [{ RequestId: 'x', Events: events }];
  }
}

function laidOut(values: readonly object[], layout: Style['layout']): string {
  switch (layout) {
    case 'lines':
      return values.map((value) => `${JSON.stringify(value)}\n`).join('');
    case 'array':
      return JSON.stringify(values);
    case 'array of lines':
      return `[\n${values.map((value) => JSON.stringify(value)).join(',\n')}\n]\n`;
    case 'indented array':
      return JSON.stringify(values, null, 2);
    case 'indented':
      return values.map((value) => JSON.stringify(value, null, '\t')).join('\n');
  }
}

/** Every field of it, and of what is in it. */
function capital(value: object): object {
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name[0]!.toUpperCase() + name.slice(1),
      typeof inner === 'object' ? capital(inner) : inner,
    ]),
  );
}

/** Read in chunks of the sizes given, over and over. */
export async function readBack(bytes: Uint8Array, sizes: readonly number[] = [65_536]) {
  const tally = new TrailTally();
  const events: StsEvent[] = [];
  for await (const some of readEvents('trail.json', inChunks(bytes, sizes), tally)) {
    events.push(...some);
  }
  return { events, tally };
}

async function* inChunks(bytes: Uint8Array, sizes: readonly number[]) {
  let at = 0;
  for (let index = 0; at < bytes.length; index += 1) {
    const size = sizes[index % sizes.length]!;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
