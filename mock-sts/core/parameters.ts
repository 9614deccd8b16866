/**
 * What AssumeRole asks of its parameters, before anybody's permission is looked at.
 * Source: Alibaba Cloud, "AssumeRole" (STS 2015-04-01).
 */
import type { AssumeRoleRequest } from '../../src/kernel/sts/credentials.ts';
import { missingParameter, type StsError, stsError } from '../../src/kernel/sts/error-codes.ts';
import { parseRoleArn } from '../../src/kernel/sts/wire.ts';

const SHORTEST_SESSION_SECONDS = 900;
export const LONGEST_SESSION_SECONDS = 43_200;
export const DEFAULT_SESSION_SECONDS = 3_600;

const POLICY_BYTES_MAX = 2_048;
const SESSION_NAME = /^[A-Za-z0-9.@_-]{2,64}$/;
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;
const SOURCE_IDENTITY = /^(?!acs:|aliyun:|alibabacloud:)[\w+=,.@-]{2,64}$/;

/**
 * The first rule that the request breaks; an empty mandatory parameter counts as missing. The
 * role's own longest session is checked later, when the role is known.
 */
export function brokenParameterRule(request: AssumeRoleRequest): StsError | undefined {
  if (request.roleArn === '') return missingParameter('RoleArn');
  if (request.roleSessionName === '') return missingParameter('RoleSessionName');
  if (!isRoleArn(request.roleArn)) return stsError('InvalidParameter.RoleArn');
  if (!isSessionName(request.roleSessionName)) {
    return stsError('InvalidParameter.RoleSessionName');
  }
  if (!isSessionLength(request.durationSeconds)) {
    return stsError('InvalidParameter.DurationSeconds');
  }
  if (request.externalId !== undefined && !EXTERNAL_ID.test(request.externalId)) {
    return stsError('InvalidParameter.ExternalId');
  }
  if (request.sourceIdentity !== undefined && !SOURCE_IDENTITY.test(request.sourceIdentity)) {
    return stsError('InvalidParameter.SourceIdentity');
  }
  return request.policy === undefined ? undefined : brokenPolicyRule(request.policy);
}

function isSessionLength(seconds: number): boolean {
  return (
    Number.isInteger(seconds) &&
    seconds >= SHORTEST_SESSION_SECONDS &&
    seconds <= LONGEST_SESSION_SECONDS
  );
}

/** A process sends the same texts each time: the last good ones are not parsed again. */
let lastGoodRoleArn: string | undefined;
let lastGoodSessionName: string | undefined;
let lastGoodPolicy: string | undefined;

function isSessionName(text: string): boolean {
  if (text === lastGoodSessionName) return true;
  if (!SESSION_NAME.test(text)) return false;
  lastGoodSessionName = text;
  return true;
}

function isRoleArn(text: string): boolean {
  if (text === lastGoodRoleArn) return true;
  if (parseRoleArn(text) === undefined) return false;
  lastGoodRoleArn = text;
  return true;
}

function brokenPolicyRule(policy: string): StsError | undefined {
  if (policy === lastGoodPolicy) return undefined;
  if (Buffer.byteLength(policy) > POLICY_BYTES_MAX) return stsError('InvalidParameter.PolicySize');
  if (!isPolicyDocument(policy)) return stsError('InvalidParameter.PolicyGrammar');
  lastGoodPolicy = policy;
  return undefined;
}

/** Version `1` and at least one statement with Effect, Action and Resource. */
function isPolicyDocument(text: string): boolean {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return false;
  }
  if (!isRecord(document) || document.Version !== '1') return false;
  const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  return statements.length > 0 && statements.every(isStatement);
}

function isStatement(value: unknown): boolean {
  if (!isRecord(value) || (value.Effect !== 'Allow' && value.Effect !== 'Deny')) return false;
  const hasAction = isNames(value.Action) || isNames(value.NotAction);
  const hasResource = isNames(value.Resource) || isNames(value.NotResource);
  return hasAction && hasResource;
}

function isNames(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  return (
    Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string')
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
