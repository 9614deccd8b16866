/**
 * The credential of an ECS instance's role, from the metadata service of the instance: no key on the
 * machine. It lasts six hours; the service makes the next one 30 minutes before the end, and from then
 * on it is asked.
 * Source: Alibaba Cloud, "Instance metadata" of ECS.
 */
import { realClock } from '../kernel/real-clock.ts';
import type { SessionCredentials } from '../kernel/sts/credentials.ts';
import { expiringLocally } from './assume-role.ts';
import { readCredentials, serverAtMs } from './assume-role-answer.ts';
import type { CachedCredential } from './cached-credential.ts';
import { readOnDemand, type SourceSettings } from './cached-source.ts';
import type { CredentialSource } from './caller-source.ts';
import { badResponse, networkFailure } from './classify.ts';
import { originUrl } from './endpoint.ts';
import { CredentialError } from './failure.ts';
import { type HttpAnswer, type HttpCall, HttpEndpoint } from './http-endpoint.ts';
import type { AssumeRoleOutcome } from './sts-transport.ts';

export interface InstanceRoleSourceOptions extends SourceSettings {
  /** `http://100.100.100.200` when not given. */
  readonly endpoint?: string;
  /** Asked of the service when not given. */
  readonly roleName?: string;
  /**
   * `hardened` (when not given) asks with an access token, which every instance takes; `normal`
   * without one.
   */
  readonly mode?: 'hardened' | 'normal';
}

const METADATA_ENDPOINT = 'http://100.100.100.200';
const CREDENTIALS_AT = '/latest/meta-data/ram/security-credentials/';
/** A token is for the two requests of one read. */
const TOKEN_TTL_SECONDS = 60;
const PARTY = 'the metadata service';

export class InstanceRoleSource implements CredentialSource {
  private readonly options: InstanceRoleSourceOptions;
  private readonly http: HttpEndpoint;
  private readonly cache: CachedCredential;

  constructor(options: InstanceRoleSourceOptions = {}) {
    const clock = options.clock ?? realClock();
    this.options = options;
    this.http = new HttpEndpoint(originUrl(options.endpoint ?? METADATA_ENDPOINT));
    const issue = async (signal: AbortSignal) => {
      const asked = { sentAtMs: clock.nowMs(), durationSeconds: Number.POSITIVE_INFINITY };
      return expiringLocally(await this.read(signal), asked);
    };
    this.cache = readOnDemand({ ...options, clock }, { name: PARTY, issue });
  }

  getCredentials(): SessionCredentials | Promise<SessionCredentials> {
    return this.cache.getCredentials();
  }

  invalidate(accessKeyId: string): void {
    this.cache.invalidate(accessKeyId);
  }

  /** Whoever waits, and whoever asks later, is refused. */
  async close(): Promise<void> {
    await this.cache.close();
    await this.http.close();
  }

  private async read(signal: AbortSignal): Promise<AssumeRoleOutcome> {
    try {
      const headers = await this.access(signal);
      const get = async (path: string) =>
        bodyOf(await this.http.send({ method: 'GET', path, headers }, signal));
      const role = this.options.roleName ?? (await get(CREDENTIALS_AT)).text.trim();
      const { text, date } = await get(`${CREDENTIALS_AT}${encodeURIComponent(role)}`);
      return readCredentials(parsed(text), serverAtMs(date));
    } catch (error) {
      const isKnown = error instanceof CredentialError;
      return { kind: 'failed', failure: isKnown ? error.failure : networkFailure(error, PARTY) };
    }
  }

  private async access(signal: AbortSignal): Promise<Record<string, string>> {
    if (this.options.mode === 'normal') return {};
    const call: HttpCall = {
      method: 'PUT',
      path: '/latest/api/token',
      headers: { 'x-aliyun-ecs-metadata-token-ttl-seconds': String(TOKEN_TTL_SECONDS) },
    };
    const { text } = bodyOf(await this.http.send(call, signal));
    return { 'x-aliyun-ecs-metadata-token': text };
  }
}

function bodyOf({ status, body, header }: HttpAnswer): {
  readonly text: string;
  readonly date: string | undefined;
} {
  if (status === 200 && body !== undefined) return { text: body, date: header('date') };
  const what = status === 404 ? 'has no role for this instance' : `answered with status ${status}`;
  throw new CredentialError(badResponse(`${PARTY} ${what}`, status));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
