/**
 * The instance metadata service of ECS, as far as the credential path needs it: the instance's role
 * and its credential, the access tokens of hardened mode, and a few facts of the instance. A request
 * and the instant go in, an answer comes out.
 *
 * In normal mode a request may come with a token or without; in hardened mode it must have one. A
 * token is its own end and a tag over it, so nothing is kept about those that were given out.
 * Sources: Alibaba Cloud, "Instance metadata" of ECS; "Use RAM roles to access other services".
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { stream } from '../../src/kernel/rng.ts';
import { formatTimestamp, parseRoleArn, type RoleArn } from '../../src/kernel/sts/wire.ts';
import type { MockStsConfig } from './config.ts';
import { FaultList } from './fault-list.ts';
import { asList, compileAny } from './pattern.ts';
import { type OnItsWay, type PlaceAnswer, PlaceFaults } from './place-faults.ts';
import { INSTANCE_SESSION_MS, type ServiceSessions } from './service-sessions.ts';

export const ECS_SERVICE = 'ecs.aliyuncs.com';
const TOKEN_TTL_SECONDS_MAX = 21_600;
const TOKEN_HEADER = 'x-aliyun-ecs-metadata-token';
const TTL_HEADER = 'x-aliyun-ecs-metadata-token-ttl-seconds';
const FORWARDED_HEADER = 'x-forwarded-for';
const CREDENTIALS_AT = 'ram/security-credentials/';

export interface MetadataRequest {
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  /** A header's value by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  readonly nowMs: number;
}

export interface MetadataAnswer extends PlaceAnswer {
  readonly body: string;
  readonly status: number;
  readonly contentType: 'text/plain' | 'application/json';
}

export class MetadataService {
  private readonly hardened: boolean;
  private readonly role: RoleArn | undefined;
  private readonly sessions: ServiceSessions;
  private readonly items: ReadonlyMap<string, string>;
  private readonly tokenKey: string;
  private readonly instanceId: string;
  private readonly faults: PlaceFaults;

  constructor(
    config: MockStsConfig,
    sessions: ServiceSessions,
    faults: FaultList = new FaultList(config.faults),
  ) {
    this.faults = new PlaceFaults(faults, 'metadata', config.seed);
    this.hardened = config.instance?.hardened ?? false;
    this.role = boundRole(config);
    this.sessions = sessions;
    this.tokenKey = `metadata tokens of the mock, seed ${config.seed}`;
    this.instanceId = `i-bp1${letters(config.seed, 17)}`;
    this.items = new Map([
      ['hostname', `iZbp1${letters(config.seed, 17)}Z`],
      ['instance-id', this.instanceId],
      ['instance/instance-type', 'ecs.g7.large'],
      ['network-type', 'vpc'],
      ['owner-account-id', this.role?.accountId ?? ''],
      ['private-ipv4', '192.168.0.10'],
      ['region-id', config.region],
      ['zone-id', `${config.region}-a`],
    ]);
  }

  handle(request: MetadataRequest): OnItsWay<MetadataAnswer> {
    const { nowMs } = request;
    const struck = this.faults.strike(nowMs);
    const answer =
      struck === undefined
        ? this.answer(request, this.faults.serverMs(nowMs))
        : { ...refusal(struck.error.status, struck.error.code), ...struck };
    return this.faults.onItsWay(answer, nowMs);
  }

  private answer(request: MetadataRequest, serverMs: number): MetadataAnswer {
    const { method, path, nowMs } = request;
    if (path === '/latest/api/token') {
      return method === 'PUT'
        ? this.newToken(request, serverMs)
        : refusal(405, 'Method Not Allowed');
    }
    if (method !== 'GET') return refusal(405, 'Method Not Allowed');
    return this.accessRefusal(request, serverMs) ?? this.item(path, serverMs, nowMs);
  }

  private newToken({ header }: MetadataRequest, serverMs: number): MetadataAnswer {
    if (header(FORWARDED_HEADER) !== undefined) return refusal(403, 'Forbidden');
    const ttl = header(TTL_HEADER) ?? '';
    const seconds = /^\d{1,5}$/.test(ttl) ? Number(ttl) : 0;
    if (seconds < 1 || seconds > TOKEN_TTL_SECONDS_MAX) {
      return refusal(400, 'Missing or Invalid Parameters');
    }
    return text(this.tokenUntil(Math.floor(serverMs) + seconds * 1_000));
  }

  /** A token that is wrong is refused in either mode; none at all in hardened mode only. */
  private accessRefusal({ header }: MetadataRequest, serverMs: number): MetadataAnswer | undefined {
    const token = header(TOKEN_HEADER);
    if (token === undefined) return this.hardened ? refusal(403, 'Forbidden') : undefined;
    if (header(FORWARDED_HEADER) !== undefined) return refusal(403, 'Forbidden');
    return this.isGood(token, serverMs) ? undefined : refusal(401, 'Unauthorized');
  }

  private item(path: string, serverMs: number, nowMs: number): MetadataAnswer {
    const [, name] = /^\/(?:latest|2016-01-01)\/meta-data\/(.+)$/.exec(path) ?? [];
    if (name === undefined) {
      return /^\/(?:latest|2016-01-01)\/meta-data\/?$/.test(path) ? text(this.list()) : NOT_FOUND;
    }
    const fact = this.items.get(name);
    if (fact !== undefined) return text(fact);
    if (this.role === undefined) return NOT_FOUND;
    if (name === CREDENTIALS_AT || `${name}/` === CREDENTIALS_AT) return text(this.role.roleName);
    return name === `${CREDENTIALS_AT}${this.role.roleName}`
      ? this.credential(this.role, serverMs, nowMs)
      : NOT_FOUND;
  }

  private list(): string {
    const names = [...this.items.keys()].map((name) => name.replace(/\/.*$/, '/'));
    return [...names, ...(this.role === undefined ? [] : ['ram/'])].sort().join('\n');
  }

  private credential(role: RoleArn, serverMs: number, nowMs: number): MetadataAnswer {
    const roleSessionName = `vm-ram-${this.instanceId}`;
    const session = { role, roleSessionName, lifeMs: INSTANCE_SESSION_MS };
    const endedAgoMs = this.faults.endedAgoMs(nowMs);
    const credential = this.sessions.credential(session, serverMs, endedAgoMs);
    return {
      status: 200,
      contentType: 'application/json',
      code: 'OK',
      body: JSON.stringify({
        AccessKeyId: credential.accessKeyId,
        AccessKeySecret: credential.accessKeySecret,
        Expiration: formatTimestamp(credential.expiresAtMs),
        SecurityToken: credential.securityToken,
        LastUpdated: formatTimestamp(credential.issuedAtMs),
        Code: 'Success',
      }),
    };
  }

  private tokenUntil(endsAtMs: number): string {
    const tag = createHmac('sha256', this.tokenKey).update(String(endsAtMs)).digest('hex');
    return Buffer.from(`${endsAtMs}.${tag}`).toString('base64');
  }

  private isGood(token: string, nowMs: number): boolean {
    const [, end] = /^(\d{1,16})\./.exec(Buffer.from(token, 'base64').toString('latin1')) ?? [];
    if (end === undefined || nowMs >= Number(end)) return false;
    const expected = Buffer.from(this.tokenUntil(Number(end)));
    const given = Buffer.from(token);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
}

