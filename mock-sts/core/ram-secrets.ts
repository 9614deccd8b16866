/**
 * RAM users' AccessKeys as KMS keeps them: a secret each, and its rotation. A rotation makes a new
 * AccessKey for the user; the old one works on during the overlap, then KMS removes it. While that
 * lasts no other can begin. Rotations come by schedule or by a call; either way their instants are
 * arguments, and the new keys come from the seed.
 * Sources: Alibaba Cloud, "RAM secrets", "GetSecretValue", "RotateSecret" of KMS 2016-01-20.
 */
import { stream } from '../../src/kernel/rng.ts';
import type { AccessKey } from '../../src/kernel/sts/credentials.ts';
import type { KeyRotation, MockStsConfig } from './config.ts';
import { requestId } from './identifiers.ts';
import { fakeAccessKey } from './landing-zone.ts';

/** How long both keys work where nobody says it: as in an automatic rotation. */
export const AUTOMATIC_OVERLAP_MS = 2 * 86_400_000;
/** `acs/ram/user/<name>`, as KMS names the secrets of RAM users. */
export function ramSecretName(userName: string): string {
  return `acs/ram/user/${userName}`;
}

/** What the user's key is after so many rotations. */
export function rotatedKey(
  seed: number,
  accountId: string,
  userName: string,
  rotations: number,
): AccessKey {
  return fakeAccessKey(seed, accountId, `${userName}#${rotations}`);
}

export interface KeyVersion {
  readonly versionId: string;
  readonly accessKey: AccessKey;
  /** 0 for the first: it was there before. */
  readonly createdAtMs: number;
  /** From then on the key is gone; infinite for the current one. */
  readonly endsAtMs: number;
}

export interface RamSecret {
  readonly accountId: string;
  readonly userName: string;
  readonly name: string;
  /** Oldest first; the last is current, the one before it the previous. */
  readonly versions: readonly KeyVersion[];
  /** When the next rotation begins by schedule. */
  readonly nextRotationAtMs: number | undefined;
}

export type RotationOutcome = 'rotated' | 'rotating' | 'not-found';

export class RamSecrets {
  private readonly secrets: readonly MutableSecret[];
  private readonly byKeyId = new Map<string, MutableSecret>();
  /** Not before then has a schedule anything to do. */
  private nextDueMs = Number.POSITIVE_INFINITY;

  constructor(config: MockStsConfig) {
    this.secrets = config.users.flatMap((user) => {
      const key = user.accessKeys.find(({ active }) => active);
      if (key === undefined) return [];
      const name = ramSecretName(user.name);
      const due = (config.rotations ?? []).filter(({ secret }) => secret === name);
      return [new MutableSecret(config.seed, user.accountId, user.name, key, due)];
    });
    for (const secret of this.secrets) this.index(secret, secret.versions[0]!);
    this.reschedule();
  }

  find(accountId: string, name: string, nowMs: number): RamSecret | undefined {
    this.advance(nowMs);
    return this.secrets.find((secret) => secret.accountId === accountId && secret.name === name);
  }

  /** Rotates the secret of that name at once, in every account that has one. */
  rotate(name: string, overlapMs: number, nowMs: number): RotationOutcome {
    this.advance(nowMs);
    const named = this.secrets.filter((secret) => secret.name === name);
    if (named.length === 0) return 'not-found';
    if (named.some((secret) => secret.isRotating(nowMs))) return 'rotating';
    for (const secret of named) this.index(secret, secret.rotate(nowMs, overlapMs));
    return 'rotated';
  }

  /** Whose key that is, if it is a secret's and works at that instant; `gone` when it was one. */
  keyHolder(accessKeyId: string, nowMs: number): KeyVersionHolder | 'gone' | undefined {
    this.advance(nowMs);
    const secret = this.byKeyId.get(accessKeyId);
    if (secret === undefined) return undefined;
    const version = secret.versions.find(({ accessKey }) => accessKey.accessKeyId === accessKeyId);
    return version === undefined || nowMs >= version.endsAtMs ? 'gone' : { secret, version };
  }

  /** Begins the scheduled rotations that are due, each at its own instant. */
  private advance(nowMs: number): void {
    if (nowMs < this.nextDueMs) return;
    for (const secret of this.secrets) {
      for (const version of secret.beginDue(nowMs)) this.index(secret, version);
    }
    this.reschedule();
  }

  private index(secret: MutableSecret, version: KeyVersion): void {
    this.byKeyId.set(version.accessKey.accessKeyId, secret);
  }

  private reschedule(): void {
    const due = this.secrets.map(({ nextRotationAtMs }) => nextRotationAtMs ?? Infinity);
    this.nextDueMs = Math.min(Number.POSITIVE_INFINITY, ...due);
  }
}

export interface KeyVersionHolder {
  readonly secret: RamSecret;
  readonly version: KeyVersion;
}

class MutableSecret implements RamSecret {
  readonly accountId: string;
  readonly userName: string;
  readonly name: string;
  readonly versions: KeyVersion[];
  private readonly seed: number;
  private readonly due: KeyRotation[];

  constructor(
    seed: number,
    accountId: string,
    userName: string,
    first: AccessKey,
    due: readonly KeyRotation[],
  ) {
    this.seed = seed;
    this.accountId = accountId;
    this.userName = userName;
    this.name = ramSecretName(userName);
    this.due = [...due].sort((a, b) => a.atMs - b.atMs);
    this.versions = [this.versionOf(0, first, 0)];
  }

  get nextRotationAtMs(): number | undefined {
    return this.due[0]?.atMs;
  }

  isRotating(nowMs: number): boolean {
    const previous = this.versions.at(-2);
    return previous !== undefined && nowMs < previous.endsAtMs;
  }

  rotate(atMs: number, overlapMs: number): KeyVersion {
    const { versions } = this;
    const count = versions.length;
    versions[count - 1] = { ...versions[count - 1]!, endsAtMs: atMs + overlapMs };
    const key = rotatedKey(this.seed, this.accountId, this.userName, count);
    const version = this.versionOf(count, key, atMs);
    versions.push(version);
    return version;
  }

  /** One that falls into another's overlap does not take place. */
  beginDue(nowMs: number): KeyVersion[] {
    const begun: KeyVersion[] = [];
    while (this.due[0] !== undefined && this.due[0].atMs <= nowMs) {
      const { atMs, overlapMs } = this.due.shift()!;
      if (!this.isRotating(atMs)) begun.push(this.rotate(atMs, overlapMs));
    }
    return begun;
  }

  private versionOf(index: number, accessKey: AccessKey, createdAtMs: number): KeyVersion {
    const rng = stream(this.seed, 'secret-version', `${this.accountId}/${this.name}#${index}`);
    const { accessKeyId, accessKeySecret } = accessKey;
    return {
      versionId: requestId(rng).toLowerCase(),
      accessKey: { accessKeyId, accessKeySecret },
      createdAtMs,
      endsAtMs: Number.POSITIVE_INFINITY,
    };
  }
}
