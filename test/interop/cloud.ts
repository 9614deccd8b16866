/**
 * The built mock, as a test of a user's own would start it, and what the suite asks of it: is this a
 * credential that you issued, for whom, and for how long?
 *
 * Its clock can be set apart from the machine's, by less than the tolerance for timestamps. Behind,
 * sessions seem to end soon, so a client refreshes at once. Ahead, STS is throttled.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { MockSts } from '../../mock-sts/server/start.ts';
import { realClock } from '../../src/kernel/real-clock.ts';
import type { AccessKey, Credentials } from '../../src/kernel/sts/credentials.ts';
import { maskKeyId } from '../../src/kernel/sts/credentials.ts';
import { askV1, credentialIn } from '../mock-sts/landing.ts';
import { temporaryFolder } from '../temporary.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** The build as users have it, and the part of it that reads tokens, both of one moment. */
const { loadMockConfig } = (await import(
  at('../../dist/mock-sts/server/config-file.js')
)) as typeof import('../../mock-sts/server/config-file.ts');
const { startMockSts } = (await import(
  at('../../dist/mock-sts/server/start.js')
)) as typeof import('../../mock-sts/server/start.ts');
const { AdjustableClock } = (await import(
  at('../../dist/mock-sts/server/adjustable-clock.js')
)) as typeof import('../../mock-sts/server/adjustable-clock.ts');
const { TokenAuthority } = (await import(
  at('../../dist/mock-sts/core/token.js')
)) as typeof import('../../mock-sts/core/token.ts');

export const ROLE_ARN = 'acs:ram::1000000000000101:role/role-app-prd';
export const HUB_ARN = 'acs:ram::1000000000000102:role/role-hub';
export const MEMBER_ARN = 'acs:ram::1000000000000103:role/role-member';
export const PODS_ROLE_ARN = 'acs:ram::1000000000000101:role/role-pods';
export const PROVIDER_ARN = 'acs:ram::1000000000000101:oidc-provider/ack-pods';
export const SSO_ROLE_ARN = 'acs:ram::1000000000000101:role/role-sso';
export const SAML_PROVIDER_ARN = 'acs:ram::1000000000000101:saml-provider/company-sso';
export const INSTANCE_ROLE_ARN = 'acs:ram::1000000000000101:role/role-ecs';
export const SECRET_NAME = 'acs/ram/user/app';
export const FORBIDDEN_ARN = 'acs:ram::1000000000000101:role/elsewhere';

const AHEAD_MS = 600_000;

export interface IssuedAs {
  readonly roleArn: string;
  readonly roleSessionName: string;
  readonly durationSeconds: number;
}

export class Cloud {
  readonly mock: MockSts;
  readonly key: AccessKey;
  readonly httpHost: string;
  private readonly seed: number;
  private readonly directory: string;
  private readonly setClock: (aheadMs: number) => void;

  /** With `ownClock` the admin API moves its clock, and nothing else does. */
  static async start({ ownClock = false } = {}): Promise<Cloud> {
    const directory = temporaryFolder();
    const real = realClock();
    const throttled = {
      kind: 'errors',
      share: 1,
      code: 'Throttling.User',
      fromMs: real.nowMs() + AHEAD_MS - 200_000,
      toMs: real.nowMs() + 10 * AHEAD_MS,
    } as const;
    const config = {
      ...(await loadMockConfig(at('landing-zone.yaml'))),
      faults: ownClock ? [] : [throttled],
    };
    let aheadMs = 0;
    const clock = {
      nowMs: () => real.nowMs() + aheadMs,
      setTimer: (atMs: number, fire: () => void) => real.setTimer(atMs - aheadMs, fire),
    };
    const mock = await startMockSts({
      config,
      clock: ownClock ? new AdjustableClock(real) : clock,
      tlsPort: 0,
      resourcePort: 0,
      caDirectory: directory,
    });
    const setClock = (ms: number) => {
      aheadMs = ms;
    };
    return new Cloud(mock, config.users[0]!.accessKeys[0]!, config.seed, directory, setClock);
  }

  private constructor(
    mock: MockSts,
    key: AccessKey,
    seed: number,
    directory: string,
    setClock: (aheadMs: number) => void,
  ) {
    this.mock = mock;
    this.key = { accessKeyId: key.accessKeyId, accessKeySecret: key.accessKeySecret };
    this.httpHost = new URL(mock.httpUrl).host;
    this.seed = seed;
    this.directory = directory;
    this.setClock = setClock;
  }

  /** As if just started, and at the machine's time. */
  calm(): void {
    this.setClock(0);
    this.mock.reset();
  }