/** Whether a role's trust policy lets a service of the cloud have sessions of it. */
export function trustsService(config: MockStsConfig, roleArn: string, service: string): boolean {
  const statements = config.roles.find(({ arn }) => arn === roleArn)?.trust.Statement ?? [];
  const matching = statements.filter(
    ({ Action, Principal }) =>
      compileAny(Action)('sts:AssumeRole') && compileAny(asList(Principal.Service))(service),
  );
  return matching.length > 0 && matching.every(({ Effect }) => Effect === 'Allow');
}

/** The instance's role, if the landing zone has it and it trusts ECS. */
function boundRole(config: MockStsConfig): RoleArn | undefined {
  const arn = config.instance?.role;
  if (arn === undefined || !trustsService(config, arn, ECS_SERVICE)) return undefined;
  return parseRoleArn(arn);
}

const NOT_FOUND = refusal(404, 'Not Found');

function refusal(status: number, body: string): MetadataAnswer {
  return { status, contentType: 'text/plain', body, code: body };
}

function text(body: string): MetadataAnswer {
  return { status: 200, contentType: 'text/plain', body, code: 'OK' };
}

function letters(seed: number, count: number): string {
  const rng = stream(seed, 'instance-id');
  return Array.from({ length: count }, () => rng.below(36).toString(36)).join('');
}
