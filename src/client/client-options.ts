/**
 * What a `CachingCredentialClient` is made from, checked once, with every problem reported.
 */
import type { Clock } from '../kernel/clock.ts';
import { badInput, type Problem } from '../kernel/errors.ts';
import type { Rng } from '../kernel/rng.ts';
import type { AssumeRoleRequest, Credentials } from '../kernel/sts/credentials.ts';
import { parseRoleArn } from '../kernel/sts/wire.ts';
import type { CallerSource } from './caller-source.ts';
import { ENDPOINT_ALLOWED, parseEndpoint } from './endpoint.ts';
import type { CachePolicy } from './policy.ts';
import type { StsTransport } from './sts-transport.ts';

/** What a credential is for: two with equal fields are one credential. */
export interface RoleSession {
  readonly roleArn: string;
  /** 2 to 64 letters, digits and `.@-_`; shown in audit logs. */
  readonly roleSessionName: string;
  /** 3,600 when not given. */
  readonly durationSeconds?: number;
  readonly externalId?: string;
  /** Session policy: the role's permissions are cut to what it allows too. */
  readonly sessionPolicy?: string;
  readonly sourceIdentity?: string;
}

export interface ClientOptions extends RoleSession {
  /**
   * What a call is made with: a RAM user's AccessKey, or what yields a key or a token. A source that
   * is given is not closed.
   */
  readonly source: Credentials | CallerSource;
  /** `https://sts-vpc.cn-hangzhou.aliyuncs.com`; without it, the region's public endpoint. */
  readonly endpoint?: string;
  readonly region?: string;
  /** Certificate authority of the endpoint, PEM; the system's when not given. */
  readonly ca?: string;
  /** What one AssumeRole call may take in all, 5,000 when not given; asking the source is part of it. */
  readonly callTimeoutMs?: number;
  /**
   * `ahead` (when not given): by a timer, before somebody asks. `on-demand`: once it is due, when
   * somebody asks; he is served from the credential at hand. That suits the source of another client,
   * which asks an hour apart.
   */
  readonly refresh?: 'ahead' | 'on-demand';
  readonly policy?: Partial<CachePolicy>;
  /** The real clock, chance and undici when not given. A transport that is given is not closed. */
  readonly clock?: Clock;
  readonly rng?: Pick<Rng, 'next'>;
  /** Draws the waits after failures; `rng` does when not given. */
  readonly backoffRng?: Pick<Rng, 'next'>;
  readonly transport?: StsTransport;
}

const DEFAULT_DURATION_SECONDS = 3_600;
export const DEFAULT_CALL_TIMEOUT_MS = 5_000;

/** The request that every call makes. Throws HarnessError with all problems of the options. */
export function requestOf(options: ClientOptions): AssumeRoleRequest {
  const problems = [...RULES]
    .map(([path, rule]): Problem | undefined => {
      const value = options[path];
      const isFine = value === undefined ? rule.isOptional : rule.holds(value);
      return isFine ? undefined : problem(path, value, rule.allowed);
    })
    .filter((found) => found !== undefined);
  if (options.transport === undefined && parseEndpoint(options) === undefined) {
    problems.push(problem('endpoint', options.endpoint ?? options.region, ENDPOINT_ALLOWED));
  }
  const { refresh = 'ahead' } = options;
  if (refresh !== 'ahead' && refresh !== 'on-demand') {
    problems.push(problem('refresh', refresh, 'ahead or on-demand'));
  }
  if (!isSource(options.source)) {
    const allowed = '{ accessKeyId, accessKeySecret }, { getCredentials() } or { getOidcToken() }';
    problems.push({ file: 'client options', path: 'source', found: 'something else', allowed });
  }
  if (problems.length > 0) throw badInput('CLIENT_OPTIONS_INVALID', problems);
  return Object.freeze({
    roleArn: options.roleArn,
    roleSessionName: options.roleSessionName,
    durationSeconds: options.durationSeconds ?? DEFAULT_DURATION_SECONDS,
    ...(options.sessionPolicy === undefined ? {} : { policy: options.sessionPolicy }),
    ...(options.externalId === undefined ? {} : { externalId: options.externalId }),
    ...(options.sourceIdentity === undefined ? {} : { sourceIdentity: options.sourceIdentity }),
  });
}

interface Rule {
  readonly isOptional: boolean;
  readonly allowed: string;
  readonly holds: (value: unknown) => boolean;
}

/** Forms and limits as "AssumeRole" has them. */
const RULES: ReadonlyMap<keyof ClientOptions, Rule> = new Map<keyof ClientOptions, Rule>([
  ['roleArn', textRule(false, 'acs:ram::<account>:role/<name>', (v) => !!parseRoleArn(v))],
  ['roleSessionName', pattern(false, '2 to 64 letters, digits and .@-_', /^[\w.@-]{2,64}$/)],
  ['durationSeconds', numberRule('a whole number from 900 to 43200', 900, 43_200)],
  [
    'externalId',
    pattern(true, '2 to 1224 letters, digits and =,.@:/-_+', /^[\w+=,.@:/-]{2,1224}$/),
  ],
  ['sessionPolicy', textRule(true, 'JSON of 1 to 2048 characters', isPolicy)],
  ['sourceIdentity', pattern(true, '2 to 64 letters, digits and =,.@-_+', /^[\w+=,.@-]{2,64}$/)],
  ['callTimeoutMs', numberRule('whole milliseconds from 1 to 300000', 1, 300_000)],
]);

function textRule(isOptional: boolean, allowed: string, holds: (text: string) => boolean): Rule {
  return { isOptional, allowed, holds: (value) => typeof value === 'string' && holds(value) };
}

function pattern(isOptional: boolean, allowed: string, form: RegExp): Rule {
  return textRule(isOptional, allowed, (text) => form.test(text));
}

function numberRule(allowed: string, min: number, max: number): Rule {
  const holds = (value: unknown) => Number.isInteger(value) && +value! >= min && +value! <= max;
  return { isOptional: true, allowed, holds };
}

function isPolicy(text: string): boolean {
  try {
    JSON.parse(text);
    return text.length <= 2048;
  } catch {
    return false;
  }
}

function isSource(source: unknown): boolean {
  const isToken = typeof source === 'object' && source !== null && 'getOidcToken' in source;
  return isToken ? typeof source.getOidcToken === 'function' : isKeySource(source);
}

export function isKeySource(source: unknown): boolean {
  if (typeof source !== 'object' || source === null) return false;
  if ('getCredentials' in source) return typeof source.getCredentials === 'function';
  const { accessKeyId, accessKeySecret } = source as Partial<Credentials>;
  return Boolean(accessKeyId) && Boolean(accessKeySecret);
}

export function problem(path: string, value: unknown, allowed: string): Problem {
  const found = value === undefined ? 'nothing' : String(value).slice(0, 80);
  return { file: 'client options', path, found, allowed };
}
