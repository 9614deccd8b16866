/**
 * What clients read from `ALIBABA_CLOUD_CREDENTIALS_URI`: the credential of a role session, as a
 * sidecar of the application would hand it out. The role is named, or a user who may assume one:
 * the session is then of the first role of the landing zone that he may.
 * Source: the SDKs' own code, since no page describes the document.
 */
import { formatTimestamp, parseRoleArn } from '../../src/kernel/sts/wire.ts';
import type { MockStsConfig } from './config.ts';
import { DEFAULT_SESSION_SECONDS } from './parameters.ts';
import { compileAny } from './pattern.ts';
import type { ServiceSessions } from './service-sessions.ts';

export interface CredentialsDocument {
  readonly Code: 'Success';
  readonly AccessKeyId: string;
  readonly AccessKeySecret: string;
  readonly SecurityToken: string;
  readonly Expiration: string;
}

/** `name` is a role's name or ARN, or a user's name; undefined if there is no such role. */
export function credentialsDocument(
  config: MockStsConfig,
  sessions: ServiceSessions,
  name: string,
  nowMs: number,
): CredentialsDocument | undefined {
  const found = sessionNamed(config, name);
  const role = parseRoleArn(found?.roleArn ?? '');
  if (found === undefined || role === undefined) return undefined;
  const { roleSessionName } = found;
  const session = { role, roleSessionName, lifeMs: DEFAULT_SESSION_SECONDS * 1_000 };
  const credential = sessions.credential(session, nowMs);
  return {
    Code: 'Success',
    AccessKeyId: credential.accessKeyId,
    AccessKeySecret: credential.accessKeySecret,
    SecurityToken: credential.securityToken,
    Expiration: formatTimestamp(credential.expiresAtMs),
  };
}

interface NamedSession {
  readonly roleArn: string;
  readonly roleSessionName: string;
}

function sessionNamed({ roles, users }: MockStsConfig, name: string): NamedSession | undefined {
  const role = roles.find(({ arn }) => arn === name || arn.endsWith(`:role/${name}`));
  if (role !== undefined) return { roleArn: role.arn, roleSessionName: 'credentials-uri' };
  const user = users.find((candidate) => candidate.name === name);
  const assumed = roles.find(({ arn }) => compileAny(user?.mayAssume ?? [])(arn));
  return assumed === undefined
    ? undefined
    : { roleArn: assumed.arn, roleSessionName: sessionNameOf(name) };
}

/** A user's name may be shorter or longer than a session's. */
function sessionNameOf(user: string): string {
  return user.padEnd(2, '-').slice(0, 64);
}
