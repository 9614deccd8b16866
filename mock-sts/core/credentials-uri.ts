/**
 * What clients read from `ALIBABA_CLOUD_CREDENTIALS_URI`: the credential of a role session, as a
 * sidecar of the application would hand it out. The role is named, or a user who may assume one:
 * the session is then of the first role of the landing zone that he may.
 * Source: the SDKs' own code, since no page describes the document.
 */
import type { StsError } from '../../src/kernel/sts/error-codes.ts';
import { formatTimestamp, parseRoleArn } from '../../src/kernel/sts/wire.ts';
import type { MockStsConfig } from './config.ts';
import { FaultList } from './fault-list.ts';
import { DEFAULT_SESSION_SECONDS } from './parameters.ts';
import { compileAny } from './pattern.ts';
import { type OnItsWay, type PlaceAnswer, PlaceFaults } from './place-faults.ts';
import type { ServiceSessions } from './service-sessions.ts';

interface CredentialsDocument {
  readonly Code: 'Success';
  readonly AccessKeyId: string;
  readonly AccessKeySecret: string;
  readonly SecurityToken: string;
  readonly Expiration: string;
}

export interface CredentialsAnswer extends PlaceAnswer {
  readonly body: string;
  readonly status: number;
}

/** The document, or a refusal with `Code` and `Message`, as JSON. */
export class CredentialsUri {
  private readonly config: MockStsConfig;
  private readonly sessions: ServiceSessions;
  private readonly faults: PlaceFaults;

  constructor(
    config: MockStsConfig,
    sessions: ServiceSessions,
    faults: FaultList = new FaultList(config.faults),
  ) {
    this.config = config;
    this.sessions = sessions;
    this.faults = new PlaceFaults(faults, 'credentials-uri', config.seed);
  }

  /** `name` is a role's name or ARN, or a user's name. */
  handle(name: string, nowMs: number): OnItsWay<CredentialsAnswer> {
    const struck = this.faults.strike(nowMs);
    if (struck !== undefined) {
      return this.faults.onItsWay({ ...refusal(struck.error), ...struck }, nowMs);
    }
    const document = this.document(name, this.faults.serverMs(nowMs), nowMs);
    const answer =
      document === undefined
        ? refusal({ status: 404, code: 'NotFound', message: 'No such role or user.' })
        : { status: 200, code: 'OK', body: JSON.stringify(document) };
    return this.faults.onItsWay(answer, nowMs);
  }

  private document(name: string, serverMs: number, nowMs: number): CredentialsDocument | undefined {
    const found = sessionNamed(this.config, name);
    const role = parseRoleArn(found?.roleArn ?? '');
    if (found === undefined || role === undefined) return undefined;
    const { roleSessionName } = found;
    const session = { role, roleSessionName, lifeMs: DEFAULT_SESSION_SECONDS * 1_000 };
    const endedAgoMs = this.faults.endedAgoMs(nowMs);
    const credential = this.sessions.credential(session, serverMs, endedAgoMs);
    return {
      Code: 'Success',
      AccessKeyId: credential.accessKeyId,
      AccessKeySecret: credential.accessKeySecret,
      SecurityToken: credential.securityToken,
      Expiration: formatTimestamp(credential.expiresAtMs),
    };
  }
}

function refusal({ status, code, message }: StsError): CredentialsAnswer {
  return { status, code, body: JSON.stringify({ Code: code, Message: message }) };
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