  /** KMS gives the user another AccessKey; the old one stays good for an hour. */
  async rotateKey(): Promise<void> {
    const query = new URLSearchParams({ secret: SECRET_NAME, overlap: '1h' });
    const { status } = await fetch(`${this.mock.httpUrl}/_mock/rotate?${query}`, {
      method: 'POST',
    });
    expect(status).toBe(200);
  }

  /** A file with a token of the identity provider, as a pod has one. */
  async tokenFile(order: object): Promise<string> {
    const answer = await fetch(`${this.mock.httpUrl}/_mock/oidc/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/plain' },
      body: JSON.stringify({ sub: 'system:serviceaccount:shop:cart', ...order }),
    });
    expect(answer.status).toBe(200);
    const file = join(this.directory, 'oidc-token');
    await writeFile(file, await answer.text(), { mode: 0o600 });
    return file;
  }

  /** A response of the SAML provider, in base64. */
  async samlAssertion(order: object): Promise<string> {
    const answer = await fetch(`${this.mock.httpUrl}/_mock/saml/assertion`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/plain' },
      body: JSON.stringify({ sessionName: 'interop@sso', ...order }),
    });
    expect(answer.status).toBe(200);
    return answer.text();
  }

  throttle(): void {
    this.setClock(AHEAD_MS);
  }

  fallBehind(ms: number): void {
    this.setClock(-ms);
  }

  assumeRoleCalls() {
    return this.mock.journal().filter(({ action }) => action.startsWith('AssumeRole'));
  }

  /** As asked for: role, session name and duration. */
  async expectIssued(credential: Credentials, asked: IssuedAs): Promise<void> {
    const { roleArn, roleSessionName, durationSeconds } = asked;
    const calls = this.assumeRoleCalls();
    const expiresAtMs = await this.expectSession(
      credential,
      roleArn,
      RegExp(`^${roleSessionName}$`),
    );
    const seconds = calls
      .filter((call) => call.roleArn === roleArn && call.outcome === 'succeeded')
      .map(({ atMs }) => expiresAtMs / 1_000 - Math.floor(atMs / 1_000));
    expect(seconds).toContain(durationSeconds);
  }

  /** By the token itself, by a call signed with the credential, and by what the mock noted of it. */
  async expectSession(credential: Credentials, roleArn: string, name: RegExp): Promise<number> {
    const { accessKeyId, accessKeySecret, securityToken = '' } = credential;
    const verdict = new TokenAuthority(this.seed).verify(securityToken, accessKeyId, 0);
    if (verdict.kind !== 'valid') throw new Error(`not issued by the mock: ${verdict.code}`);
    expect(accessKeySecret === verdict.accessKeySecret, 'the secret is the one issued').toBe(true);
    const { claims } = verdict;
    expect(claims.roleArn).toBe(roleArn);
    expect(claims.roleSessionName).toMatch(name);
    expect(await this.identityOf(credential)).toMatchObject({
      IdentityType: 'AssumedRoleUser',
      Arn: `${roleArn.replace(':role/', ':assumed-role/')}/${claims.roleSessionName}`,
    });
    expect(this.mock.journal().at(-1)).toMatchObject({
      action: 'GetCallerIdentity',
      accessKeyId: maskKeyId(accessKeyId),
    });
    return claims.expiresAtMs;
  }

  /** A session of the role that OSS's clients work as. */
  async session(): Promise<Credentials> {
    const parameters = {
      RoleArn: ROLE_ARN,
      RoleSessionName: 'interop@oss',
      DurationSeconds: '900',
    };
    const nowMs = this.nowMs();
    const { url } = askV1({ method: 'GET', key: this.key, parameters, nowMs });
    return credentialIn(await (await fetch(`${this.mock.httpUrl}${url}`)).text());
  }

  /** One that has ended, by a clock that is not far from the machine's. */
  async endedSession(): Promise<Credentials> {
    this.setClock(-840_000);
    const session = await this.session();
    this.setClock(120_000);
    return session;
  }

  /** What GetCallerIdentity tells whoever signs with it. */
  async identityOf(key: Credentials): Promise<unknown> {
    const common = { Action: 'GetCallerIdentity' };
    const { url } = askV1({ method: 'GET', key, parameters: {}, common, nowMs: this.nowMs() });
    const answer = await fetch(`${this.mock.httpUrl}${url}`);
    return answer.json();
  }

  private nowMs(): number {
    return realClock().nowMs();
  }

  close(): Promise<void> {
    return this.mock.close();
  }
}
