/**
 * What AssumeRole asks of its parameters, before anybody's permission is looked at.
 * Source: Alibaba Cloud, "AssumeRole" (STS 2015-04-01).
 */
import type { AssumeRoleRequest } from '../../src/kernel/sts/credentials.ts';
import { missingParameter, type StsError, stsError } from '../../src/kernel/sts/error-codes.ts';
import { parseRoleArn } from '../../src/kernel/sts/wire.ts';
import { readSessionPolicy } from './session-policy.ts';

const SHORTEST_SESSION_SECONDS = 900;
export const LONGEST_SESSION_SECONDS = 43_200;
export const DEFAULT_SESSION_SECONDS = 3_600;

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
  if (request.sourceIdentity !== undefined && !isSourceIdentity(request.sourceIdentity)) {
    return stsError('InvalidParameter.SourceIdentity');
  }
  return brokenPolicyRule(request.policy);
}

export function brokenPolicyRule(text: string | undefined): StsError | undefined {
  if (text === undefined) return undefined;
  const policy = readSessionPolicy(text);
  return 'code' in policy ? policy : undefined;
}

export function isSourceIdentity(text: string): boolean {
  return SOURCE_IDENTITY.test(text);
}

export function isSessionLength(seconds: number): boolean {
  return (
    Number.isInteger(seconds) &&
    seconds >= SHORTEST_SESSION_SECONDS &&
    seconds <= LONGEST_SESSION_SECONDS
  );
}

/** A process sends the same texts each time: the last good ones are not parsed again. */
let lastGoodRoleArn: string | undefined;
let lastGoodSessionName: string | undefined;

function isSessionName(text: string): boolean {
  if (text === lastGoodSessionName) return true;
  if (!SESSION_NAME.test(text)) return false;
  lastGoodSessionName = text;
  return true;
}

export function isRoleArn(text: string): boolean {
  if (text === lastGoodRoleArn) return true;
  if (parseRoleArn(text) === undefined) return false;
  lastGoodRoleArn = text;
  return true;
}
